package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A trial is one fault with the endpoint that gets slow, or none.
type trial struct {
	fault    string     // also the kind of the true cause; healthy: there is none
	scenario string     // id in the shop's suite of all endpoints
	own      []shopLoad // nil: the usual three
	// suffices are the settings whose evidence can show the cause. In the others the advice has to name one of the sources in points.
	suffices []string
	points   []string
	longer   time.Duration // than usual, where the fault takes its time
	fixed    bool          // its loads are what they are, whatever the scale
	also     []string      // kinds that say the same of it
}

const healthy = "healthy"

// The settings: which evidence is looked at. What all of them have is what the load generator itself knows.
const (
	generatorOnly = "generator"
	withTraces    = "traces"
	withPostgres  = "postgres"
	withAll       = "all"
)

var settings = []struct {
	name    string
	sources []bench.Source
}{
	{generatorOnly, nil},
	{withTraces, []bench.Source{bench.FromTraces}},
	{withPostgres, []bench.Source{bench.FromPostgres}},
	{withAll, []bench.Source{bench.FromTraces, bench.FromPostgres, bench.FromServerTiming, bench.FromMetrics, bench.FromProfile}},
}

var (
	anything = []string{generatorOnly, withTraces, withPostgres, withAll}
	spans    = []string{withTraces, withAll}
	counts   = []string{withPostgres, withAll}
	either   = []string{withTraces, withPostgres, withAll}
	insight  = []string{withAll}
)

// trials are the faults of examples/shop, in the order of its README, the two kinds that are loads, and the healthy shop.
var trials = []trial{
	{fault: "n-plus-one", scenario: "user-orders", suffices: either, points: []string{"otlp", "postgres"}},
	{fault: "redundant-queries", scenario: "user-orders", suffices: spans, points: []string{"otlp"}},
	{fault: "repeating-queries", scenario: "products-list", suffices: spans, points: []string{"otlp"}},
	{fault: "missing-index", scenario: "search", suffices: counts, points: []string{"postgres"}},
	{fault: "plan-change", scenario: "search", suffices: counts, points: []string{"postgres"}},
	// These three cost nothing as long as requests do not meet: ten a second do not.
	{fault: "lock-contention", scenario: "create-order", suffices: either, points: []string{"otlp", "postgres"}, own: meeting},
	{fault: "pool-exhaustion", scenario: "user-orders", suffices: insight, points: []string{"metrics"}, own: []shopLoad{
		{name: "200/s", rate: 200}, {name: "6 users", users: 6}, {name: "12 users", users: 12}}},
	{fault: "slow-dependency", scenario: "create-order", suffices: spans, points: []string{"otlp"}, longer: 4 * time.Second, own: []shopLoad{ // three calls in a hundred are slow
		{name: "30/s", rate: 30}, {name: "60/s", rate: 60}, {name: "6 users", users: 6}}},
	{fault: "n-plus-one-calls", scenario: "products-list", suffices: spans, points: []string{"otlp"}},
	{fault: "sequential-calls", scenario: "product-detail", suffices: spans, points: []string{"otlp"}},
	{fault: "cpu-hotspot", scenario: "product-detail", suffices: insight, points: []string{"profile"}, own: meeting},
	{fault: "gc-pressure", scenario: "products-list", suffices: insight, points: []string{"profile", "metrics"}},
	{fault: "oversized-answer", scenario: "products-list", suffices: spans, points: []string{"otlp"}},
	{fault: "rate-limited", scenario: "product-detail", suffices: anything, fixed: true, own: []shopLoad{
		{name: "50/s", rate: 50}, {name: "60/s", rate: 60}, {name: "12 users", users: 12}}},
	{fault: "periodic-stall", scenario: "products-list", suffices: anything, longer: 7 * time.Second, fixed: true, own: []shopLoad{
		{name: "20/s", rate: 20}, {name: "40/s", rate: 40}, {name: "8 users", users: 8}}},
	{fault: "growth", scenario: "user-orders", suffices: anything, longer: 8 * time.Second, fixed: true, own: []shopLoad{
		{name: "100/s", rate: 100}, {name: "140/s", rate: 140}, {name: "4 users", users: 4}}},
	// A load that is too much for what there is least of; in the shop that is the pool of connections, which metrics show.
	{fault: "saturation", scenario: "products-list", suffices: anything, longer: 6 * time.Second, fixed: true, also: []string{"pool-exhaustion"}, own: []shopLoad{
		{name: "1 to 150 users", stages: []bench.Stage{{Users: 1, Duration: 3 * time.Second}, {Users: 150, Duration: 10 * time.Second}, {Users: 150, Duration: 3 * time.Second}}},
		{name: "4,000/s", rate: 4000}}},
	{fault: "generator-limit", scenario: "products-list", suffices: anything, fixed: true, own: []shopLoad{
		{name: "12 users, 1 connection", users: 12, connections: 1}, {name: "150/s, 1 slot", rate: 150, inFlight: 1}}},
	{fault: healthy, scenario: "products-list"}, {fault: healthy, scenario: "product-detail"}, {fault: healthy, scenario: "search"},
	{fault: healthy, scenario: "create-order"}, {fault: healthy, scenario: "user-orders"},
}

// A shopLoad is how an endpoint is asked.
type shopLoad struct {
	name                         string
	rate                         float64
	users, connections, inFlight int
	stages                       []bench.Stage
}

// meeting are loads under which requests are on their way at the same time.
var meeting = []shopLoad{{name: "80/s", rate: 80}, {name: "120/s", rate: 120}, {name: "6 users", users: 6}}

// usual are a light load, one as of working hours, and users who never rest.
var usual = []shopLoad{{name: "10/s", rate: 10}, {name: "40/s", rate: 40}, {name: "6 users", users: 6}}

func (t trial) loads() []shopLoad {
	if t.own != nil {
		return t.own
	}
	return usual
}

// on is the load as a scenario has it.
func (l shopLoad) on(s bench.Scenario, duration time.Duration, scale float64) bench.Scenario {
	if scale != 1 {
		l.rate, l.users = l.rate*scale, int(math.Ceil(float64(l.users)*scale))
	}
	s.Load.Rate, s.Load.Users, s.Load.Stages, s.Load.Connections = l.rate, l.users, l.stages, l.connections
	s.Load.Poisson = l.rate > 0
	s.Load.Warmup, s.Load.Duration = time.Second, duration
	if l.stages != nil {
		s.Load.Duration = 0
		for _, stage := range l.stages {
			s.Load.Duration += stage.Duration
		}
	}
	if l.inFlight > 0 {
		s.Load.MaxInFlight = l.inFlight
	}
	return s
}

func choose(only []string) (chosen []trial, err error) {
	if len(only) == 0 {
		return trials, nil
	}
	var names []string
	for _, t := range trials {
		names = append(names, t.fault)
		if slices.Contains(only, t.fault) {
			chosen = append(chosen, t)
		}
	}
	for _, name := range only {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("-only: no fault is named %q: know %s", name, strings.Join(slices.Compact(names), ", "))
		}
	}
	return chosen, nil
}
