package dashboard

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/historytest"
	"github.com/tidemark/tidemark/internal/history/remote"
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

// The whole contract of a store holds for one that is served with a token.
func TestConformance(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	urls := map[string]string{}
	historytest.Conform(t, func(_ context.Context, name string) (history.Store, error) {
		mu.Lock()
		defer mu.Unlock()
		if urls[name] == "" {
			behind, err := sqlite.Open(t.Context(), filepath.Join(dir, name+".db")) //nolint:contextcheck // it outlives who asks for it first
			if err != nil {
				return nil, err
			}
			t.Cleanup(func() { _ = behind.Close() })
			srv, _ := serve(t, Config{Store: behind, Token: token})
			urls[name] = srv.URL
		}
		return remote.Open(urls[name], token)
	})
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	srv, _ := serve(t, Config{Store: store(t), Token: token})
	for _, path := range []string{"/", "/login", "/nowhere", "/api/v1/runs", "/static/x", assets["app.js"]} {
		a := ask(t, "GET", srv.URL+path, "")
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if stored := a.Header.Get("Cache-Control"); path != assets["app.js"] && stored != "no-store" {
			t.Errorf("%s: %s", path, stored)
		}
	}
	for _, loose := range []string{"unsafe-inline", "unsafe-eval", "*", "http", "data:"} {
		if strings.Contains(policy, loose) {
			t.Errorf("the policy has %s", loose)
		}
	}
}

