package k6

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// Poisson arrivals are made of even ones, each delayed by a random time up to the spread: so displaced, points become as independent as those of
// a Poisson process, over times that are short beside the spread. It is ten arrivals long, and a second at least.
const (
	leastSpread    = time.Second
	spreadArrivals = 10
)

func spread(l bench.Load) time.Duration {
	if !l.Poisson || lowest(l) <= 0 {
		return 0
	}
	return max(leastSpread, time.Duration(spreadArrivals/lowest(l)*float64(time.Second)).Round(time.Millisecond))
}

func lowest(l bench.Load) float64 {
	low := l.Rate
	for i, s := range l.Stages {
		if i == 0 || s.Rate < low {
			low = s.Rate
		}
	}
	return low
}

func highest(l bench.Load) float64 {
	high := l.Rate
	for _, s := range l.Stages {
		high = max(high, s.Rate)
	}
	return high
}

// executor is the load as the options of a k6 scenario, one a line.
func (f *file) executor() (lines []string) {
	l := f.s.Load
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	whole := l.Warmup + l.Duration
	switch {
	case len(l.Stages) > 0 && l.Open():
		add("executor: 'ramping-arrival-rate',")
		unit, rates := timeUnit(stageRates(l.Stages)...)
		add("startRate: %d,", rates[0])
		add("timeUnit: '%s',", unit)
		f.stages(l, &lines, func(i int) int { return rates[i] })
		f.allocation(add)
	case len(l.Stages) > 0:
		add("executor: 'ramping-vus',")
		add("startVUs: %d,", l.Stages[0].Users)
		f.stages(l, &lines, func(i int) int { return l.Stages[i].Users })
		add("gracefulRampDown: '%s',", span(l.Timeout))
	case l.Open():
		add("executor: 'constant-arrival-rate',")
		unit, rates := timeUnit(l.Rate)
		add("rate: %d,", rates[0])
		add("timeUnit: '%s',", unit)
		add("duration: '%s', // %s of warm-up, %s measured", span(whole), span(l.Warmup), span(l.Duration))
		f.allocation(add)
	default:
		add("executor: 'constant-vus',")
		add("vus: %d,", l.Users)
		add("duration: '%s', // %s of warm-up, %s measured", span(whole), span(l.Warmup), span(l.Duration))
	}
	add("gracefulStop: '%s',", span(l.Timeout+spread(l)))
	add("exec: %s,", quoted(f.function))
	return lines
}

// droppedShare is how many arrivals may be dropped: with more p99 is not the server's. It is what a run by k6 is void from.
const droppedShare = 0.01

// arrivals is how many iterations an open load starts, warm-up included.
func arrivals(l bench.Load) float64 {
	if len(l.Stages) == 0 {
		return l.Rate * (l.Warmup + l.Duration).Seconds()
	}
	before := l.Stages[0].Rate
	n := before * l.Warmup.Seconds()
	for _, s := range l.Stages {
		n += (before + s.Rate) / 2 * s.Duration.Seconds()
		before = s.Rate
	}
	return n
}

func stageRates(stages []bench.Stage) []float64 {
	rates := make([]float64, len(stages))
	for i, s := range stages {
		rates[i] = s.Rate
	}
	return rates
}

// stages writes the levels. k6 moves evenly towards the target of each, so the first, which holds, has the level that it starts with.
func (f *file) stages(l bench.Load, lines *[]string, level func(int) int) {
	*lines = append(*lines, "stages: [")
	for i, s := range l.Stages {
		length, about := s.Duration, ""
		if i == 0 {
			length += l.Warmup
			about = fmt.Sprintf(" // holds; %s of it are warm-up", span(l.Warmup))
		}
		*lines = append(*lines, fmt.Sprintf("  { duration: '%s', target: %d },%s", span(length), level(i), about))
	}
	*lines = append(*lines, "],")
}

// leastReady is how many virtual users stand ready at least: they cost little.
const leastReady = 10

// leastWait is how long answers may take, at least, for the virtual users that stand ready to be enough.
const leastWait = 500 * time.Millisecond

// allocation says how many virtual users stand ready: as many as have requests on their way when answers take as long as the p99 budget, or half a
// second. More are made while the test runs, which disturbs it.
func (f *file) allocation(add func(string, ...any)) {
	l := f.s.Load
	wait := leastWait
	if p99 := f.s.Thresholds.P99; p99 != nil {
		wait = max(wait, *p99)
	}
	busy := time.Duration(len(f.s.Steps))*wait + spread(l)
	for _, s := range f.s.Steps {
		busy += s.Think.Max
	}
	ready := min(max(int(math.Ceil(highest(l)*busy.Seconds())), leastReady), l.MaxInFlight)
	add("preAllocatedVUs: %d, // for iterations of up to %s", ready, span(busy))
	add("maxVUs: %d, // an arrival beyond is dropped", l.MaxInFlight)
}

// timeUnit is a unit of time in which rates a second are whole numbers, as k6 wants them, and the rates in it. An hour rounds what no unit fits.
func timeUnit(rates ...float64) (unit string, whole []int) {
	for _, u := range []struct {
		name    string
		seconds float64
	}{{"1s", 1}, {"10s", 10}, {"1m", 60}, {"1h", 3600}} {
		fits := true
		whole = whole[:0]
		for _, r := range rates {
			n := math.Round(r * u.seconds)
			fits = fits && n > 0 && math.Abs(n-r*u.seconds) < 1e-6*n
			whole = append(whole, max(int(n), 1))
		}
		if unit = u.name; fits {
			break
		}
	}
	return unit, whole
}

// span is a duration as k6 reads it: 90s, 0.25s.
func span(d time.Duration) string { return seconds(d) + "s" }

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// thresholds are the budgets, of what is measured in this scenario alone. A list without any makes k6 show the numbers.
func (f *file) thresholds() (lines []string) {
	t, id := f.s.Thresholds, scenarioName(f.s.ID)
	measured := "scenario:" + id + ",phase:measured"
	var latency []string
	for _, p := range []struct {
		name  string
		limit *time.Duration
	}{{"50", t.P50}, {"95", t.P95}, {"99", t.P99}} {
		if p.limit != nil {
			latency = append(latency, fmt.Sprintf("'p(%s)<=%s'", p.name, strconv.FormatFloat(bench.Milliseconds(*p.limit), 'f', -1, 64)))
		}
	}
	lines = append(lines, fmt.Sprintf("'http_req_duration{%s,expected_response:true}': [%s],", measured, strings.Join(latency, ", ")))
	rate := ""
	if t.ErrorRate != nil {
		rate = "'rate<=" + strconv.FormatFloat(*t.ErrorRate, 'f', -1, 64) + "'"
	}
	lines = append(lines, fmt.Sprintf("'errors{%s}': [%s],", measured, rate))
	if t.Throughput != nil {
		// k6 divides by the length of the whole test.
		least := math.Ceil(*t.Throughput * f.s.Load.Duration.Seconds())
		lines = append(lines, fmt.Sprintf("'http_reqs{%s,expected_response:true}': ['count>=%.0f'], // %s/s for %s", measured, least,
			strconv.FormatFloat(*t.Throughput, 'f', -1, 64), span(f.s.Load.Duration)))
	}
	if f.s.Load.Open() {
		lines = append(lines, fmt.Sprintf("'dropped_iterations{scenario:%s}': ['count<=%.0f'], // one in a hundred: what was not sent is in no percentile", id, math.Floor(droppedShare*arrivals(f.s.Load))))
	}
	return lines
}
