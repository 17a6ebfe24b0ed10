// Package gate decides: results against thresholds. The rules are written in docs/JUDGEMENT.md.
package gate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/stats"
)

const (
	minSlices   = 20   // from here on, seconds are resampled
	resamples   = 1000 // of the bootstrap
	minBeyond   = 10   // requests beyond a percentile, for it to be judged
	voidSeconds = 0.10 // share of late seconds above which a result is void
)

// Judge gives a result its intervals and its verdict. slices are those that the result was collected from. With strict, a
// close one fails.
func Judge(r *bench.Result, slices []*bench.Slice, t bench.Thresholds, strict bool) {
	r.Intervals = map[string]bench.Range{}
	if r.Histogram.Response.Count() > 0 {
		groups := bins(slices)
		for name, q := range map[string]float64{"p50": .5, "p95": .95, "p99": .99} {
			r.Intervals[name] = interval(r.Histogram.Response, groups, q)
		}
	}
	r.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	allFailed := r.Requests > 0 && r.Requests == r.Failed()
	if allFailed { // however late the generator was, it did not make the target answer like this
		worsen(&r.Verdict, bench.Fail, "every request failed")
	}
	if void(r) {
		if !allFailed {
			worsen(&r.Verdict, bench.Void, fmt.Sprintf(
				"the load generator was late (canary p95 %.2f ms) in %d of %d seconds: these numbers are not the server's; lower the load, or give the generator cores of its own (it used %.0f%% of this machine, and its garbage collector paused it for %.1f ms in all)",
				r.Generator.CanaryP95, r.Generator.LateSeconds, len(slices), 100*r.Generator.CPUShare, r.Generator.GCPause))
		}
		return
	}
	if c := r.Generator.CanaryP95; c > max(0.15, 0.025*r.Latency.P95) {
		r.Notes = append(r.Notes, fmt.Sprintf("strained: the generator itself adds up to %.2f ms (canary p95)", c))
	}
	if r.Requests == 0 && r.Knows("requests") {
		worsen(&r.Verdict, bench.Fail, "no request was counted")
		return
	}
	percentile(r, "p50", .5, r.Latency.P50, t.P50, strict)
	percentile(r, "p95", .95, r.Latency.P95, t.P95, strict)
	percentile(r, "p99", .99, r.Latency.P99, t.P99, strict)
	rate := float64(r.Failed()) / float64(max(r.Requests, 1))
	switch {
	case t.ErrorRate == nil:
	case !r.Knows("errors"):
		untold(r, "errors")
	case rate > *t.ErrorRate:
		breach(r, "errors", fmt.Sprintf("errors: %.2f%% (threshold: %g%%)", 100*rate, 100**t.ErrorRate))
	}
	switch {
	case t.Throughput == nil:
	case !r.Knows("throughput"):
		untold(r, "throughput")
	case r.Throughput < *t.Throughput:
		breach(r, "throughput", fmt.Sprintf("throughput: %s req/s (threshold: %s req/s)", digits(r.Throughput), digits(*t.Throughput)))
	}
}

// untold says that a threshold cannot be held against what another tool wrote.
func untold(r *bench.Result, metric string) {
	worsen(&r.Verdict, bench.NotJudged, metric+" not judged: what was imported does not tell it")
}

func breach(r *bench.Result, metric, reason string) {
	worsen(&r.Verdict, bench.Fail, reason)
	r.Verdict.Breached = append(r.Verdict.Breached, metric)
}

func void(r *bench.Result) bool {
	return len(r.Seconds) > 0 && float64(r.Generator.LateSeconds) > voidSeconds*float64(len(r.Seconds))
}

