package otlp

import (
	"context"
	"fmt"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A Collector gathers the traces of one target that come to a receiver.
type Collector struct {
	receiver *Receiver
	mark     string
	traces   *traces
}

// Collector is for one target; several may share a receiver.
func (r *Receiver) Collector() *Collector { return &Collector{receiver: r} }

// Follow implements evidence.Follower.
func (c *Collector) Follow(mark string) {
	c.mark = mark
	c.traces = c.receiver.store.follow(mark)
}

// Begin implements evidence.Collector. Requests bear a mark when they are measured, so there is nothing to begin.
func (c *Collector) Begin(context.Context, *bench.Scenario) {}

// Exporters send a batch when it is full, or every five seconds where nobody told them otherwise. Spans of the last requests are waited for
// a little longer, unless nearly all have come and no more do.
const (
	lateness  = 6 * time.Second
	settled   = 300 * time.Millisecond
	nearlyAll = 0.95
)

// End implements evidence.Collector.
func (c *Collector) End(ctx context.Context, span evidence.Span) bench.Evidence {
	if c.traces == nil {
		return evidence.Missing(bench.FromTraces, span, "no requests were followed")
	}
	defer c.receiver.store.forget(c.mark)
	c.wait(ctx, span)
	t := c.receiver.store.summarise(c.traces)
	return found(t, span, c.receiver.silence(t))
}

// Close implements evidence.Collector. The receiver goes on: it may be others' too.
func (c *Collector) Close() error { return nil }

// wait waits for spans that are still on their way.
func (c *Collector) wait(ctx context.Context, span evidence.Span) {
	end := time.NewTimer(time.Until(span.To.Add(lateness)))
	defer end.Stop()
	for {
		seen, joined, arrived := c.receiver.store.progress(c.traces)
		if seen == 0 && span.To.Sub(span.From) > lateness {
			return // what should have come by now has not
		}
		var quiet <-chan time.Time
		if joined >= nearlyAll*float64(span.Requests) {
			quiet = time.After(settled)
		}
		select {
		case <-arrived:
		case <-quiet:
			return
		case <-end.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// progress is how many spans and traces have come, and what is closed when more do.
func (s *store) progress(t *traces) (seen int64, joined float64, arrived <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.seen, float64(len(t.byID)) / t.share(), s.arrived
}

// silence says why there are no traces, and what would bring them.
func (r *Receiver) silence(t bench.Traces) string {
	if t.Foreign > 0 {
		return "spans came, but none of a measured request: the service has to continue the trace of the header traceparent (propagator tracecontext), and to sample what that header says is sampled"
	}
	return fmt.Sprintf("no spans came to %s: start the service with OTEL_EXPORTER_OTLP_ENDPOINT=%s", r.Endpoint(), r.Endpoint())
}

// found is the evidence of some traces; silence is why there are none, if there are none.
func found(t bench.Traces, span evidence.Span, silence string) bench.Evidence {
	switch {
	case t.Joined == 0:
		return evidence.Missing(bench.FromTraces, span, silence)
	case t.Used == 0:
		return evidence.Missing(bench.FromTraces, span, fmt.Sprintf("of %d traces none is whole: the span of the request itself is missing, or others are", t.Joined))
	}
	return bench.Evidence{Source: bench.FromTraces, From: span.From, To: span.To, Samples: t.Used, Traces: &t}
}