func TestNamesOfTheServer(t *testing.T) {
	open, _ := serve(t, Config{Store: store(t)})
	named, _ := serve(t, Config{Store: store(t), Token: token, Hosts: []string{"perf.example.com"}})
	every, _ := serve(t, Config{Store: store(t), Token: token, AnyHost: true})
	for _, c := range []struct {
		srv  *httptest.Server
		host string
		ok   bool
	}{
		{open, "localhost:8090", true}, {open, "LOCALHOST", true}, {open, "localhost.", true}, {open, "127.0.0.1:1", true}, {open, "127.8.8.8", true}, {open, "[::1]:8090", true},
		{open, "evil.example.com", false}, {open, "evil.example.com:8090", false}, {open, "localhost.evil.example.com", false}, {open, "10.0.0.1", false}, {open, "127.0.0.1.evil.example.com", false},
		{named, "perf.example.com", true}, {named, "PERF.example.com:443", true}, {named, "localhost", true}, {named, "evil.example.com", false},
		{every, "whatever.example.com", true},
	} {
		for _, path := range []string{"/login", "/api/v1", "/events", "/static/x"} {
			a := ask(t, "HEAD", c.srv.URL+path, "", "Host", c.host)
			if (a.StatusCode != http.StatusMisdirectedRequest) != c.ok {
				t.Errorf("%s%s: %s", c.host, path, a.Status)
			}
		}
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	record, err := historytest.Run(1, "a", "main", bench.Pass, time.Millisecond).Record()
	if err != nil {
		t.Fatal(err)
	}
	open, _ := serve(t, Config{Store: store(t)})
	guarded, _ := serve(t, Config{Store: store(t), Token: token})
	right, wrong := []string{"Authorization", "Bearer " + token}, []string{"Authorization", "Bearer " + token + "x"}
	cookie := []string{"Cookie", newSession(token).cookie(time.Now().Add(time.Hour), false).String()}
	for i, c := range []may{
		{open, "GET", "/", nil, 200}, {open, "GET", "/api/v1/runs", nil, 200}, {open, "POST", "/api/v1/runs", nil, 403}, {open, "DELETE", "/api/v1/runs/x", nil, 403}, {open, "POST", "/api/v1/live", nil, 403},
		{open, "GET", "/api/v1/runs", right, 403}, {open, "POST", "/api/v1/runs", []string{"Authorization", "Bearer "}, 403}, {open, "GET", "/login?next=/runs", nil, 303},
		{guarded, "GET", "/", nil, 303}, {guarded, "GET", "/runs/x", nil, 303}, {guarded, "GET", "/events", nil, 303}, {guarded, "GET", "/login", nil, 200}, {guarded, "GET", assets["style.css"], nil, 200},
		{guarded, "GET", "/api/v1", nil, 401}, {guarded, "GET", "/api/v1/runs", nil, 401}, {guarded, "GET", "/api/v1/runs", wrong, 401}, {guarded, "GET", "/api/v1/runs", right, 200},
		{guarded, "GET", "/api/v1/runs", cookie, 200}, {guarded, "GET", "/", cookie, 200}, {guarded, "GET", "/", right, 200}, {guarded, "GET", "/", wrong, 303},
		{guarded, "GET", "/api/v1/runs", append(cookie, wrong...), 401},
		// With the cookie nothing changes: a browser that another site has got to send something has nothing to change with.
		{guarded, "POST", "/api/v1/runs", cookie, 401}, {guarded, "DELETE", "/api/v1/runs/x", cookie, 401}, {guarded, "POST", "/api/v1/live", cookie, 401},
		{guarded, "POST", "/api/v1/runs", wrong, 401}, {guarded, "POST", "/api/v1/runs", right, 200}, {guarded, "POST", "/api/v1/runs", right, 200}, {guarded, "DELETE", "/api/v1/runs/x", right, 204},
		// Not even with the token, when a browser says that another site sends it.
		{guarded, "POST", "/api/v1/runs", append(right, "Sec-Fetch-Site", "cross-site"), 403}, {guarded, "POST", "/api/v1/runs", append(right, "Origin", "https://evil.example.com"), 403},
		{guarded, "POST", "/login", []string{"Origin", "https://evil.example.com"}, 403}, {guarded, "POST", "/logout", []string{"Sec-Fetch-Site", "same-site"}, 403},
	} {
		c.check(t, i, record)
	}
}

// A may is what a request is answered with.
type may struct {
	srv          *httptest.Server
	method, path string
	header       []string
	want         int
}

func (c may) check(t *testing.T, i int, record []byte) {
	t.Helper()
	a := ask(t, c.method, c.srv.URL+c.path, string(record), append(c.header, "Content-Type", "application/json")...)
	var r struct{ Error string }
	switch {
	case a.StatusCode != c.want:
		t.Errorf("%d: %s %s %v: %s, want %d\n%s", i, c.method, c.path, c.header, a.Status, c.want, a.text)
	case strings.Contains(a.text, token), strings.Contains(a.text, readToken):
		t.Errorf("%d tells a token", i)
	case a.StatusCode == http.StatusForbidden && !strings.Contains(a.text, "cross-origin"):
		if err := json.Unmarshal([]byte(a.text), &r); err != nil || r.Error == "" || a.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%d is refused with %s", i, a.text)
		}
	}
}

