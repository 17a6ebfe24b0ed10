package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
)

// traced opens a pool whose statements are spans, or a plain one where nobody asked for spans.
func traced(to driver.Connector, dialect Dialect, tracer trace.TracerProvider) *sql.DB {
	if tracer == nil {
		return sql.OpenDB(to)
	}
	return otelsql.OpenDB(to,
		otelsql.WithTracerProvider(tracer),
		otelsql.WithMeterProvider(noop.NewMeterProvider()), // Prometheus has the pool's figures
		otelsql.WithAttributes(attribute.String("db.system.name", string(dialect))),
		otelsql.WithSpanNameFormatter(spanName),
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
	if operation, _, found := strings.Cut(strings.TrimSpace(query), " "); found {
		return strings.ToUpper(strings.TrimSpace(operation))
	}
	return string(method)
}

// belongsToRequest keeps statements that no request or job asked for, such as the seeding, out of the traces.
func belongsToRequest(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
	return trace.SpanContextFromContext(ctx).IsValid()
}
