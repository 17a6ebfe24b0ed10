package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// answers serves some answers in turn, and returns a client whose pauses are noted and not waited for.
func answers(t *testing.T, all ...http.HandlerFunc) (*Client, *[]time.Duration, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	pauses := []time.Duration{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all[min(int(asked.Add(1)), len(all))-1](w, r)
	}))
	t.Cleanup(server.Close)
	return &Client{Base: server.URL, Token: "s3cr3t-t0k3n", Wait: func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}}, &pauses, &asked
}

func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

var fine = says(200, `{"ok": true}`)

func TestWhatPassesIsTriedAgain(t *testing.T) {
	second := time.Second
	for name, c := range map[string]struct {
		first       http.HandlerFunc
		least, most time.Duration // of the pause; 0, 0: there is none, and the error stands
	}{
		"a failure of the server":        {says(502, ""), second / 2, second},
		"an answer that is cut off":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, second / 2, second},
		"maintenance, for so long":       {says(503, "", "Retry-After", "7"), 7 * second, 7 * second},
		"too many requests":              {says(429, "", "Retry-After", "11"), 11 * second, 11 * second},
		"too many requests, unsaid":      {says(429, ""), time.Minute, time.Minute},
		"GitHub's secondary limit":       {says(403, `{"message": "You have exceeded a secondary rate limit. Please wait."}`), time.Minute, time.Minute},
		"GitHub's limit, until a moment": {says(403, `{"message": "API rate limit exceeded"}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(time.Now().Add(30*second).Unix())), 20 * second, 31 * second},
		"a limit of an hour":             {says(403, "{}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", fmt.Sprint(time.Now().Add(time.Hour).Unix())), 0, 0},
		"what is forbidden":              {says(403, `{"message": "Resource not accessible by integration"}`, "X-RateLimit-Remaining", "4999"), 0, 0},
		"a wrong token":                  {says(401, `{"message": "Bad credentials"}`), 0, 0},
		"what is not there":              {says(404, ""), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			client, pauses, asked := answers(t, c.first, fine)
			var out struct{ OK bool }
			err := client.Do(t.Context(), http.MethodGet, "/x", nil, &out)
			if c.most == 0 {
				if err == nil || asked.Load() != 1 || len(*pauses) > 0 {
					t.Errorf("asked %d times, with pauses %v: %v", asked.Load(), *pauses, err)
				}
				return
			}
			if err != nil || !out.OK || asked.Load() != 2 || len(*pauses) != 1 || (*pauses)[0] < c.least || (*pauses)[0] > c.most {
				t.Errorf("asked %d times, with pauses %v: %v", asked.Load(), *pauses, err)
			}
		})
	}
}

// The pauses double from one second, and half of each is chance: 0.5 to 1, 1 to 2, 2 to 4, 4 to 8, 8 to 16. After six attempts it is enough.
func TestItGivesUp(t *testing.T) {
	client, pauses, asked := answers(t, says(500, `{"message": "oops"}`))
	err := client.Do(t.Context(), http.MethodGet, "/x", nil, nil)
	if !IsStatus(err, 500) || asked.Load() != mostAttempts || len(*pauses) != mostAttempts-1 {
		t.Fatalf("asked %d times, with pauses %v: %v", asked.Load(), *pauses, err)
	}
	for i, p := range *pauses {
		if most := time.Second << i; p < most/2 || p > most {
			t.Errorf("pause %d is %s", i, p)
		}
	}
	// 60 + 60 + 60 are the patience of three minutes; for a fourth minute there is none.
	client, pauses, _ = answers(t, says(429, ""))
	if err := client.Do(t.Context(), http.MethodGet, "/x", nil, nil); !IsStatus(err, 429) || len(*pauses) != 3 {
		t.Errorf("pauses %v: %v", *pauses, err)
	}
}

func TestWhatMayHaveHappenedIsNotRepeated(t *testing.T) {
	for _, first := range []http.HandlerFunc{says(502, ""), func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }} {
		client, _, asked := answers(t, first, fine)
		if err := client.Once(t.Context(), http.MethodPost, "/x", struct{}{}, nil); !errors.Is(err, ErrDoubtful) || asked.Load() != 1 {
			t.Errorf("asked %d times: %v", asked.Load(), err)
		}
	}
	client, _, asked := answers(t, says(429, "", "Retry-After", "1"), fine)
	if err := client.Once(t.Context(), http.MethodPost, "/x", struct{}{}, nil); err != nil || asked.Load() != 2 {
		t.Errorf("what a limit turned away: asked %d times: %v", asked.Load(), err)
	}
}

func TestTheTokenStaysWithItsHost(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked elsewhere, with %v", r.Header) }))
	defer elsewhere.Close()
	for name, first := range map[string]http.HandlerFunc{
		"a redirection":      says(307, "", "Location", elsewhere.URL+"/x"),
		"a page elsewhere":   says(200, "[]", "Link", `<`+elsewhere.URL+`/x>; rel="next"`),
		"a token repeated":   says(400, `{"message": "no: s3cr3t-t0k3n"}`),
		"lines in a message": says(400, `{"error": "a\n::add-mask::b", "message": {"base": ["c"]}}`),
	} {
		client, _, _ := answers(t, first)
		err := client.Pages(t.Context(), "/x?secret=1", func(func(any) error) error { return nil })
		if err == nil || strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "secret=1") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	client := Client{Base: "http://127.0.0.1:1", Token: "s3cr3t", Wait: func(context.Context, time.Duration) error { return nil }}
	if err := client.Do(t.Context(), http.MethodGet, "/x?secret=1", nil, nil); err == nil || strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "secret") {
		t.Errorf("nobody answers: %v", err)
	}
}

func TestPagesAreFollowed(t *testing.T) {
	for header, want := range map[string]string{
		`<https://a/b?page=2>; rel="next", <https://a/b?page=9>; rel="last"`: "https://a/b?page=2",
		`<https://a/b?page=1>; rel="prev", <https://a/b?page=3>; rel=next`:   "https://a/b?page=3",
		`<https://a/b?page=1>; rel="prev"`:                                   "",
		`nonsense, <`:                                                        "",
		``:                                                                   "",
	} {
		if got := nextPage(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	client, _, _ := answers(t, says(503, ""))
	client.Wait = nil
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := client.Do(ctx, http.MethodGet, "/x", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzNextPage(f *testing.F) {
	f.Add(`<https://a/b?page=2>; rel="next"`)
	f.Add(`<>, <;>; rel=next;`)
	f.Fuzz(func(t *testing.T, link string) {
		if next := nextPage(link); next != "" && !strings.Contains(link, "<"+next+">") {
			t.Errorf("%q names %q", link, next)
		}
	})
}