// Each method with each token, where there are both, and where there is only the one that reads.
func TestWhoMayDoWhatWithATokenThatReads(t *testing.T) {
	run := historytest.Run(1, "a", "main", bench.Pass, time.Millisecond)
	record, err := run.Record()
	if err != nil {
		t.Fatal(err)
	}
	kept := store(t)
	add(t, kept, run)
	both, _ := serve(t, Config{Store: kept, Token: token, ReadToken: readToken})
	alone, _ := serve(t, Config{Store: kept, ReadToken: readToken})
	bearer := func(token string) []string { return []string{"Authorization", "Bearer " + token} }
	writes, reads, wrong, none := bearer(token), bearer(readToken), bearer(readToken+"x"), []string(nil)
	cookie := func(token string) []string {
		return []string{"Cookie", newSession(token).cookie(time.Now().Add(time.Hour), false).String()}
	}
	at := "/api/v1/runs/" + run.ID
	var all []may
	for _, method := range []string{"GET", "HEAD"} {
		for _, path := range []string{"/api/v1", "/api/v1/runs", at, "/api/v1/series?scenario=a&metric=p95", "/api/v1/endpoints"} {
			all = append(all, may{both, method, path, reads, 200}, may{both, method, path, writes, 200}, may{both, method, path, wrong, 401}, may{both, method, path, none, 401},
				may{alone, method, path, reads, 200}, may{alone, method, path, writes, 401}, may{alone, method, path, wrong, 401}, may{alone, method, path, none, 401},
				may{both, method, path, cookie(readToken), 200}, may{both, method, path, cookie(token), 200}, may{alone, method, path, cookie(readToken), 200},
				// A token that is not set opens nothing, nor does what could be signed with it.
				may{alone, method, path, cookie(""), 401}, may{alone, method, path, bearer(""), 401}, may{both, method, path, bearer(""), 401})
		}
		for _, path := range []string{"/", "/trend", "/runs", "/runs/" + run.ID, "/compare", "/findings"} {
			all = append(all, may{both, method, path, reads, 200}, may{both, method, path, cookie(readToken), 200}, may{both, method, path, wrong, 303}, may{alone, method, path, reads, 200},
				may{alone, method, path, none, 303}, may{alone, method, path, cookie(readToken), 200}, may{alone, method, path, cookie(""), 303}, may{alone, method, path, bearer(""), 303})
		}
		all = append(all, may{both, "HEAD", "/events", reads, 200}, may{alone, "HEAD", "/events", none, 303}, may{alone, method, "/login", none, 200}, may{alone, method, "/login", cookie(readToken), 303})
	}
	for _, change := range [][2]string{{"POST", "/api/v1/runs"}, {"PUT", at}, {"PATCH", at}, {"POST", "/api/v1/nowhere"}, {"DELETE", "/api/v1/live"}, {"DELETE", at}} {
		method, path := change[0], change[1]
		all = append(all, may{both, method, path, reads, 403}, may{both, method, path, wrong, 401}, may{both, method, path, none, 401}, may{both, method, path, cookie(readToken), 401},
			may{both, method, path, append(cookie(token), reads...), 403}, may{alone, method, path, reads, 403}, may{alone, method, path, writes, 401}, may{alone, method, path, none, 401},
			may{alone, method, path, cookie(readToken), 401}, may{alone, method, path, bearer(""), 401})
	}
	all = append(all,
		// How far a run is may be told with either token, and with no cookie.
		may{both, "POST", "/api/v1/live", reads, 400}, may{both, "POST", "/api/v1/live", wrong, 401}, may{both, "POST", "/api/v1/live", none, 401}, may{both, "POST", "/api/v1/live", cookie(readToken), 401},
		may{alone, "POST", "/api/v1/live", reads, 400}, may{alone, "POST", "/api/v1/live", none, 401}, may{alone, "POST", "/api/v1/live", cookie(readToken), 401},
		may{both, "POST", "/api/v1/live", append(reads, "Sec-Fetch-Site", "cross-site"), 403},
		// What was refused has changed nothing; the other token may.
		may{both, "GET", at, reads, 200}, may{both, "POST", "/api/v1/runs", writes, 200}, may{both, "DELETE", at, writes, 204}, may{both, "GET", at, reads, 404})
	for i, c := range all {
		c.check(t, i, record)
	}
}

// A program that has the token that reads does all but write, and is told what it lacks.
func TestAHistoryThatIsOnlyRead(t *testing.T) {
	kept := store(t)
	run := historytest.Run(1, "a", "main", bench.Pass, time.Millisecond)
	add(t, kept, run)
	for words, c := range map[string]Config{
		"this token only reads: to add or delete runs takes the server's other token, which writes (what is sent is": {Token: token, ReadToken: readToken},
		"this server only shows runs: to receive them it has to be started with a token, in TIDEMARK_TOKEN":          {ReadToken: readToken},
	} {
		c.Store = kept
		srv, server := serve(t, c)
		client, err := remote.Existing(t.Context(), srv.URL, readToken)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if all, err := client.List(t.Context(), history.Query{}); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		if err := client.Tell(t.Context(), bench.Live{Key: "k", Suite: "shop"}); err != nil {
			t.Error(err)
		}
		if live, _, _ := server.board.look(); len(live) != 1 {
			t.Errorf("of its run is shown %v", live)
		}
		for _, err := range []error{client.Add(t.Context(), historytest.Run(2, "b", "main", bench.Pass, time.Millisecond)), client.Delete(t.Context(), run.ID)} {
			if !errors.Is(err, history.ErrUnreachable) || !strings.Contains(err.Error(), "the history at "+srv.URL+" refuses: "+words) || strings.Contains(err.Error(), readToken) {
				t.Errorf("%v", err)
			}
		}
		if all, err := kept.List(t.Context(), history.Query{}); err != nil || len(all) != 1 || all[0].ID != run.ID {
			t.Errorf("history has %v, %v", all, err)
		}
	}
}

