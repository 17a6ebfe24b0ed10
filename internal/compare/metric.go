package compare

import (
	"math"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
)

// A Sample is what one saved run measured of one scenario.
type Sample struct {
	Run        string // its id
	Result     *bench.Result
	ControlP50 float64 // of the control around the scenario, in milliseconds; 0: not measured
	ControlP95 float64
}

// A metric is a number that saved runs are compared by, on a scale where noise is roughly normal and equally wide everywhere, and
// where more is worse.
type metric struct {
	name   string
	value  func(r *bench.Result) float64
	within func(r *bench.Result) float64 // variance of the value, from within the run
	// usable reports whether the run can be compared by it; the reason says why not.
	usable func(r *bench.Result) (ok bool, why string)
	// control is what the machine's drift shows in: the control's median goes with medians, its tail with tails.
	control func(s Sample) float64
}

// metrics are those of Quantiles, throughput and errors.
func metrics() []metric {
	all := make([]metric, 0, len(Quantiles)+2)
	for _, q := range Quantiles {
		all = append(all, quantile(q))
	}
	return append(all, throughput, failures)
}

// normal95 is how many standard deviations a 95% interval reaches to each side.
const normal95 = 1.959964

func quantile(q Quantile) metric {
	ms := func(r *bench.Result) float64 { v, _, _ := r.Metric(q.Name); return v }
	return metric{
		name:  q.Name,
		value: func(r *bench.Result) float64 { return math.Log(max(ms(r), 0.001)) },
		within: func(r *bench.Result) float64 {
			if r.Distribution == bench.Percentiles {
				return 0 // not known: see Saved
			}
			low, high := interval(r, q)
			deviation := math.Log(max(high, 0.001)/max(low, 0.001)) / (2 * normal95)
			return deviation * deviation
		},
		usable: func(r *bench.Result) (bool, string) {
			n := r.Answers()
			switch {
			case !r.Knows(q.Name):
				return false, "it is not told"
			case !r.Knows("requests"):
				return false, "how many answers it stands on is not told"
			case !Comparable(q, n, n):
				return false, "too few requests are beyond it"
			case r.CensoredMS > 0 && ms(r) >= r.CensoredMS*0.999: // a histogram keeps three digits
				return false, "it lies among the timeouts"
			}
			return true, ""
		},
		control: func(s Sample) float64 {
			if q.Q > 0.5 {
				return s.ControlP95
			}
			return s.ControlP50
		},
	}
}

// interval is the 95% interval of a quantile in a run, as it was judged by, or where the record has none, from the order statistics.
func interval(r *bench.Result, q Quantile) (low, high float64) {
	if in, ok := r.Intervals[q.Name]; ok && in.Low > 0 {
		return in.Low, in.High
	}
	h := r.Histogram.Response
	from, to := stats.OrderRanks(h.Count(), q.Q)
	at := func(rank int64) float64 {
		return bench.Milliseconds(h.Quantile(float64(rank) / float64(max(h.Count(), 1))))
	}
	return at(from), at(to)
}

var throughput = metric{
	name:  "throughput",
	value: func(r *bench.Result) float64 { return -math.Log(max(r.Throughput, 0.001)) },
	within: func(r *bench.Result) float64 {
		var n, sum, squares float64
		for _, s := range r.Seconds {
			ok := float64(s.Count - s.Errors)
			n, sum, squares = n+1, sum+ok, squares+ok*ok
		}
		if n < 2 || sum == 0 {
			return 0
		}
		mean := sum / n
		return max(squares/n-mean*mean, 0) / (n - 1) / (mean * mean)
	},
	usable: func(r *bench.Result) (bool, string) {
		if !r.Knows("throughput") {
			return false, "it is not told"
		}
		return r.Throughput > 0, "nothing was answered"
	},
	control: func(s Sample) float64 { return s.ControlP50 },
}

// failures is the share of requests that failed, on the scale on which a binomial's variance does not depend on it: 1/(4n+2)
// (F. Anscombe, The Transformation of Poisson, Binomial and Negative-Binomial Data, Biometrika 1948).
var failures = metric{
	name: "errors",
	value: func(r *bench.Result) float64 {
		return math.Asin(math.Sqrt((float64(r.Failed()) + 3./8) / (float64(r.Requests) + 3./4)))
	},
	within: func(r *bench.Result) float64 { return 1 / (4*float64(r.Requests) + 2) },
	usable: func(r *bench.Result) (bool, string) {
		if !r.Knows("errors") {
			return false, "they are not told"
		}
		return r.Requests > 0, "no request was counted"
	},
	control: func(Sample) float64 { return 0 }, // a slow machine is no reason to fail
}

// share undoes what failures does to a share, in percent.
func share(y float64) float64 {
	s := math.Sin(min(max(y, 0), math.Pi/2))
	return 100 * s * s
}

// unlog undoes what a quantile's value does.
func unlog(y float64) float64 {
	return bench.Milliseconds(time.Duration(math.Exp(y) * float64(time.Millisecond)))
}
