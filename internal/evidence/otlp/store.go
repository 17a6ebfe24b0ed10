package otlp

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// A span is what is kept of one: some sixty bytes, whatever a peer has sent.
type span struct {
	id, parent uint64
	start, end int64 // nanoseconds since 1970, by its service's clock
	parameters uint64
	operation  int32
	service    int32
	failed     bool
	later      bool // takes a message: it may come when the request is long over, and not because of a clock
}

// Bounds on what one scenario's traces may take: some 40 MB.
const (
	mostTraces = 2_000
	mostSpans  = 500_000
	mostOfOne  = 5_000 // spans of one trace
)

// A store keeps the spans of traces that are followed: a sample where they are too many, drawn by their ids, so that of each trace all is
// kept or nothing, in whatever order and however late its spans come.
type store struct {
	mu        sync.Mutex
	catalogue *catalogue
	services  map[string]int32
	names     []string // of services, by number
	followed  map[uint32]*traces
	foreign   int64
	arrived   chan struct{} // closed, and made anew, when spans have come
}

// traces are those of one mark.
type traces struct {
	byID    map[traceID][]span
	below   uint64 // traces whose id's last 64 bits are below it are kept
	spans   int    // that are kept
	seen    int64
	dropped int64
}

type traceID [16]byte

func newStore() *store {
	return &store{catalogue: newCatalogue(), services: map[string]int32{}, followed: map[uint32]*traces{}, arrived: make(chan struct{})}
}

// follow keeps traces whose ids begin with a mark, as the load generator writes them.
func (s *store) follow(mark string) *traces {
	n, _ := strconv.ParseUint(mark, 16, 32) // of our own making
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &traces{byID: map[traceID][]span{}, below: 1<<64 - 1}
	s.followed[uint32(n)] = t
	return t
}

// forget gives back what was kept, and keeps nothing of it any more.
func (s *store) forget(mark string) {
	n, _ := strconv.ParseUint(mark, 16, 32)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.followed, uint32(n))
}

// add keeps what is followed of some spans, and returns how many of them were malformed.
func (s *store) add(batch ptrace.Traces) (malformed int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range batch.ResourceSpans().All() {
		service := ""
		if name, ok := resource.Resource().Attributes().Get("service.name"); ok {
			service = label(name.AsString())
		}
		for _, scope := range resource.ScopeSpans().All() {
			library := label(scope.Scope().Name())
			for _, sp := range scope.Spans().All() {
				if !s.keep(sp, service, library) {
					malformed++
				}
			}
		}
	}
	close(s.arrived)
	s.arrived = make(chan struct{})
	return malformed
}

// keep keeps a span if it is followed, and reports false if it is none.
func (s *store) keep(sp ptrace.Span, service, library string) bool {
	id := traceID(sp.TraceID())
	t := s.followed[binary.BigEndian.Uint32(id[:])]
	if t == nil {
		s.foreign++
		return true
	}
	t.seen++
	start, end := sp.StartTimestamp(), sp.EndTimestamp()
	if sp.SpanID().IsEmpty() || start == 0 || end < start || start > latest || end > latest {
		t.dropped++
		return false
	}
	if binary.BigEndian.Uint64(id[8:]) > t.below {
		return true
	}
	if n := len(t.byID[id]); n >= mostOfOne || n == 0 && t.below == 0 && len(t.byID) >= mostTraces { // ids that are alike cannot be drawn from
		t.dropped++
		return true
	}
	number, parameters := s.catalogue.read(sp, service, library)
	t.byID[id] = append(t.byID[id], span{
		id: spanID(sp.SpanID()), parent: spanID(sp.ParentSpanID()), start: int64(start), end: int64(end), parameters: parameters,
		operation: number, service: s.service(service), failed: sp.Status().Code() == ptrace.StatusCodeError,
		later: sp.Kind() == ptrace.SpanKindConsumer,
	})
	t.spans++
	for (len(t.byID) > mostTraces || t.spans > mostSpans) && t.below > 0 {
		t.halve()
	}
	return true
}

// latest is a time that no clock shows: the year 2262, the last that an int64 of nanoseconds holds.
const latest = pcommon.Timestamp(1<<63 - 1)

// halve lets go of half of the traces, and of all that are still to come of them.
func (t *traces) halve() {
	t.below /= 2
	for id, spans := range t.byID {
		if binary.BigEndian.Uint64(id[8:]) > t.below {
			t.spans -= len(spans)
			delete(t.byID, id)
		}
	}
}

// share is the part of all traces that is kept.
func (t *traces) share() float64 { return (float64(t.below) + 1) / (1 << 64) }

func (s *store) service(name string) int32 {
	n, known := s.services[name]
	if !known {
		if len(s.names) >= mostOperations {
			return 0
		}
		n = int32(len(s.names))
		s.services[name] = n
		s.names = append(s.names, name)
	}
	return n
}

func spanID(id pcommon.SpanID) uint64 { return binary.BigEndian.Uint64(id[:]) }

func (id traceID) String() string { return hex.EncodeToString(id[:]) }
