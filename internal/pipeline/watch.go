package pipeline

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
	"github.com/tidemark/tidemark/internal/evidence/generator"
	"github.com/tidemark/tidemark/internal/evidence/metrics"
	"github.com/tidemark/tidemark/internal/evidence/mysql"
	"github.com/tidemark/tidemark/internal/evidence/otlp"
	"github.com/tidemark/tidemark/internal/evidence/postgres"
	"github.com/tidemark/tidemark/internal/evidence/profile"
	"github.com/tidemark/tidemark/internal/evidence/servertiming"
	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/suite"
)

// A Watch gathers evidence while targets are measured. A nil one gathers what the load generator itself sees, and Server-Timing.
type Watch struct {
	config   bench.EvidenceConfig
	env      map[string]string
	receiver *otlp.Receiver // nil: none was asked for
	repo     string         // that commits are in; empty: where we were called
}

// NewWatch makes what a configuration asks for ready. The error is about an address that spans cannot be received at.
func NewWatch(ctx context.Context, config bench.EvidenceConfig, env map[string]string) (*Watch, error) {
	w := &Watch{config: config, env: env}
	filled, _ := suite.FillEvidence(config, env, "", "") // what is missing is told with each target
	if filled.OTLP == "" || filled.OTLP == bench.Off {
		return w, nil
	}
	var err error
	w.receiver, err = otlp.Listen(ctx, filled.OTLP)
	return w, err
}

// Endpoint is where services are to send their spans; empty: nowhere.
func (w *Watch) Endpoint() string {
	if w == nil || w.receiver == nil {
		return ""
	}
	return w.receiver.Endpoint()
}

// Close ends what NewWatch began.
func (w *Watch) Close() error {
	if w == nil || w.receiver == nil {
		return nil
	}
	return w.receiver.Close()
}

// in is the watch for commits of a repository.
func (w *Watch) in(repo string) *Watch {
	if w == nil {
		return nil
	}
	elsewhere := *w
	elsewhere.repo = repo
	return &elsewhere
}

func (w *Watch) repository() string {
	if w == nil || w.repo == "" {
		return "."
	}
	return w.repo
}

// batchDelay is how long a service that we start keeps spans before it sends them, in milliseconds: the usual five seconds would be waited for.
const batchDelay = "500"

// Exports are the environment variables that make a service send its spans here; nil: it is not to.
func (w *Watch) Exports() map[string]string {
	if w.Endpoint() == "" {
		return nil
	}
	return map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": w.Endpoint(), "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_TRACES_EXPORTER": "otlp", "OTEL_BSP_SCHEDULE_DELAY": batchDelay}
}

// exporting is a service that gets Exports beside its own variables, which go before them.
func (w *Watch) exporting(s *bench.Service) *bench.Service {
	exports := w.Exports()
	if s == nil || exports == nil {
		return s
	}
	with := *s
	with.Env = slices.Clone(s.Env)
	for name, value := range exports {
		if !slices.ContainsFunc(s.Env, func(v bench.Variable) bool { return v.Name == name }) {
			with.Env = append(with.Env, bench.Variable{Name: name, Value: bench.Text(value)})
		}
	}
	return &with
}

// A watched is one target with the collectors of its sources.
type watched struct {
	side       string // of a comparison; empty: there is none
	collectors []collector
	missing    map[bench.Source]string
	from       time.Time
	places     places
}

// A collector is one with what it is asked for.
type collector struct {
	evidence.Collector
	wanted bool // by the suite; one that was only tried need not tell that it found nothing
}

// runSide is what a run calls its only side in texts of the configuration.
const runSide = "head"

// of makes the collectors of a target ready. side is base or head, or empty in a run. others is the configuration of the other side of a
// comparison, as it is filled: what both would ask in the same place cannot be told apart. nil: there is none.
func (w *Watch) of(ctx context.Context, target *url.URL, side string, others *bench.EvidenceConfig) *watched {
	t := &watched{side: side, missing: map[bench.Source]string{}, places: placesOf(w.repository())}
	if w == nil {
		return t
	}
	config, missing := w.filled(target, side)
	for name, why := range missing {
		t.missing[sourceOf[name]] = why
	}
	switch text := config.Traces; {
	case w.receiver != nil:
		t.collectors = append(t.collectors, collector{w.receiver.Collector(), true})
	case text == "" || text == bench.Off:
	case strings.Contains(text, "://"):
		t.add(bench.FromTraces, true, func(s string) (evidence.Collector, error) { return otlp.NewBackend(s) }, text)
	default:
		t.collectors = append(t.collectors, collector{otlp.NewFile(text), true})
	}
	for _, kind := range []struct {
		source       bench.Source
		text, shared string
		open         func(string) (evidence.Collector, error)
	}{
		{bench.FromPostgres, config.Postgres, shared(others, func(c *bench.EvidenceConfig) string { return c.Postgres }), func(s string) (evidence.Collector, error) { return postgres.New(s) }},
		{bench.FromMySQL, config.MySQL, shared(others, func(c *bench.EvidenceConfig) string { return c.MySQL }), func(s string) (evidence.Collector, error) { return mysql.New(s) }},
		{bench.FromProfile, config.Profile, shared(others, func(c *bench.EvidenceConfig) string { return c.Profile }), func(s string) (evidence.Collector, error) { return profile.New(s) }},
	} {
		switch kind.text {
		case "", bench.Off:
		case kind.shared:
			t.missing[kind.source] = "both sides are asked in the same place: give each its own, with ${service.side} or ${service.port}"
		default:
			t.add(kind.source, true, kind.open, kind.text)
		}
	}
	t.addMetrics(ctx, config.Metrics, target)
	return t
}

