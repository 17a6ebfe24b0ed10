package telemetry

import (
	"context"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

type templateKey struct{}

// Calling says which kind of call a request made with ctx is: its path with the names of the ids in their place.
func Calling(ctx context.Context, template string) context.Context {
	return context.WithValue(ctx, templateKey{}, template)
}

// Client gives each call of another service, the peer, a span and carries the trace on.
func (t *Tracing) Client(peer string, next http.RoundTripper) http.RoundTripper {
	if t == nil {
		return next
	}
	return otelhttp.NewTransport(call{next, peer}, append(t.options(),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + template(r) }))...)
}

// A call adds to its span what otelhttp cannot know.
type call struct {
	next http.RoundTripper
	peer string
}

// RoundTrip implements http.RoundTripper.
func (c call) RoundTrip(r *http.Request) (*http.Response, error) {
	trace.SpanFromContext(r.Context()).SetAttributes(append(CallSite(),
		semconv.URLTemplate(template(r)),
		semconv.ServicePeerName(c.peer),
		attribute.String("peer.service", c.peer), // its name until version 1.38, and that which most readers know
	)...)
	return c.next.RoundTrip(r)
}

func template(r *http.Request) string {
	if template, ok := r.Context().Value(templateKey{}).(string); ok {
		return template
	}
	return "/" // few names, whatever is called
}
