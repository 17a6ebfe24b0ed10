//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The demo's dashboard shows each run while it goes on and once it is made; an interruption ends all of it, and keeps what was measured until then.
func TestTheDemoIsServed(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for a minute")
	}
	c, stderr, dir := tidemarkIn(t, "demo", "--serve")
	at := awaitWord(t, stderr, "watch it at ")
	awaitLine(t, stderr, "first without mistakes")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	news := bufio.NewScanner(stream.Body)
	live := func(parts ...string) func(string, string) bool {
		return func(kind, text string) bool {
			for _, part := range parts {
				if !strings.Contains(text, part) {
					return false
				}
			}
			return kind == "live"
		}
	}
	awaitNews(t, news, live("<strong>demo</strong> is being measured", "<code>healthy</code>", "(1 of 4)"))
	if page := fetch(t, at); !strings.Contains(page, "The first run is being measured") {
		t.Errorf("before there is a run the overview says %s", page)
	}
	awaitNews(t, news, live("(4 of 4)"))
	first := awaitNews(t, news, func(kind, text string) bool { return kind == "runs" && text != "" })
	page := fetch(t, at)
	for _, part := range []string{"/runs/" + first, "GET /users/:id/orders", "POST /orders"} {
		if !strings.Contains(page, part) {
			t.Errorf("of the first run the overview lacks %q", part)
		}
	}
	saved := awaitWord(t, stderr, "saved ")
	if filepath.Base(saved) != first+".json" {
		t.Errorf("run %s is shown, and %s saved", first, saved)
	}
	awaitNews(t, news, live("<code>faulty</code>", "n-plus-one and slow-dependency", "(1 of 4)"))
	interrupt(t, c)
	awaitLine(t, stderr, "saved ")
	awaitInterrupted(t, c)
	list := exec.Command(c.Path, "history", "list", "--history", filepath.Join("results", "history.db"))
	list.Dir = dir
	if kept, err := list.CombinedOutput(); err != nil || !strings.Contains(string(kept), first) || !strings.Contains(string(kept), "faulty") || !strings.Contains(string(kept), "interrupted") {
		t.Errorf("kept is %s, %v", kept, err)
	}
}

// awaitWord is the word that follows in the first line that has some before it.
func awaitWord(t *testing.T, s *bufio.Scanner, before string) string {
	t.Helper()
	for s.Scan() {
		if _, rest, ok := strings.Cut(s.Text(), before); ok {
			word, _, _ := strings.Cut(rest, " ")
			return word
		}
	}
	t.Fatalf("%q was not said", before)
	return ""
}

// awaitNews is the text of the first event of a stream that is as wanted.
func awaitNews(t *testing.T, s *bufio.Scanner, wanted func(kind, text string) bool) string {
	t.Helper()
	kind, text, seen := "", "", ""
	for s.Scan() {
		if name, ok := strings.CutPrefix(s.Text(), "event: "); ok {
			kind = name
		} else if data, ok := strings.CutPrefix(s.Text(), "data: "); ok {
			if err := json.Unmarshal([]byte(data), &text); err != nil {
				t.Fatalf("%s: %v", data, err)
			}
			if wanted(kind, text) {
				return text
			}
			seen = kind + ": " + text
		}
	}
	t.Fatalf("the stream ended, %v; the last was %s", s.Err(), seen)
	return ""
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, answer.Status, err)
	}
	return string(text)
}
