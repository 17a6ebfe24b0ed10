package remote

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Store is a history.Store that a tidemark serves somewhere else.
type Store struct {
	base   *url.URL // without Root
	token  string
	client *http.Client
}

var _ history.Store = (*Store)(nil)

// patience is how long an answer's beginning is waited for: a store behind that keeps runs in a git branch pushes them first.
const patience = 60 * time.Second

// Open asks nothing yet. location is the URL that the dashboard has, token what its server was given; empty: none.
func Open(location, token string) (*Store, error) {
	base, err := parse(location)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fmt.Errorf("%w: the token has a space, a line's end, or a letter beyond ASCII in it", history.ErrLocation)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is documented
	transport.ResponseHeaderTimeout = patience
	client := &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }} // the token goes nowhere else
	return &Store{base, token, client}, nil
}

// Existing asks whether a tidemark is there.
func Existing(ctx context.Context, location, token string) (*Store, error) {
	s, err := Open(location, token)
	if err != nil {
		return nil, err
	}
	var a about
	if err = s.get(ctx, &a, nil); err == nil && a.Schema != schema && !strings.HasPrefix(a.Schema, schema+".") {
		err = fmt.Errorf("%w: %s answers, and is no tidemark that this one knows", history.ErrLocation, s.Shown())
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Shown is a location as it may be told to anybody.
func Shown(location string) (string, error) {
	base, err := parse(location)
	if err != nil {
		return "", err
	}
	return base.String(), nil
}

// Shown is the store's location as it may be told to anybody.
func (s *Store) Shown() string { return s.base.String() }

// parse does not repeat what it refuses: it may hold a password.
func parse(location string) (*url.URL, error) {
	u, err := url.Parse(location)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, fmt.Errorf("%w: the URL cannot be read: write it as https://tidemark.example.com", history.ErrLocation)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%w: the URL has a user, a query or a fragment in it: write it without, and the token into TIDEMARK_HISTORY_TOKEN or TIDEMARK_TOKEN", history.ErrLocation)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("%w: over http:// everybody on the way could read the token: write https://%s", history.ErrLocation, u.Host)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%w: write the URL with https://", history.ErrLocation)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Add implements history.Store.
func (s *Store) Add(ctx context.Context, runs ...*bench.Run) error {
	records := make([][]byte, len(runs))
	for i, run := range runs {
		var err error
		if records[i], err = history.Record(run); err != nil {
			return err
		}
	}
	switch len(records) {
	case 0:
		return ctx.Err()
	case 1:
		return s.send(ctx, http.MethodPost, "/runs", jsonType, records[0])
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, record := range records {
		part, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {jsonType}})
		if err == nil {
			_, err = part.Write(record)
		}
		if err != nil {
			return s.failed(ctx, err)
		}
	}
	if err := parts.Close(); err != nil {
		return s.failed(ctx, err)
	}
	return s.send(ctx, http.MethodPost, "/runs", partsType+"; boundary="+parts.Boundary(), body.Bytes())
}

// Run implements history.Store.
func (s *Store) Run(ctx context.Context, id string) (*bench.Run, error) {
	if !plain(id) {
		return nil, cmp.Or(ctx.Err(), fmt.Errorf("%q: %w", id, history.ErrNotFound))
	}
	answer, err := s.ask(ctx, http.MethodGet, s.at("/runs/"+id, nil), "", nil)
	if err != nil {
		return nil, err
	}
	record, err := io.ReadAll(answer)
	if err = errors.Join(err, answer.Close()); err != nil {
		return nil, s.failed(ctx, err)
	}
	return history.Read(id, record)
}

// plain reports whether a run can have an id, as bench.Run.Check says. Another never gets into a path.
func plain(id string) bool {
	return (&bench.Run{ID: id, Started: time.Unix(0, 0)}).Check() == nil
}

// List implements history.Store.
func (s *Store) List(ctx context.Context, q history.Query) ([]history.Entry, error) {
	var all entries
	err := s.get(ctx, &all, values(q), "/runs")
	return all.Runs, err
}

// Series implements history.Store.
func (s *Store) Series(ctx context.Context, scenario, metric string, q history.Query) ([]bench.Point, error) {
	if !slices.Contains(bench.Metrics, metric) {
		return nil, fmt.Errorf("history: no metric is named %q", metric)
	}
	if q.Scenario != "" && q.Scenario != scenario {
		return s.both(ctx, scenario, metric, q)
	}
	if scenario == "" {
		return nil, ctx.Err() // no result is of no scenario
	}
	q.Scenario = scenario
	v := values(q)
	v.Set(metricKey, metric)
	var all series
	err := s.get(ctx, &all, v, "/series")
	return all.Points, err
}

// both is a series of one scenario over the runs that have a result of another too, which the protocol has no words for.
func (s *Store) both(ctx context.Context, scenario, metric string, q history.Query) ([]bench.Point, error) {
	limit := q.Limit
	q.Limit = 0
	with, err := s.List(ctx, q)
	if err != nil {
		return nil, err
	}
	q.Scenario = ""
	points, err := s.Series(ctx, scenario, metric, q)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, e := range with {
		has[e.ID] = true
	}
	points = slices.DeleteFunc(points, func(p bench.Point) bool { return !has[p.Run] })
	if limit > 0 {
		points = points[max(len(points)-limit, 0):]
	}
	return points, nil
}

// Endpoints implements history.Store.
func (s *Store) Endpoints(ctx context.Context, q history.Query) ([]history.Endpoint, error) {
	var all endpoints
	err := s.get(ctx, &all, values(q), "/endpoints")
	return all.Endpoints, err
}

// Delete implements history.Store.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	for _, id := range ids {
		if !plain(id) {
			continue // it is not there
		}
		if err := s.send(ctx, http.MethodDelete, "/runs/"+id, "", nil); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Tell tells the server how far a run is, for whoever watches.
func (s *Store) Tell(ctx context.Context, l bench.Live) error {
	body, err := json.Marshal(l)
	if err != nil {
		return s.failed(ctx, err)
	}
	return s.send(ctx, http.MethodPost, "/live", jsonType, body)
}

// Close implements history.Store.
func (s *Store) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

func (s *Store) at(path string, v url.Values) string {
	u := *s.base
	u.Path += Root + path
	u.RawQuery = v.Encode()
	return u.String()
}

// get reads a document.
func (s *Store) get(ctx context.Context, into any, v url.Values, path ...string) error {
	answer, err := s.ask(ctx, http.MethodGet, s.at(strings.Join(path, ""), v), "", nil)
	if err != nil {
		return err
	}
	err = json.NewDecoder(answer).Decode(into)
	if err = errors.Join(err, answer.Close()); err != nil {
		return s.failed(ctx, fmt.Errorf("it answers with what is no JSON of ours: %w", err))
	}
	return nil
}

func (s *Store) send(ctx context.Context, method, path, kind string, body []byte) error {
	answer, err := s.ask(ctx, method, s.at(path, nil), kind, body)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer) // so that the connection can be used again
	return s.failed(ctx, errors.Join(err, answer.Close()))
}

// longestRefusal is how much of an error's text is read.
const longestRefusal = 4 << 10

// ask sends a request, and returns the body of an answer that is good.
func (s *Store) ask(ctx context.Context, method, at, kind string, body []byte) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	answer, err := s.client.Do(req)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err // which repeats the URL
		}
		if ctx.Err() == nil {
			err = fmt.Errorf("%w at %s: %w", history.ErrUnreachable, s.base, err)
		}
		return nil, s.failed(ctx, err)
	}
	if answer.StatusCode/100 == 2 {
		return answer.Body, nil
	}
	text, _ := io.ReadAll(io.LimitReader(answer.Body, longestRefusal)) // without it there is the status
	_ = answer.Body.Close()
	var r refusal
	if err := json.Unmarshal(text, &r); err != nil || r.Error == "" {
		r.Error = answer.Status
	}
	return nil, s.failed(ctx, refused(s.base, answer.StatusCode, r.Error))
}

// Denied is the error of a server that answers, and does not let us in, or not do what we want to.
type Denied struct{ at, text string }

func (d Denied) Error() string {
	return fmt.Sprintf("the history at %s refuses: %s (what is sent is TIDEMARK_HISTORY_TOKEN, or else TIDEMARK_TOKEN)", d.at, d.text)
}

// Unwrap makes it one of those that say that a history cannot be had.
func (Denied) Unwrap() error { return history.ErrUnreachable }

// refused is the error of an answer.
func refused(base *url.URL, status int, text string) error {
	switch {
	case status == http.StatusNotFound:
		return fmt.Errorf("%w: %s", history.ErrNotFound, text)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Denied{base.String(), text}
	case status/100 == 3:
		return fmt.Errorf("%w: %s answers with a redirect, which a token must not follow: name the place itself", history.ErrLocation, base)
	case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		return fmt.Errorf("%w at %s: %s", history.ErrUnreachable, base, text)
	}
	return errors.New(text)
}

// failed says where an error came from.
func (s *Store) failed(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(err, history.ErrUnreachable), errors.Is(err, history.ErrLocation), errors.Is(err, history.ErrNotFound):
		return err
	}
	return fmt.Errorf("history %s: %w", s.base, err)
}
