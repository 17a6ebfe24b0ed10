package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// spanQueue holds the spans of a busy second with fifty queries a request; beyond it spans are lost.
const spanQueue = 1 << 15

// Tracing makes the spans of one service and exports them. A nil Tracing makes none.
type Tracing struct{ provider *sdktrace.TracerProvider }

// NewTracing exports to an OTLP endpoint over HTTP, its base URL; with an empty one it returns nil.
func NewTracing(ctx context.Context, endpoint, service, version string) (*Tracing, error) {
	if endpoint == "" {
		return nil, nil
	}
	// The exporter would only log a URL that it cannot read, and send to another.
	base, err := url.Parse(endpoint)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("tracing: %q is no http URL", endpoint)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(base.JoinPath("v1/traces").String()))
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	return &Tracing{sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter, sdktrace.WithMaxQueueSize(spanQueue)),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", service), attribute.String("service.version", version))),
	)}, nil
}

// Provider is for libraries that make spans; nil if there is no tracing.
func (t *Tracing) Provider() trace.TracerProvider {
	if t == nil {
		return nil
	}
	return t.provider
}

// Server gives each request to a route a span, which continues the client's trace.
func (t *Tracing) Server(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return otelhttp.NewHandler(next, "shop", append(t.options(),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Pattern }))...)
}

// Job gives a piece of background work a span of its own. The function it returns ends it, with how it went.
func (t *Tracing) Job(ctx context.Context, name string) (context.Context, func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.provider.Tracer(shopPackages).Start(ctx, name, trace.WithNewRoot(), trace.WithAttributes(CallSite()...))
	return ctx, func(err error) {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}
}

func (t *Tracing) options() []otelhttp.Option {
	return []otelhttp.Option{
		otelhttp.WithTracerProvider(t.provider),
		otelhttp.WithMeterProvider(metricnoop.NewMeterProvider()), // Prometheus has these figures
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})),
	}
}

// Close sends the spans that wait.
func (t *Tracing) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}
