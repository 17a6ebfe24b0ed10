package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// maxParameters is how many a statement may have for its span to show them: one with more is a batch, and would fill the span.
const maxParameters = 8

// traced opens a pool whose statements are spans, or a plain one where nobody asked for spans.
func traced(to driver.Connector, config Config, about []attribute.KeyValue) *sql.DB {
	if config.Tracer == nil {
		return sql.OpenDB(to)
	}
	return otelsql.OpenDB(to,
		otelsql.WithTracerProvider(config.Tracer),
		otelsql.WithMeterProvider(noop.NewMeterProvider()), // Prometheus has the pool's figures
		otelsql.WithAttributes(about...),
		otelsql.WithAttributesGetter(attributesOf),
		otelsql.WithSpanNameFormatter(spanName),
		otelsql.WithSQLCommenter(config.Comments),
		otelsql.WithTextMapPropagator(propagation.TraceContext{}),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			OmitConnResetSession: true,
			OmitConnPrepare:      true,
			OmitConnectorConnect: true,
			OmitRows:             true,
			SpanFilter:           belongsToRequest,
		}),
	)
}

// spanName is the operation, as the semantic conventions want it: few values, nothing of the parameters.
func spanName(_ context.Context, method otelsql.Method, query string) string {
	if operation := operationOf(query); operation != "" {
		return operation
	}
	return string(method)
}

// operationOf is the statement's first word: none of ours begins with a common table.
func operationOf(query string) string {
	operation, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return strings.ToUpper(strings.TrimSpace(operation))
}

func attributesOf(ctx context.Context, _ otelsql.Method, query string, args []driver.NamedValue) []attribute.KeyValue {
	about := telemetry.CallSite()
	if query == "" {
		return about
	}
	about = append(about, semconv.DBOperationName(operationOf(query)))
	if len(args) > maxParameters || isPrivate(ctx) {
		return about
	}
	for i, arg := range args {
		about = append(about, semconv.DBQueryParameter(strconv.Itoa(i), fmt.Sprint(arg.Value)))
	}
	return about
}

type privateKey struct{}

// Private keeps the parameters of statements with the context it returns out of traces: what customers entrust to the shop is
// nobody's business who looks into one.
func Private(ctx context.Context) context.Context { return context.WithValue(ctx, privateKey{}, true) }

func isPrivate(ctx context.Context) bool { return ctx.Value(privateKey{}) != nil }

// belongsToRequest keeps statements that no request or job asked for, such as the seeding, out of the traces.
func belongsToRequest(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
	return trace.SpanContextFromContext(ctx).IsValid()
}