// sourceOf are the sources by the names that users know them by.
var sourceOf = map[string]bench.Source{"otlp": bench.FromTraces, "traces": bench.FromTraces, "postgres": bench.FromPostgres, "mysql": bench.FromMySQL, "metrics": bench.FromMetrics, "profile": bench.FromProfile}

func (w *Watch) filled(target *url.URL, side string) (bench.EvidenceConfig, map[string]string) {
	return suite.FillEvidence(w.config, w.env, target.Port(), cmp.Or(side, runSide))
}

// filledFor is what the configuration says of the other side.
func (w *Watch) filledFor(target *url.URL, side string) *bench.EvidenceConfig {
	if w == nil {
		return nil
	}
	c, _ := w.filled(target, side)
	return &c
}

func shared(others *bench.EvidenceConfig, of func(*bench.EvidenceConfig) string) string {
	if others == nil {
		return ""
	}
	return of(others)
}

func (t *watched) add(source bench.Source, wanted bool, open func(string) (evidence.Collector, error), text string) {
	c, err := open(text)
	if err != nil {
		t.missing[source] = err.Error()
		return
	}
	t.collectors = append(t.collectors, collector{c, wanted})
}

// addMetrics adds the target's metrics, where they are said to be or where they usually are, and those of its process if it runs here.
func (t *watched) addMetrics(ctx context.Context, text string, target *url.URL) {
	if text == bench.Off {
		return
	}
	wanted, location := text != "", text
	switch {
	case text == "":
		if location = target.JoinPath("metrics").String(); !metrics.Probe(ctx, location) {
			location = ""
		}
	case text[0] == '/':
		location = target.Scheme + "://" + target.Host + text
	}
	t.add(bench.FromMetrics, wanted, func(s string) (evidence.Collector, error) { return metrics.New(s, target.String()) }, location)
}

// follow tells the collectors how to know the requests of a session.
func (t *watched) follow(s *load.Session) { t.followMark(s.Mark()) }

func (t *watched) followMark(mark string) {
	for _, c := range t.collectors {
		if f, ok := c.Collector.(evidence.Follower); ok {
			f.Follow(mark)
		}
	}
}

// begin begins all at the same time: each takes a moment.
func (t *watched) begin(ctx context.Context, s *bench.Scenario) {
	t.from = time.Now()
	t.each(func(_ int, c evidence.Collector) { c.Begin(ctx, s) })
}

// end is what all told since begin of the requests of a result.
func (t *watched) end(ctx context.Context, r *bench.Result, o bench.Observations) (all []bench.Evidence) {
	span := t.span(r, o)
	found := make([]bench.Evidence, len(t.collectors))
	t.each(func(i int, c evidence.Collector) { found[i] = c.End(ctx, span) })
	for i, e := range found {
		if e.Missing == "" || t.collectors[i].wanted {
			all = append(all, e)
		}
	}
	for source, why := range t.missing {
		all = append(all, evidence.Missing(source, span, why))
	}
	all = append(all, servertiming.Read(o.Sample, span))
	slices.SortFunc(all, func(a, b bench.Evidence) int { return cmp.Compare(a.Source, b.Source) })
	for i := range all {
		all[i].Side = t.side
		t.places.in(&all[i])
	}
	return all
}

// mostAsked is how many trace ids a span has: each is asked for by itself where traces are kept elsewhere.
const mostAsked = 300

// span is what was sent since begin.
func (t *watched) span(r *bench.Result, o bench.Observations) evidence.Span {
	span := evidence.Span{From: t.from, To: time.Now(), Requests: r.Requests, Service: r.Service.P50}
	requests := slices.SortedFunc(slices.Values(o.Sample.Requests), func(a, b bench.Sampled) int { return cmp.Compare(b.Response(), a.Response()) })
	for i := range min(len(requests), mostAsked) {
		span.TraceIDs = append(span.TraceIDs, requests[i*len(requests)/min(len(requests), mostAsked)].TraceID)
	}
	return span
}

func (t *watched) each(f func(int, evidence.Collector)) {
	var all sync.WaitGroup
	for i, c := range t.collectors {
		all.Go(func() { f(i, c) })
	}
	all.Wait()
}

func (t *watched) close() error {
	var err error
	for _, c := range t.collectors {
		err = errors.Join(err, c.Close())
	}
	return err
}

// facts is what a whole run of a scenario shows by itself.
func (t *watched) facts(s *bench.Scenario, r *bench.Result, rec load.Recording) bench.Evidence {
	return generator.Facts(s, r, rec.Slices, rec.Observed, t.span(r, rec.Observed))
}

// shape is what a scenario that was measured in blocks shows by itself.
func (t *watched) shape(r *bench.Result, o bench.Observations) bench.Evidence {
	shape := generator.Shape(r, o)
	span := t.span(r, o)
	return bench.Evidence{Source: bench.FromGenerator, Side: t.side, From: span.From, To: span.To, Samples: r.Requests, Load: &shape}
}
