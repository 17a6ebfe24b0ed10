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
	for name, q := range map[string]float64{"p50": .5, "p95": .95, "p99": .99} {
		if r.Histogram.Response.Count() > 0 {
			r.Intervals[name] = interval(r.Histogram.Response, slices, q)
		}
	}
	r.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
	if void(r) {
		r.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{fmt.Sprintf(
			"the load generator was late (canary p95 %.2f ms) in %d of %d seconds: these numbers are not the server's; lower the load, or give the generator cores of its own (it used %.0f%% of this machine, and its garbage collector paused it for %.1f ms in all)",
			r.Generator.CanaryP95, r.Generator.LateSeconds, len(slices), 100*r.Generator.CPUShare, r.Generator.GCPause)}}
		return
	}
	if c := r.Generator.CanaryP95; c > max(0.15, 0.025*r.Latency.P95) {
		r.Notes = append(r.Notes, fmt.Sprintf("strained: the generator itself adds up to %.2f ms (canary p95)", c))
	}
	if r.Requests == 0 {
		worsen(&r.Verdict, bench.Fail, "no request was counted")
		return
	}
	if r.Requests == r.Failed() {
		worsen(&r.Verdict, bench.Fail, "every request failed")
	}
	percentile(r, "p50", .5, r.Latency.P50, t.P50, strict)
	percentile(r, "p95", .95, r.Latency.P95, t.P95, strict)
	percentile(r, "p99", .99, r.Latency.P99, t.P99, strict)
	if rate := float64(r.Failed()) / float64(r.Requests); t.ErrorRate != nil && rate > *t.ErrorRate {
		worsen(&r.Verdict, bench.Fail, fmt.Sprintf("errors: %.2f%% (threshold: %g%%)", 100*rate, 100**t.ErrorRate))
	}
	if t.Throughput != nil && r.Throughput < *t.Throughput {
		worsen(&r.Verdict, bench.Fail, fmt.Sprintf("throughput: %.1f req/s (threshold: %g req/s)", r.Throughput, *t.Throughput))
	}
}

func void(r *bench.Result) bool {
	return len(r.Seconds) > 0 && float64(r.Generator.LateSeconds) > voidSeconds*float64(len(r.Seconds))
}

func percentile(r *bench.Result, name string, q, got float64, threshold *time.Duration, strict bool) {
	if threshold == nil {
		return
	}
	n, limit, in := r.Histogram.Response.Count(), bench.Milliseconds(*threshold), r.Intervals[name]
	if need := int64(math.Ceil(minBeyond/(1-q) - 1e-6)); n < need {
		times := ""
		if n > 0 {
			times = fmt.Sprintf("; run %.1f times as long", float64(need)/float64(n))
		}
		worsen(&r.Verdict, bench.NotJudged, fmt.Sprintf("%s not judged: %d answers, %d are needed%s", name, n, need, times))
		return
	}
	reason := fmt.Sprintf("%s: %.3gms, 95%% interval %.3g to %.3g (threshold: %gms)", name, got, in.Low, in.High, limit)
	switch {
	case in.Low > limit:
		worsen(&r.Verdict, bench.Fail, reason)
	case in.High <= limit:
	case strict:
		worsen(&r.Verdict, bench.Fail, reason+"; close, and thresholds are strict")
	case got > limit:
		worsen(&r.Verdict, bench.Fail, reason+"; close: decided by the point estimate")
	default:
		worsen(&r.Verdict, bench.Close, reason+"; close")
	}
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

func interval(all *hist.Histogram, slices []*bench.Slice, q float64) bench.Range {
	if len(slices) < minSlices {
		low, high := stats.OrderRanks(all.Count(), q)
		at := func(rank int64) float64 {
			return bench.Milliseconds(all.Quantile(float64(rank) / float64(all.Count())))
		}
		return bench.Range{Low: at(low), High: at(high), Method: "order statistics, assuming independence"}
	}
	groups := make([][]stats.Bin, len(slices))
	for i, s := range slices {
		s.Response.Each(func(v time.Duration, n int64) bool {
			groups[i] = append(groups[i], stats.Bin{Value: float64(v), Count: n})
			return true
		})
	}
	// A fixed seed: the same record gives the same verdict.
	low, high := stats.BootstrapQuantile(groups, q, resamples, rand.New(rand.NewPCG(1, 2)))
	return bench.Range{Low: bench.Milliseconds(time.Duration(low)), High: bench.Milliseconds(time.Duration(high)), Method: "bootstrap of seconds"}
}