func percentile(r *bench.Result, name string, q, got float64, threshold *time.Duration, strict bool) {
	if threshold == nil {
		return
	}
	if !r.Knows(name) {
		untold(r, name)
		return
	}
	if !r.Knows("requests") {
		worsen(&r.Verdict, bench.NotJudged, fmt.Sprintf("%s not judged: how many answers %sms stands on is not told", name, digits(got)))
		return
	}
	n, limit, in := r.Answers(), bench.Milliseconds(*threshold), r.Intervals[name]
	if need := int64(math.Ceil(minBeyond/(1-q) - 1e-6)); n < need {
		times := ""
		if n > 0 {
			times = fmt.Sprintf("; run %.1f times as long", float64(need)/float64(n))
		}
		worsen(&r.Verdict, bench.NotJudged, fmt.Sprintf("%s not judged: %d answers, %d are needed%s", name, n, need, times))
		return
	}
	if c := r.CensoredMS; c > 0 && limit >= c && in.High >= c*0.999 { // a histogram keeps three digits
		worsen(&r.Verdict, bench.NotJudged, fmt.Sprintf("%s not judged: it may be any time beyond the timeout of %sms; set one above the threshold of %sms", name, digits(c), digits(limit)))
		return
	}
	if r.Distribution == bench.Percentiles { // nothing says how sure it is
		if got > limit {
			breach(r, name, fmt.Sprintf("%s: %sms (threshold: %sms); without an interval, since only percentiles were imported", name, digits(got), digits(limit)))
		}
		return
	}
	reason := fmt.Sprintf("%s: %sms, 95%% interval %s to %s (threshold: %sms)", name, digits(got), digits(in.Low), digits(in.High), digits(limit))
	switch {
	case in.Low > limit:
		breach(r, name, reason)
	case in.High <= limit:
	case strict:
		breach(r, name, reason+"; close, and thresholds are strict")
	case got > limit:
		breach(r, name, reason+"; close: decided by the point estimate")
	default:
		worsen(&r.Verdict, bench.Close, reason+"; close")
	}
}

// digits writes three of them, which a verdict by a threshold may hang on, or all before the point.
func digits(v float64) string {
	if v >= 1000 {
		return bench.Thousands(v)
	}
	return fmt.Sprintf("%.3g", v)
}

// Whole is the verdict of a run: that of its worst scenario.
func Whole(results []bench.Result) bench.Verdict {
	v := bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	for _, r := range results {
		for _, reason := range r.Verdict.Reasons {
			worsen(&v, r.Verdict.Status, r.Name+": "+reason)
		}
	}
	return v
}

var severity = map[bench.Status]int{bench.Pass: 0, bench.Close: 1, bench.NotJudged: 2, bench.Inconclusive: 2, bench.Fail: 3, bench.Void: 4}

func worsen(v *bench.Verdict, to bench.Status, reason string) {
	if severity[to] > severity[v.Status] {
		v.Status = to
	}
	v.Reasons = append(v.Reasons, reason)
}

// bins is what each second saw.
func bins(slices []*bench.Slice) [][]stats.Bin {
	groups := make([][]stats.Bin, len(slices))
	for i, s := range slices {
		s.Response.Each(func(v time.Duration, n int64) bool {
			groups[i] = append(groups[i], stats.Bin{Value: float64(v), Count: n})
			return true
		})
	}
	return groups
}

func interval(all *hist.Histogram, seconds [][]stats.Bin, q float64) bench.Range {
	if len(seconds) < minSlices {
		low, high := stats.OrderRanks(all.Count(), q)
		at := func(rank int64) float64 {
			return bench.Milliseconds(all.Quantile(float64(rank) / float64(all.Count())))
		}
		return bench.Range{Low: at(low), High: at(high), Method: "order statistics, assuming independence"}
	}
	// A fixed seed: the same record gives the same verdict.
	low, high := stats.BootstrapQuantile(seconds, q, resamples, rand.New(rand.NewPCG(1, 2)))
	return bench.Range{Low: bench.Milliseconds(time.Duration(low)), High: bench.Milliseconds(time.Duration(high)), Method: "bootstrap of seconds"}
}
