package load

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
	"github.com/tidemark/tidemark/internal/template"
)

// A user says what is sent next, and whether the answer is what it should be. It has no goroutine of its own.
type user struct {
	p      *program
	steps  []step
	at     int // the step that is sent next, or was sent last
	number uint64
	x      wire.Exchange
	rng    *rand.PCG
	scope  *template.Scope // nil: no step has an expression
	seen   *map[string]any // the shared values that the scope has
	saved  map[string]any  // nil: they are kept in the scope alone
	values [][]byte        // of headers
	trace  [55]byte        // 00-<trace id>-<span id>-01
	mark   uint32          // that the next trace id begins with
}

func newUser(p *program, steps []step, seed, number uint64) *user {
	u := &user{p: p, steps: steps, number: number, rng: rand.NewPCG(seed, number), mark: p.mark}
	copy(u.trace[:], "00-00000000000000000000000000000000-0000000000000000-01")
	u.x.Request = wire.Request{TraceParent: u.trace[:], Timeout: p.scenario.Load.Timeout, MaxBody: p.scenario.Load.MaxBody}
	if p.expressions {
		u.scope = template.NewScope(rand.New(u.rng))
	}
	return u
}

// begin begins an iteration: with new rows of data, and what is shared by now.
func (u *user) begin() {
	u.at = 0
	if u.scope == nil {
		return
	}
	if shared := u.p.shared.Load(); shared != u.seen {
		for name, v := range *shared {
			u.scope.Set(name, v)
		}
		u.seen = shared
	}
	if u.saved != nil {
		return // login, set-up and teardown know no data, and take no row from those who do
	}
	for _, t := range u.p.data {
		u.scope.Set(t.Name, t.row(u.number, rand.New(u.rng)))
	}
}

// advance goes on to the next step; false: the iteration is over.
func (u *user) advance() bool {
	u.at++
	return u.at < len(u.steps)
}

// pause is how long the user thinks after the step that was sent last.
func (u *user) pause(t bench.Think) time.Duration {
	if t.Max <= t.Min {
		return t.Min
	}
	return t.Min + time.Duration(rand.New(u.rng).Int64N(int64(t.Max-t.Min)))
}

// render makes the exchange the step's request, under a trace id of its own.
func (u *user) render() (err error) {
	s, r := &u.steps[u.at], &u.x.Request
	r.Method = s.source.Request.Method
	r.KeepBody = s.source.Expect.NeedsBody() || len(s.save) > 0
	r.KeepHeaders = r.KeepBody || len(s.source.Expect.Headers) > 0 || u.p.scenario.Load.Redirects > 0
	if r.Path, err = s.path.Render(r.Path[:0], u.scope); err != nil {
		return err
	}
	if r.Body, err = s.body.Render(r.Body[:0], u.scope); err != nil {
		return err
	}
	r.Headers = r.Headers[:0]
	if u.p.header != nil && !s.plain {
		if err := u.renderHeader(u.p.scenario.Auth.Header.Name, u.p.header); err != nil {
			return err
		}
		if last := &r.Headers[0]; u.p.scenario.Auth.Basic {
			last.Value = append([]byte("Basic "), base64.StdEncoding.EncodeToString(last.Value)...)
		}
	}
	for _, h := range s.headers {
		if err := u.renderHeader(h.name, h.value); err != nil {
			return err
		}
	}
	var id [24]byte
	for i := 0; i < len(id); i += 8 {
		binary.LittleEndian.PutUint64(id[i:], u.rng.Uint64())
	}
	binary.BigEndian.PutUint32(id[:], u.mark)
	hex.Encode(u.trace[3:35], id[:16])
	hex.Encode(u.trace[36:52], id[16:])
	return nil
}

func (u *user) renderHeader(name string, t *template.Text) error {
	i := len(u.x.Request.Headers)
	if i == len(u.values) {
		u.values = append(u.values, nil)
	}
	var err error
	u.values[i], err = t.Render(u.values[i][:0], u.scope)
	u.x.Request.Headers = append(u.x.Request.Headers, wire.Header{Name: name, Value: u.values[i]})
	return err
}

