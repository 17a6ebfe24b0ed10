package bench

import (
	"time"

	"github.com/tidemark/tidemark/hist"
)

// MaxExemplars is how many of a scenario's slowest requests a record keeps.
const MaxExemplars = 20

// Collect adds the slices of one scenario up to its result. measured is the length of the measurement phase; judgement,
// intervals and the generator's CPU are left to those who know them.
func Collect(s Scenario, slices []*Slice, measured time.Duration) Result {
	total := NewSlice(0)
	var exemplars []Exemplar
	r := Result{ID: s.ID, Name: s.Name, Load: s.Load.Record(), Thresholds: s.Thresholds.Record(), Errors: map[string]int64{}, Duration: measured.Seconds(),
		Seconds: make([]Second, 0, len(slices)), Exemplars: []Exemplar{}}
	for _, sl := range slices {
		total.Add(sl)
		exemplars = append(exemplars, sl.Exemplars...)
		r.Seconds = append(r.Seconds, Second{sl.Requests(), sl.Errors(), Milliseconds(sl.Response.Quantile(.5)),
			Milliseconds(sl.Response.Quantile(.95)), Milliseconds(sl.Response.Quantile(.99))})
		if sl.Late(RunLateness) {
			r.Generator.LateSeconds++
		}
	}
	for o, n := range total.Outcomes {
		if n > 0 && Outcome(o) != OK {
			r.Errors[Outcome(o).String()] = n
		}
	}
	r.Requests, r.Delayed, r.CensoredMS = total.Requests(), total.Delayed, Milliseconds(total.Censored)
	if measured > 0 {
		r.Throughput = float64(total.Outcomes[OK]) / measured.Seconds()
	}
	r.Latency, r.Service = Summarize(total.Response), Summarize(total.Service)
	r.Histogram = Histograms{total.Response, total.Service}
	r.Generator.CanaryP95 = Milliseconds(total.Canary.Quantile(.95))
	r.Generator.LagP99 = Milliseconds(total.Lag.Quantile(.99))
	r.Exemplars = append(r.Exemplars, slowest(exemplars, MaxExemplars)...)
	return r
}

// Record is the load as a record tells it.
func (l Load) Record() LoadRecord {
	r := LoadRecord{Model: "closed", Users: l.Users, Connections: l.Connections, Warmup: l.Warmup.Seconds(), Duration: l.Duration.Seconds()}
	if l.Open() {
		r.Model, r.Rate, r.Poisson, r.InFlight = "open", l.Rate, l.Poisson, l.MaxInFlight
	}
	for _, s := range l.Stages {
		r.Stages = append(r.Stages, StageRecord{s.Users, s.Rate, s.Duration.Seconds()})
	}
	return r
}

// Summarize is a distribution in short.
func Summarize(h *hist.Histogram) Summary {
	q := func(q float64) float64 { return Milliseconds(h.Quantile(q)) }
	return Summary{Milliseconds(h.Min()), Milliseconds(h.Mean()), q(.5), q(.9), q(.95), q(.99), q(.999), Milliseconds(h.Max())}
}
