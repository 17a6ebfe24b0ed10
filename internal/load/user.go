package load

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// A user says what is sent next, and whether the answer is what it should be. It has no goroutine of its own.
type user struct {
	s     *bench.Scenario
	x     wire.Exchange
	rng   *rand.PCG
	trace [55]byte // 00-<trace id>-<span id>-01
}

func newUser(s *bench.Scenario, seed, number uint64) *user {
	u := &user{s: s, rng: rand.NewPCG(seed, number)}
	copy(u.trace[:], "00-00000000000000000000000000000000-0000000000000000-01")
	u.x.Request = wire.Request{Method: s.Request.Method, Path: []byte(s.Request.Path), Body: []byte(s.Request.Body),
		TraceParent: u.trace[:], Timeout: s.Load.Timeout, MaxBody: s.Load.MaxBody}
	for _, h := range s.Request.Headers {
		u.x.Request.Headers = append(u.x.Request.Headers, wire.Header{Name: h.Name, Value: []byte(h.Value)})
	}
	return u
}

// next makes the exchange the next request, under a trace id of its own.
func (u *user) next() {
	var id [24]byte
	for i := 0; i < len(id); i += 8 {
		binary.LittleEndian.PutUint64(id[i:], u.rng.Uint64())
	}
	hex.Encode(u.trace[3:35], id[:16])
	hex.Encode(u.trace[36:52], id[16:])
}

// take looks at the answer, and says how the request ended.
func (u *user) take() bench.Outcome {
	a := &u.x.Answer
	right := a.Status < 400
	if len(u.s.Status) > 0 {
		right = slices.Contains(u.s.Status, a.Status)
	}
	if a.Outcome == bench.OK && !right {
		return bench.BadStatus
	}
	return a.Outcome
}

// exemplar keeps the exchange, without secrets.
func (u *user) exemplar(m bench.Measurement) bench.Exemplar {
	e := bench.Exemplar{Method: u.x.Request.Method, Path: redact(string(u.x.Request.Path)), TraceID: string(u.trace[3:35]), Outcome: m.Outcome,
		Status: m.Status, Start: m.Intended, Wait: m.Sent - m.Intended, Response: m.Response(), Size: m.Size}
	if m.FirstByte > 0 {
		e.FirstByte, e.Body = m.FirstByte-m.Sent, m.Done-m.FirstByte
	}
	return e
}

// secretWords are parts of query parameters' names whose values are not shown.
var secretWords = []string{"token", "key", "secret", "pass", "sig", "auth", "session", "code"}

// redact replaces the values of query parameters that look like secrets.
func redact(path string) string {
	base, query, found := strings.Cut(path, "?")
	if !found {
		return path
	}
	params := strings.Split(query, "&")
	for i, p := range params {
		name, _, _ := strings.Cut(p, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		for _, word := range secretWords {
			if strings.Contains(strings.ToLower(plain), word) {
				params[i] = name + "=REDACTED"
			}
		}
	}
	return base + "?" + strings.Join(params, "&")
}
