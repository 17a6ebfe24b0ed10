package forge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A Client speaks to the API of a host. It is our own, and no library of each host's: we need a dozen requests of three hosts, with one way to
// wait and to give up, and a token that is certain to reach no other place.
type Client struct {
	Base     string      // URL that all paths are below
	Token    string      // sent as a bearer
	Header   http.Header // sent with every request
	Patience time.Duration
	Wait     func(context.Context, time.Duration) error // nil: by the clock
}

// The bounds of trying again. A host that is asked more gently and less often than this recovers no sooner.
const (
	mostAttempts    = 6
	firstPause      = time.Second
	longestPause    = 30 * time.Second
	pauseOfLimit    = time.Minute // of a rate limit that does not say how long: what GitHub asks for
	defaultPatience = 3 * time.Minute
	requestTimeout  = 30 * time.Second
	mostAnswer      = 16 << 20
	mostPages       = 100
	mostMessage     = 200 // letters of what a host says is wrong
)

// ErrDoubtful is wrapped by errors of requests that may have been carried out.
var ErrDoubtful = errors.New("the answer was lost")

func isDoubtful(err error) bool { return errors.Is(err, ErrDoubtful) }

// A StatusError is an answer that says no.
type StatusError struct {
	What    string // method and path
	Status  int
	Message string
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.What, e.Status, http.StatusText(e.Status))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// IsStatus reports whether an error is an answer with one of some statuses.
func IsStatus(err error, statuses ...int) bool {
	e, ok := errors.AsType[*StatusError](err)
	return ok && slices.Contains(statuses, e.Status)
}

// Do sends a request and reads the answer into out, if that is not nil. It tries again, with longer and longer pauses, what failed for a reason that passes:
// the network, the server's own failure, a rate limit. The request must be one that does no harm when it is carried out twice.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	_, err := c.do(ctx, call{method: method, target: c.Base + path}, in, out)
	return err
}

// Once is Do for a request that must not be carried out twice: it is repeated only where it certainly was not carried out at all. Where it may have
// been, the error wraps ErrDoubtful.
func (c *Client) Once(ctx context.Context, method, path string, in, out any) error {
	_, err := c.do(ctx, call{method: method, target: c.Base + path, once: true}, in, out)
	return err
}

// A call is what is asked of a host.
type call struct {
	method, target string
	body           []byte
	once           bool // it must not be carried out twice
}

// Pages sends a GET for a list, and for all further pages that the answers name; each is told every page.
func (c *Client) Pages(ctx context.Context, path string, page func(decode func(any) error) error) error {
	next := c.Base + path
	path, _, _ = strings.Cut(path, "?")
	for range mostPages {
		var raw json.RawMessage
		links, err := c.do(ctx, call{method: http.MethodGet, target: next}, nil, &raw)
		if err != nil {
			return err
		}
		if err := page(func(v any) error { return json.Unmarshal(raw, v) }); err != nil {
			return err
		}
		if next = nextPage(links); next == "" {
			return nil
		}
		if !strings.HasPrefix(next, c.origin()+"/") {
			return fmt.Errorf("GET %s: the next page is said to be on another host, which is not asked", path)
		}
	}
	return fmt.Errorf("GET %s: there are more than %d pages", path, mostPages)
}

// origin is scheme and host of the base.
func (c *Client) origin() string {
	u, err := url.Parse(c.Base)
	if err != nil {
		return c.Base
	}
	return u.Scheme + "://" + u.Host
}

// nextPage is the URL of the next page in a Link header (RFC 8288), or empty.
func nextPage(link string) string {
	for part := range strings.SplitSeq(link, ",") {
		target, rest, found := strings.Cut(strings.TrimSpace(part), ">")
		if !found || !strings.HasPrefix(target, "<") {
			continue
		}
		for parameter := range strings.SplitSeq(rest, ";") {
			if p := strings.ReplaceAll(strings.TrimSpace(parameter), `"`, ""); p == "rel=next" {
				return target[1:]
			}
		}
	}
	return ""
}

// do returns the answer's Link header.
func (c *Client) do(ctx context.Context, asked call, in, out any) (links string, err error) {
	if in != nil {
		if asked.body, err = json.Marshal(in); err != nil {
			return "", err
		}
	}
	left := c.Patience
	if left == 0 {
		left = defaultPatience
	}
	for attempt := 1; ; attempt++ {
		links, again, err := c.send(ctx, asked, out)
		if err == nil || again == nil || ctx.Err() != nil {
			return links, err
		}
		pause := again.least
		if pause == 0 {
			pause = backoff(attempt)
		}
		if attempt == mostAttempts || pause > left {
			return "", fmt.Errorf("%w (given up after %d attempts; next in %s)", err, attempt, pause.Round(time.Second))
		}
		left -= pause
		if err := c.wait(ctx, pause); err != nil {
			return "", err
		}
	}
}

