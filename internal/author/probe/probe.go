// Package probe looks at a running API, to learn what its sources left open: where a list has its ids, how its pages are asked for,
// which ids there are, and whether it asks who calls.
//
// Its stance: looking must not hurt. Nothing but GET is sent, one request after another, few of them, each with a limit of time and of
// bytes, and no redirect is followed. Secrets come from the environment, go to the target alone, and into no file.
package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/author"
)

// What a look may cost the API.
const (
	mostRequests = 60
	mostBytes    = 2 << 20 // of one answer
	patience     = 5 * time.Second
	whole        = time.Minute
)

// A Prober looks at one API.
type Prober struct {
	target string
	getenv func(string) (string, bool)
	client *http.Client
	known  *author.Known
	sent   int
	asked  *author.Auth // what the API asks for, where it said so
}

// ErrUnreachable is wrapped by the error when the target answered nothing at all.
var ErrUnreachable = errors.New("cannot be reached")

// Look adds to k what the API at target shows of the endpoints that are chosen. The error wraps ErrUnreachable when it answered nothing.
func Look(ctx context.Context, target string, k *author.Known, getenv func(string) (string, bool)) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	transport := &http.Transport{MaxIdleConns: 1, ResponseHeaderTimeout: patience, TLSHandshakeTimeout: patience}
	defer transport.CloseIdleConnections()
	p := &Prober{target: strings.TrimRight(target, "/"), getenv: getenv, known: k, client: &http.Client{
		Transport:     transport,
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if _, err := p.get(ctx, "/", nil); err != nil {
		return fmt.Errorf("%s %w: %w", target, ErrUnreachable, err)
	}
	for i := range k.Endpoints {
		if e := &k.Endpoints[i]; e.Method == http.MethodGet && !strings.Contains(e.Path, "{") && (e.Chosen || p.wanted(e)) {
			p.list(ctx, e)
		}
	}
	for i := range k.Endpoints {
		if e := &k.Endpoints[i]; e.Method == http.MethodGet && e.Chosen && strings.Count(e.Path, "{") == 1 {
			p.one(ctx, e)
		}
	}
	p.rest()
	k.Notes = append(k.Notes, fmt.Sprintf("looked at %s with %d requests, all GET", target, p.sent))
	return nil
}

// wanted reports whether ids of a chosen endpoint come from a list.
func (p *Prober) wanted(list *author.Endpoint) bool {
	for i := range p.known.Endpoints {
		if e := &p.known.Endpoints[i]; e.Chosen && strings.HasPrefix(e.Path, list.Path+"/{") {
			return true
		}
	}
	return false
}

// A seen is an answer.
type seen struct {
	status int
	header http.Header
	body   any // decoded JSON; nil: none
}

// errSpent ends the look.
var errSpent = fmt.Errorf("more than %d requests", mostRequests)

// get asks for a path. Where the API answers that it wants to know who asks, it is asked again with what the environment has.
func (p *Prober) get(ctx context.Context, path string, e *author.Endpoint) (seen, error) {
	auth := p.known.Auth
	if e != nil && e.Auth != nil {
		auth = e.Auth
	}
	s, err := p.send(ctx, path, e, auth)
	if err != nil || s.status != http.StatusUnauthorized || e == nil || auth != nil {
		return s, err
	}
	p.challenge(e, s.header.Get("WWW-Authenticate"))
	if _, missing := p.credentials(e.Auth); missing == "" {
		return p.send(ctx, path, e, e.Auth)
	}
	return s, nil
}

// challenge learns how to prove who asks.
func (p *Prober) challenge(e *author.Endpoint, challenge string) {
	a := author.Auth{Kind: author.Bearer, Value: "${env.API_TOKEN}"}
	if scheme, _, _ := strings.Cut(strings.TrimSpace(challenge), " "); strings.EqualFold(scheme, "basic") {
		a = author.Auth{Kind: author.Basic, User: "${env.API_USER}", Value: "${env.API_PASSWORD}"}
	}
	if p.asked == nil {
		p.asked = &a
		p.note("%s answers 401: it gets auth by %s, with %s", author.Title(e.Method, e.Path), a.Kind, strings.Join(variables(a.User+a.Value), " and "))
	}
	e.Auth = p.asked
}

func (p *Prober) send(ctx context.Context, path string, e *author.Endpoint, auth *author.Auth) (s seen, err error) {
	if p.sent++; p.sent > mostRequests {
		p.sent--
		return s, errSpent
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.target+path, nil)
	if err != nil {
		return s, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "tidemark-init")
	if e != nil {
		for _, h := range e.Params {
			if text, ok := p.plain(h.Value); h.In == "header" && ok {
				request.Header.Set(h.Name, text)
			}
		}
	}
	if set, missing := p.credentials(auth); missing == "" {
		set(request)
	}
	response, err := p.client.Do(request)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) { // its text has the whole URL
			err = u.Err
		}
		return s, err
	}
	defer func() { _ = response.Body.Close() }() // read as far as it is wanted
	s.status, s.header = response.StatusCode, response.Header
	d := json.NewDecoder(io.LimitReader(response.Body, mostBytes))
	d.UseNumber()
	if response.StatusCode < 300 && d.Decode(&s.body) != nil {
		s.body = nil // no JSON, or too much of it
	}
	return s, nil
}

var envUse = regexp.MustCompile(`\$\{env\.(\w+)\}`)

func variables(template string) (names []string) {
	for _, m := range envUse.FindAllStringSubmatch(template, -1) {
		names = append(names, m[1])
	}
	return names
}

// expand puts the environment into a template, and says what is missing there.
func (p *Prober) expand(template string) (text, missing string) {
	text = envUse.ReplaceAllStringFunc(template, func(use string) string {
		name := envUse.FindStringSubmatch(use)[1]
		value, ok := p.getenv(name)
		if !ok || value == "" {
			missing = name
		}
		return value
	})
	return text, missing
}

// credentials puts what proves who asks into a request, if the environment has it.
func (p *Prober) credentials(a *author.Auth) (set func(*http.Request), missing string) {
	if a == nil || a.Kind == author.NoAuth {
		return func(*http.Request) {}, ""
	}
	if a.Login != nil {
		return nil, "a login, which would be a write"
	}
	value, missing := p.expand(a.Value)
	user, missingUser := p.expand(a.User)
	if missing == "" {
		missing = missingUser
	}
	return func(r *http.Request) {
		switch a.Kind {
		case author.Bearer:
			r.Header.Set("Authorization", "Bearer "+value)
		case author.Basic:
			r.SetBasicAuth(user, value)
		case author.Header:
			r.Header.Set(a.Header, value)
		case author.Query:
			q := r.URL.Query()
			q.Set(a.Header, value)
			r.URL.RawQuery = q.Encode()
		}
	}, missing
}

// plain is a value that is the same for every request.
func (p *Prober) plain(v author.Value) (string, bool) {
	l, ok := v.(author.Literal)
	text, isText := l.V.(string)
	return text, ok && isText
}

func (p *Prober) note(format string, args ...any) {
	p.known.Notes = append(p.known.Notes, fmt.Sprintf(format, args...))
}

// rest is about what was never asked: requests that write get the auth that reads needed.
func (p *Prober) rest() {
	if p.asked == nil {
		return
	}
	for i := range p.known.Endpoints {
		if e := &p.known.Endpoints[i]; e.Auth == nil && p.known.Auth == nil && e.Chosen && author.ClassOf(e) == author.Write {
			a := *p.asked
			a.Note = "not asked, since it writes: as the endpoints that read"
			e.Auth = &a
		}
	}
}
