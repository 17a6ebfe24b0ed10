package shop_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

// A client talks to a shop that runs for one test.
type client struct {
	*shop.Server
	t    *testing.T
	http *http.Client
}

func start(t *testing.T, config shop.Config) *client {
	t.Helper()
	server, err := shop.Start(t.Context(), config)
	check(t, err)
	t.Cleanup(func() { check(t, server.Close()) })
	return connect(t, server)
}

func connect(t *testing.T, server *shop.Server) *client {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{server, t, &http.Client{Transport: transport}}
}

// An answer is what came back, read to its end.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

func (c *client) get(path string) answer { return c.send("GET", c.Ready.URL+path, c.Ready.Token, "") }

func (c *client) post(path, body string) answer {
	return c.send("POST", c.Ready.URL+path, c.Ready.Token, body)
}

func (c *client) admin(method, path string) answer { return c.send(method, c.Ready.Admin+path, "", "") }

func (c *client) send(method, url, token, body string) answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, url, strings.NewReader(body))
	check(c.t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.http.Do(request)
	check(c.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(c.t, err)
	return answer{c.t, method + " " + url, response.StatusCode, response.Header, text}
}

// is stops the test unless the answer has the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// as reads the answer's JSON.
func as[T any](a answer) T {
	a.t.Helper()
	var value T
	if err := json.Unmarshal(a.body, &value); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
	return value
}

// A problem is a refusal, as RFC 9457 has it.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Field, Message string }
}

// refuses stops the test unless the answer is a problem document with the status.
func (a answer) refuses(status int) problem {
	a.t.Helper()
	p := as[problem](a.is(status))
	if got := a.header.Get("Content-Type"); got != "application/problem+json" || p.Status != status || p.Title == "" {
		a.t.Errorf("%s: %s %+v is no problem document", a.what, got, p)
	}
	return p
}

// check stops the test on an error that none of its cases is about.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for a condition that takes no longer than the shop needs. The limit only keeps a broken shop from hanging.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	giveUp, poll := time.After(time.Minute), time.Tick(time.Millisecond)
	for !condition() {
		select {
		case <-giveUp:
			t.Fatal("never: " + what)
		case <-poll:
		}
	}
}