// backoff is a pause that doubles, and half of it is chance: jobs that were turned away together do not come back together.
func backoff(attempt int) time.Duration {
	d := min(firstPause<<(attempt-1), longestPause)
	return d/2 + rand.N(d/2)
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// A retry says that a request may be sent again.
type retry struct{ least time.Duration } // 0: as usual

// send sends a request. again is nil if it is of no use, or not safe, to send it again.
func (c *Client) send(ctx context.Context, asked call, out any) (links string, again *retry, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, asked.method, asked.target, bytes.NewReader(asked.body))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %q is no URL of an API", asked.method, c.Base)
	}
	request.Header = c.Header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	if asked.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	what := asked.method + " " + request.URL.Path // without a query
	client := http.Client{CheckRedirect: sameHost}
	answer, err := client.Do(request)
	if err != nil {
		return broken(asked, what, err)
	}
	defer func() { _ = answer.Body.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return broken(asked, what, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		again, err := c.refused(answer, asked, what, text)
		return "", again, err
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			return "", nil, fmt.Errorf("%s: the answer is no JSON that can be read: %w", what, err)
		}
	}
	return answer.Header.Get("Link"), nil, nil
}

// broken is a request without an answer.
func broken(asked call, what string, err error) (string, *retry, error) {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // it begins with the whole URL
	}
	if asked.once {
		return "", nil, fmt.Errorf("%s: %w: %w", what, ErrDoubtful, err)
	}
	return "", &retry{}, fmt.Errorf("%s: %w", what, err)
}

// refused is an answer that says no.
func (c *Client) refused(answer *http.Response, asked call, what string, text []byte) (*retry, error) {
	e := &StatusError{what, answer.StatusCode, c.clean(message(text))}
	if wait, limited := limit(answer, e.Message); limited {
		return &retry{wait}, e // it was not carried out
	}
	switch {
	case answer.StatusCode < http.StatusInternalServerError:
		return nil, e
	case asked.once:
		return nil, fmt.Errorf("%w: %w", ErrDoubtful, e)
	}
	return &retry{retryAfter(answer)}, e
}

// limit reports whether an answer is that of a rate limit, and for how long no more is to be asked.
func limit(answer *http.Response, message string) (time.Duration, bool) {
	after := retryAfter(answer)
	said := strings.ToLower(message)
	switch status := answer.StatusCode; {
	case status != http.StatusForbidden && status != http.StatusTooManyRequests:
		return 0, false
	case after > 0:
		return after, true
	case answer.Header.Get("X-Ratelimit-Remaining") == "0":
		if reset, err := strconv.ParseInt(answer.Header.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
			return max(time.Until(time.Unix(reset, 0)), firstPause), true
		}
		return pauseOfLimit, true
	case status == http.StatusTooManyRequests, strings.Contains(said, "secondary rate limit"), strings.Contains(said, "abuse detection"):
		return pauseOfLimit, true
	}
	return 0, false
}

// retryAfter is how long a server asks to wait (RFC 9110, 10.2.3), or 0.
func retryAfter(answer *http.Response) time.Duration {
	value := answer.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

// message is what a host says is wrong, in the forms that they have for it.
func message(text []byte) string {
	var said struct {
		Message json.RawMessage `json:"message"`
		Error   json.RawMessage `json:"error"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(text, &said) != nil {
		return ""
	}
	var parts []string
	for _, raw := range []json.RawMessage{said.Message, said.Error, said.Errors} {
		var plain string
		switch {
		case len(raw) == 0 || string(raw) == "null":
		case json.Unmarshal(raw, &plain) == nil:
			parts = append(parts, plain)
		default:
			parts = append(parts, string(raw))
		}
	}
	return strings.Join(parts, ": ")
}

// clean is a host's text as it may stand in a log: on one line, not long, and without the token, should it be repeated.
func (c *Client) clean(text string) string {
	if c.Token != "" {
		text = strings.ReplaceAll(text, c.Token, "[token]")
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > mostMessage {
		text = string(runes[:mostMessage]) + "…"
	}
	return text
}

// sameHost lets a redirection go on only on the host that was asked: others get neither token nor comment.
func sameHost(request *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > 3:
		return errors.New("redirected too often")
	case request.URL.Host != first.Host || request.URL.Scheme != first.Scheme:
		return fmt.Errorf("redirected to another host, %s, which is not asked", request.URL.Host)
	}
	return nil
}
