package otlp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A Backend gathers traces from where a service sends them in any case: Jaeger or Tempo. It asks for each of a sample of measured requests, by
// its trace id.
type Backend struct {
	name   string
	base   *url.URL
	accept string
	decode func([]byte) (ptrace.Traces, error)
	client *http.Client

	store  *store
	mark   string
	traces *traces
}

// NewBackend is a collector of jaeger+http://host:16686 or tempo+http://host:3200. Its error does not repeat the text, which may hold a password.
func NewBackend(text string) (*Backend, error) {
	name, rest, _ := strings.Cut(text, "+")
	base, err := url.Parse(rest)
	if err != nil || base.Host == "" {
		return nil, errors.New("traces: write jaeger+http://host:16686 or tempo+http://host:3200")
	}
	b := &Backend{name: name, base: base, store: newStore(), client: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: asking}}}
	switch name {
	case "jaeger":
		b.accept, b.decode = "application/json", readJaeger
	case "tempo":
		// Tempo's JSON has ids in base64; its protobuf is that of OTLP.
		b.accept, b.decode = "application/protobuf", new(ptrace.ProtoUnmarshaler).UnmarshalTraces
	default:
		return nil, errors.New("traces: write jaeger+http://host:16686 or tempo+http://host:3200")
	}
	return b, nil
}

// Follow implements evidence.Follower.
func (b *Backend) Follow(mark string) { b.mark, b.traces = mark, b.store.follow(mark) }

// Begin implements evidence.Collector.
func (b *Backend) Begin(context.Context, *bench.Scenario) {}

// Close implements evidence.Collector.
func (b *Backend) Close() error {
	b.client.CloseIdleConnections()
	return nil
}

const (
	asking    = 4 // at a time: it is a system that others use
	mostTrace = 16 << 20
)

var errNotThere = errors.New("not there")

// End implements evidence.Collector. A trace that is not there yet is asked for again until it is late.
func (b *Backend) End(ctx context.Context, span evidence.Span) bench.Evidence {
	if b.traces == nil {
		return evidence.Missing(bench.FromTraces, span, "no requests were followed")
	}
	defer b.store.forget(b.mark)
	left := span.TraceIDs
	err := until(ctx, span, func() (enough bool, err error) {
		left, err = b.ask(ctx, left)
		return len(left) == 0 || err != nil, err
	})
	t := b.store.summarise(b.traces)
	if err != nil && t.Joined == 0 {
		return evidence.Missing(bench.FromTraces, span, fmt.Sprintf("%s at %s: %v", b.name, b.base.Host, err))
	}
	return found(t, span, fmt.Sprintf("%s at %s has none of %d measured requests: the service has to continue the trace of the header traceparent, and to sample what that header says is sampled", b.name, b.base.Host, len(span.TraceIDs)))
}

// ask asks for some traces, and returns those that are not there. The error is the first other one.
func (b *Backend) ask(ctx context.Context, ids []string) (left []string, err error) {
	queue := make(chan string)
	var mu sync.Mutex
	var all sync.WaitGroup
	for range asking {
		all.Go(func() {
			for id := range queue {
				e := b.fetch(ctx, id)
				mu.Lock()
				if errors.Is(e, errNotThere) {
					left = append(left, id)
				} else if e != nil && err == nil {
					err = e
				}
				mu.Unlock()
			}
		})
	}
	for _, id := range ids {
		queue <- id
	}
	close(queue)
	all.Wait()
	return left, err
}

func (b *Backend) fetch(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base.JoinPath("api", "traces", id).String(), http.NoBody)
	if err != nil {
		return errors.New("is no URL")
	}
	request.Header.Set("Accept", b.accept)
	answer, err := b.client.Do(request)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err // without the URL, which may hold a password
		}
		return err
	}
	defer func() { _ = answer.Body.Close() }() // only read
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostTrace+1))
	switch {
	case err != nil:
		return err
	case answer.StatusCode == http.StatusNotFound:
		return errNotThere
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("answers %s", answer.Status)
	case len(body) > mostTrace:
		return fmt.Errorf("a trace is larger than %d MB", mostTrace>>20)
	}
	spans, err := b.decode(body)
	if err != nil {
		return fmt.Errorf("its answer is not understood: %w", err)
	}
	if spans.SpanCount() == 0 {
		return errNotThere
	}
	b.store.add(spans)
	return nil
}

var (
	_ evidence.Follower = (*Backend)(nil)
	_ evidence.Follower = (*File)(nil)
	_ evidence.Follower = (*Collector)(nil)
)