func login(t *testing.T, srv *httptest.Server, given, next string) answer {
	t.Helper()
	return ask(t, "POST", srv.URL+"/login", url.Values{"token": {given}, "next": {next}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func TestLoggingIn(t *testing.T) {
	srv, _ := serve(t, Config{Store: store(t), Token: token})
	if a := ask(t, "GET", srv.URL+"/runs?branch=x", ""); a.Header.Get("Location") != "/login?next=%2Fruns%3Fbranch%3Dx" {
		t.Errorf("led to %s", a.Header.Get("Location"))
	}
	for _, wrong := range []string{"", "wrong", token[:5], token + " x"} {
		if a := login(t, srv, wrong, "/"); a.StatusCode != http.StatusUnauthorized || len(a.Cookies()) != 0 || !strings.Contains(a.text, "That is not the token") {
			t.Errorf("%q: %s", wrong, a.Status)
		}
	}
	a := login(t, srv, " "+token+"\n", "/runs?branch=x")
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/runs?branch=x" || len(a.Cookies()) != 1 {
		t.Fatalf("%s to %s", a.Status, a.Header.Get("Location"))
	}
	c := a.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || strings.Contains(c.Value, token) || time.Until(c.Expires) > sessionTime {
		t.Errorf("the cookie is %+v", c)
	}
	if a := ask(t, "GET", srv.URL+"/runs", "", "Cookie", c.Name+"="+c.Value); a.StatusCode != http.StatusOK || !strings.Contains(a.text, "Log out") {
		t.Errorf("with the cookie: %s", a.Status)
	}
	if a := ask(t, "POST", srv.URL+"/login", url.Values{"token": {token}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-Proto", "https"); !a.Cookies()[0].Secure {
		t.Error("over TLS the cookie may go without")
	}
	if a := ask(t, "POST", srv.URL+"/logout", "", "Cookie", c.Name+"="+c.Value); a.StatusCode != http.StatusSeeOther || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("logged out: %s, %+v", a.Status, a.Cookies())
	}
	for next, want := range map[string]string{"//evil.example.com": "/", "https://evil.example.com/": "/", `/\evil.example.com`: "/", "javascript:alert(1)": "/", "": "/", "/\n//x": "/", "/trend?a=b": "/trend?a=b"} {
		if a := login(t, srv, token, next); a.Header.Get("Location") != want {
			t.Errorf("%q leads to %s", next, a.Header.Get("Location"))
		}
	}
	if a := ask(t, "POST", srv.URL+"/login", strings.Repeat("x", mostForm+1), "Content-Type", "application/x-www-form-urlencoded"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a long form: %s", a.Status)
	}
}

// Who has logged in stays so until the token is another that this was done with.
func TestLoggingInWithATokenThatReads(t *testing.T) {
	const other = "another-token-of-the-next-day"
	kept := store(t)
	before, _ := serve(t, Config{Store: kept, Token: token, ReadToken: readToken})
	alone, _ := serve(t, Config{Store: kept, ReadToken: readToken})
	cookies := map[string][]string{}
	for _, given := range []string{token, readToken} {
		a := login(t, before, given, "/runs")
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/runs" || len(a.Cookies()) != 1 || strings.Contains(a.Cookies()[0].Value, given) {
			t.Fatalf("%s to %s", a.Status, a.Header.Get("Location"))
		}
		cookies[given] = []string{"Cookie", a.Cookies()[0].Name + "=" + a.Cookies()[0].Value}
	}
	if a := login(t, alone, readToken, "/"); a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Errorf("%s", a.Status)
	}
	for _, wrong := range []string{"", token} {
		if a := login(t, alone, wrong, "/"); a.StatusCode != http.StatusUnauthorized || len(a.Cookies()) != 0 {
			t.Errorf("%q: %s", wrong, a.Status)
		}
	}
	for _, c := range []struct {
		after  Config
		ofBoth [2]int // of the session of the token that writes, and of that of the one that reads
	}{
		{Config{Token: token, ReadToken: readToken}, [2]int{200, 200}},
		{Config{Token: other, ReadToken: readToken}, [2]int{303, 200}},
		{Config{Token: token, ReadToken: other}, [2]int{200, 303}},
		{Config{Token: token}, [2]int{200, 303}},
		{Config{ReadToken: readToken}, [2]int{303, 200}},
	} {
		c.after.Store = kept
		srv, _ := serve(t, c.after)
		for i, given := range []string{token, readToken} {
			if a := ask(t, "GET", srv.URL+"/runs", "", cookies[given]...); a.StatusCode != c.ofBoth[i] {
				t.Errorf("%q and %q: the session of %s: %s", c.after.Token, c.after.ReadToken, given, a.Status)
			}
		}
	}
}

