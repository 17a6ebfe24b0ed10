package telemetry

import (
	"database/sql"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the shop's figures for Prometheus.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	queries  *prometheus.CounterVec
	database *prometheus.CounterVec
}

// NewMetrics returns metrics of one shop, with those of its process and its pools, by name.
func NewMetrics(pools map[string]*sql.DB) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Time from the first byte of a request to the last of its answer.",
			Buckets: prometheus.ExponentialBucketsRange(0.0005, 8, 16),
		}, []string{"method", "route", "status"}),
		queries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shop_db_queries_total",
			Help: "Statements sent to the database.",
		}, []string{"route"}),
		database: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shop_db_seconds_total",
			Help: "Time that requests waited for the database.",
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.queries, m.database,
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsGC, collectors.MetricsScheduler, processorTime)),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name, pool := range pools {
		m.registry.MustRegister(collectors.NewDBStatsCollector(pool, name))
	}
	return m
}

// processorTime is what the runtime used the processors for: the part of the garbage collector, for one.
var processorTime = collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/cpu/classes/`)}

// Handler answers with all metrics as text.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

func (m *Metrics) enter(e *exchange, took time.Duration) {
	route := route(e.request)
	queries, waited := e.account.asked()
	m.requests.WithLabelValues(method(e.request), route, strconv.Itoa(e.status)).Observe(took.Seconds())
	m.queries.WithLabelValues(route).Add(float64(queries))
	m.database.WithLabelValues(route).Add(waited.Seconds())
}

// route is the pattern that answered, without its method; requests that none answered share one.
func route(r *http.Request) string {
	_, path, found := strings.Cut(r.Pattern, " ")
	if !found {
		return "none"
	}
	return path
}

// method is the request's, unless a client made one up: labels must stay few.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