// redirect makes the exchange the one that the answer redirects to, within the target; false: it does not.
func (u *user) redirect() bool {
	a, r := &u.x.Answer, &u.x.Request
	if a.Outcome != bench.OK || !slices.Contains([]int{301, 302, 303, 307, 308}, a.Status) {
		return false
	}
	for _, h := range a.Headers {
		if !strings.EqualFold(h.Name, "Location") {
			continue
		}
		from, err := url.Parse(string(r.Path))
		if err != nil {
			return false
		}
		to, err := from.Parse(string(h.Value))
		if err != nil || to.Host != "" && !u.p.target.Holds(to) {
			return false // somewhere else: that is not what is measured
		}
		r.Path = append(r.Path[:0], to.RequestURI()...)
		if a.Status == http.StatusSeeOther || a.Status < http.StatusSeeOther && r.Method == http.MethodPost { // RFC 9110, sections 15.4.2 to 15.4.4
			r.Method, r.Body = http.MethodGet, r.Body[:0]
		}
		return true
	}
	return false
}

var errStatus = errors.New("") // the status says it

// take looks at the answer, keeps what is to be saved, and says how the request ended, and why if not well.
func (u *user) take() (bench.Outcome, error) {
	a, s := &u.x.Answer, &u.steps[u.at]
	if a.Outcome != bench.OK {
		return a.Outcome, a.Err
	}
	if !s.expect.status(a.Status) {
		if a.Status == http.StatusUnauthorized && u.p.login != nil {
			select {
			case u.p.refresh <- struct{}{}:
			default: // asked for already
			}
		}
		return bench.BadStatus, errStatus
	}
	body := a.Body
	if u.x.Request.KeepBody {
		var err error
		if body, err = decoded(a, u.x.Request.MaxBody); errors.Is(err, wire.ErrTooLarge) {
			return bench.TooLarge, err
		} else if err != nil {
			return bench.BadExpectation, err
		}
	}
	var document any
	parsed := false
	parseOnce := func() (any, error) {
		if parsed {
			return document, nil
		}
		var err error
		document, err = parse(body)
		parsed = err == nil
		return document, err
	}
	if err := s.expect.check(a, body, parseOnce); err != nil {
		return bench.BadExpectation, err
	}
	for _, save := range s.save {
		d, err := parseOnce()
		if err != nil {
			return bench.BadExpectation, err
		}
		v, err := save.from(d)
		if err != nil {
			return bench.BadExpectation, err
		}
		u.scope.Set(save.name, v)
		if u.saved != nil {
			u.saved[save.name] = v
		}
	}
	return bench.OK, nil
}

// sampled is what is told of a request that is kept.
func (u *user) sampled(m bench.Measurement) bench.Sampled {
	s := bench.Sampled{Measurement: m, TraceID: string(u.trace[3:35]), Grows: math.NaN()}
	if m.FirstByte > 0 {
		s.ServerTiming, s.RetryAfter = string(u.x.Answer.ServerTiming), string(u.x.Answer.RetryAfter)
	}
	if u.p.size != nil {
		if text, err := u.p.size.Render(nil, u.scope); err == nil {
			if n, err := strconv.ParseFloat(string(text), 64); err == nil {
				s.Grows = n
			}
		}
	}
	return s
}

// exemplar keeps the exchange, without secrets.
func (u *user) exemplar(m bench.Measurement) bench.Exemplar {
	e := bench.Exemplar{Method: u.x.Request.Method, Path: u.p.redact(string(u.x.Request.Path)), TraceID: string(u.trace[3:35]), Outcome: m.Outcome,
		Status: m.Status, Start: m.Intended, Wait: m.Sent - m.Intended, Response: m.Response(), Size: m.Size}
	if len(u.steps) > 1 {
		e.Step = u.p.redact(u.steps[u.at].source.Name)
	}
	if m.FirstByte > 0 {
		e.FirstByte, e.Body = m.FirstByte-m.Sent, m.Done-m.FirstByte
	}
	return e
}