// A link in a chat is followed from another site, and the browser keeps the strict cookie back.
func TestALinkFromAnotherSite(t *testing.T) {
	srv, _ := serve(t, Config{Store: store(t), Token: token})
	a := ask(t, "GET", srv.URL+"/runs?branch=a%26b", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.text, `http-equiv="refresh" content="0;url=/runs?branch=a%26b"`) {
		t.Errorf("%s %s", a.Status, a.text)
	}
}

func TestCookies(t *testing.T) {
	s := newSession(token)
	opens := func(c *http.Cookie) bool {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(c)
		return s.open(r)
	}
	good := s.cookie(time.Now().Add(time.Minute), false)
	if !opens(good) {
		t.Error("a good one does not")
	}
	raw, err := base64.RawURLEncoding.DecodeString(good.Value)
	if err != nil {
		t.Fatal(err)
	}
	longer := append([]byte{}, raw...)
	binary.BigEndian.PutUint64(longer, uint64(time.Now().Add(1000*time.Hour).Unix()))
	for about, c := range map[string]*http.Cookie{
		"over":           s.cookie(time.Now().Add(-time.Minute), false),
		"another token":  newSession("another").cookie(time.Now().Add(time.Minute), false),
		"made longer":    {Name: cookieName, Value: base64.RawURLEncoding.EncodeToString(longer)},
		"no signature":   {Name: cookieName, Value: base64.RawURLEncoding.EncodeToString(raw[:8])},
		"no base64":      {Name: cookieName, Value: "!"},
		"empty":          {Name: cookieName},
		"another's name": {Name: "session", Value: good.Value},
	} {
		if opens(c) {
			t.Errorf("%s: it opens", about)
		}
	}
}

// slow is a store that takes as long as whoever asks waits.
type slow struct{ history.Store }

func (slow) List(ctx context.Context, _ history.Query) ([]history.Entry, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestFailuresOfTheStore(t *testing.T) {
	for status, err := range map[int]error{http.StatusBadGateway: history.ErrUnreachable, http.StatusInternalServerError: errors.New("/srv/secret.db is locked")} {
		w := httptest.NewRecorder()
		New(Config{Store: store(t)}).show(w, httptest.NewRequest(http.MethodGet, "/", nil), func(*http.Request) (view, error) { return view{}, err })
		if w.Code != status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	New(Config{Store: slow{}}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/", nil).WithContext(ctx))
	if w.Body.Len() > 0 {
		t.Errorf("whoever has gone is told %s", w.Body)
	}
}
