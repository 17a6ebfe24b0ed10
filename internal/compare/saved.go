package compare

import (
	"fmt"
	"math"
	"slices"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// Sides are the saved runs that a scenario is compared by, each in the order of time.
type Sides struct {
	Base, Head []Sample
	Before     []Sample // more runs like base's, from before the first of them: they tell the noise, not the level
}

// Saved estimates how head's runs differ from base's. The noise that counts is that between runs: within a run it is less, often by
// far. It is taken from base's runs and those before them, within stretches of one level and without spikes, and from head's if there
// are several. The interval is Student's prediction interval for the mean of head's runs, given that of base's (G. Hahn and W. Meeker,
// Statistical Intervals, 1991, section 4.7), on the log scale. It assumes that runs are independent and their logs roughly normal.
// With too few runs the interval is from within the runs, and Basis says so.
func Saved(id, name string, s Sides, t bench.Tolerance) bench.Comparison {
	c := bench.Comparison{ID: id, Name: name, Effects: []bench.Effect{}, BaseRuns: len(s.Base), HeadRuns: len(s.Head), Basis: bench.BetweenRuns}
	c.Base = requests(s.Base)
	c.Head = requests(s.Head)
	c.Distributions = &bench.Distributions{Base: together(s.Base), Head: together(s.Head)}
	c.Earlier = earlier(slices.Concat(s.Before, s.Base))
	for _, m := range metrics() {
		if why := unusable(m, s); why != "" {
			c.Notes = append(c.Notes, m.name+" was not compared: "+why)
			continue
		}
		e := compareBy(m, s)
		if e.within && m.name != failures.name && s.percentilesAlone() {
			c.Notes = append(c.Notes, m.name+" was not compared: a run was imported from percentiles alone, which do not say how sure they are; with five runs on one side the runs themselves say it")
			continue
		}
		c.NoiseRuns, c.Spikes = max(c.NoiseRuns, e.noiseRuns), max(c.Spikes, e.spikes)
		if e.within {
			c.Basis = bench.WithinRuns
		}
		for _, note := range e.notes {
			c.Notes = append(c.Notes, m.name+": "+note)
		}
		switch m.name {
		case throughput.name:
			c.Rates = append(c.Rates, e.throughput())
		case failures.name:
			c.Rates = append(c.Rates, e.failures(c))
		default:
			c.Effects = append(c.Effects, e.effect(m.name, t))
		}
	}
	return c
}

// percentilesAlone reports whether of some run no distribution is known, nor its seconds.
func (s Sides) percentilesAlone() bool {
	return slices.ContainsFunc(slices.Concat(s.Base, s.Head), func(sample Sample) bool { return sample.Result.Distribution == bench.Percentiles })
}

// mostEarlier is how many runs a line of blocks shows.
const mostEarlier = 24

// earlier is the p95 of the newest of some runs.
func earlier(all []Sample) (values []float64) {
	for _, s := range all[max(len(all)-mostEarlier, 0):] {
		if v, _, ok := s.Result.Metric("p95"); ok {
			values = append(values, v)
		}
	}
	return values
}

func requests(all []Sample) (t bench.Tally) {
	for _, s := range all {
		t.Requests += s.Result.Requests
		t.Errors += s.Result.Failed()
		t.Seconds += s.Result.Duration
	}
	return t
}

// together is the response times of all runs.
func together(all []Sample) *hist.Histogram {
	h := hist.New()
	for _, s := range all {
		h.Add(s.Result.Histogram.Response)
	}
	h.Compact()
	return h
}

// unusable says why a metric cannot be compared, or nothing.
func unusable(m metric, s Sides) string {
	for i, side := range [][]Sample{s.Base, s.Head} {
		for _, sample := range side {
			if ok, why := m.usable(sample.Result); !ok {
				return fmt.Sprintf("%s in run %s of %s", why, sample.Run, []string{"base", "head"}[i])
			}
		}
	}
	return ""
}

// effect is an estimate of a quantile, as the record tells it.
func (e *estimate) effect(name string, t bench.Tolerance) bench.Effect {
	out := bench.Effect{Metric: name, Base: unlog(e.base), Head: unlog(e.head), Ratio: math.Exp(e.difference), P: e.p(), Noise: e.noise(), Control: e.control(math.Exp)}
	low, high := e.interval()
	out.Low, out.High = math.Exp(low), math.Exp(high)
	inBase, inHead := reach95(e.plainFree, e.baseSpread), reach95(e.plainFree, e.headSpread)
	out.BaseLow, out.BaseHigh = unlog(e.base-inBase), unlog(e.base+inBase)
	out.HeadLow, out.HeadHigh = unlog(e.head-inHead), unlog(e.head+inHead)
	for _, y := range e.heads {
		if math.Exp(y-e.base-(e.plain-e.difference)) >= t.Limit(out.Base) {
			out.Slower++
		}
	}
	return out
}

// throughput is an estimate of throughput: on its scale more is worse.
func (e *estimate) throughput() bench.RateEffect {
	percent := func(y float64) float64 { return 100 * (math.Exp(-y) - 1) }
	low, high := e.interval()
	return bench.RateEffect{Metric: throughput.name, Unit: "req/s", Base: math.Exp(-e.base), Head: math.Exp(-e.head), Change: percent(e.difference),
		Low: percent(high), High: percent(low), P: e.p(), Noise: e.noise(), Control: e.control(func(y float64) float64 { return math.Exp(-y) })}
}

// failures is an estimate of the share of failed requests.
func (e *estimate) failures(c bench.Comparison) bench.RateEffect {
	base, head := 100*c.Base.ErrorRate(), 100*c.Head.ErrorRate()
	low, high := e.interval()
	points := func(y float64) float64 { return share(e.base+y) - share(e.base) }
	return bench.RateEffect{Metric: failures.name, Unit: "%", Base: base, Head: head, Change: head - base, Low: points(low), High: points(high), P: e.p()}
}

// control is the control's part in an estimate; back undoes the metric's scale for a difference.
func (e *estimate) control(back func(float64) float64) *bench.ControlEffect {
	if e.drift == nil {
		return nil
	}
	d := e.drift
	c := &bench.ControlEffect{Ratio: math.Exp(d.shift), Coefficient: d.coefficient, Applied: d.applied && !e.within, Unusual: d.unusual}
	if c.Applied {
		reach := reach95(e.plainFree, e.plainSpread)
		c.Without = back(e.plain)
		c.WithoutLow, c.WithoutHigh = back(e.plain-reach), back(e.plain+reach)
		if c.WithoutLow > c.WithoutHigh {
			c.WithoutLow, c.WithoutHigh = c.WithoutHigh, c.WithoutLow
		}
	}
	return c
}
