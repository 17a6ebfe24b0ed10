package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

var answers = func() *hist.Histogram {
	h := hist.New()
	for range 2000 {
		h.Record(time.Millisecond)
	}
	h.Compact()
	return h
}()

// sample is a run of 2,000 requests whose p50, p95 and p99 are 1, 2 and 4 times a level in milliseconds, each known within to 1%, and
// whose control had a level of its own; 0: none.
func sample(level, control float64) Sample {
	r := &bench.Result{ID: "a", Requests: 2000, Throughput: 100, Latency: bench.Summary{P50: level, P95: 2 * level, P99: 4 * level},
		Histogram: bench.Histograms{Response: answers}, Intervals: map[string]bench.Range{}}
	for name, v := range map[string]float64{"p50": level, "p95": 2 * level, "p99": 4 * level} {
		r.Intervals[name] = bench.Range{Low: v * math.Exp(-0.01), High: v * math.Exp(0.01)}
	}
	return Sample{Run: "01X", Result: r, ControlP50: control, ControlP95: control}
}

// logs are runs whose levels are 100 ms times the exponentials of some values.
func logs(values ...float64) (all []Sample) {
	for _, v := range values {
		all = append(all, sample(100*math.Exp(v), 0))
	}
	return all
}

var tol = bench.DefaultPolicy().Tolerance

// Five runs of base with logs -0.02, -0.01, 0, 0.01, 0.02 around ln 100: their sum of squares is 0.001, the variance 0.001/4, the
// standard deviation 0.01581. One run of head 0.1 above: the standard error of the difference is 0.01581*sqrt(1/5 + 1) = 0.01732, t =
// 0.1/0.01732 = 5.774, which t of 4 exceeds with 0.00223. The 95% interval reaches 2.776*0.01732 = 0.0481 to each side: exp(0.0519) =
// 1.0533 to exp(0.1481) = 1.1596.
func TestSavedByHand(t *testing.T) {
	base := logs(-0.02, -0.01, 0, 0.01, 0.02)
	c := Saved("a", "GET /a", Sides{Base: base, Head: logs(0.1)}, tol)
	if c.Basis != bench.BetweenRuns || c.BaseRuns != 5 || c.HeadRuns != 1 || c.NoiseRuns != 5 || len(c.Effects) != 3 || len(c.Rates) != 2 {
		t.Fatalf("%+v", c)
	}
	// The level of five runs is known to within 2.776*0.01581/sqrt(5) = 0.01963 of 100 ms: from 98.06 ms.
	if e := c.Effects[0]; math.Abs(e.BaseLow-98.06) > 0.02 || math.Abs(e.BaseHigh-101.98) > 0.02 || math.Abs(e.HeadLow-110.517*math.Exp(-2.776*0.01581)) > 0.05 {
		t.Errorf("%+v", e)
	}
	for _, e := range c.Effects {
		if math.Abs(e.Ratio-1.1052) > 0.0002 || math.Abs(e.Low-1.0533) > 0.0002 || math.Abs(e.High-1.1596) > 0.0002 || math.Abs(e.P-0.00223) > 0.00002 || math.Abs(e.Noise-0.01581) > 0.00001 || e.Slower != 1 {
			t.Errorf("%+v", e)
		}
	}
	// The same five runs as history, base another one of the same level: the standard error is s*sqrt(1/1 + 1/1), the noise's six runs
	// have the sum of squares 0.001 still, and 5 degrees of freedom: s = 0.01414, so it is 0.02, t = 5 and p = 0.00205.
	c = Saved("a", "GET /a", Sides{Before: base, Base: logs(0), Head: logs(0.1)}, tol)
	if e := c.Effects[0]; math.Abs(e.P-0.00205) > 0.00002 || math.Abs(e.Noise-0.01414) > 0.00001 || c.NoiseRuns != 6 {
		t.Errorf("%+v", e)
	}
	// Four runs are too few. Within a run the log's standard deviation is 0.01/1.96 = 0.0051; of a difference 0.0051*sqrt(1/4 + 1) =
	// 0.0057, so the interval reaches 1.96*0.0057 = 0.01118.
	c = Saved("a", "GET /a", Sides{Base: base[:4], Head: logs(0.1)}, tol)
	if e := c.Effects[0]; c.Basis != bench.WithinRuns || e.Noise != 0 || math.Abs(math.Log(e.High/e.Ratio)-0.01118) > 0.0001 {
		t.Errorf("%v %+v", c.Basis, e)
	}
}

// What p95 was is told of the runs of base and of those from before it, the newest last, and of no more than a line has room for.
func TestSavedTellsWhatWas(t *testing.T) {
	s := Sides{Base: []Sample{sample(100, 0), sample(101, 0)}, Before: []Sample{sample(98, 0), sample(99, 0)}, Head: []Sample{sample(200, 0)}}
	if got := fmt.Sprint(Saved("a", "GET /a", s, tol).Earlier); got != "[196 198 200 202]" {
		t.Errorf("got %s", got)
	}
	for range mostEarlier {
		s.Before = append(s.Before, sample(1, 0))
	}
	if got := Saved("a", "GET /a", s, tol).Earlier; len(got) != mostEarlier || got[0] != 2 || got[mostEarlier-1] != 202 {
		t.Errorf("got %v", got)
	}
}

// Three failures of 100 and none of 100, and five runs of base: on Anscombe's scale asin(sqrt(3.375/100.75)) = 0.1841 and
// asin(sqrt(0.375/100.75)) = 0.0611. Base's runs are all alike, so the variance is that within a run, 1/402: t =
// 0.1230/sqrt(1.2/402) = 2.252, which t of 4 exceeds with 0.0437.
func TestSavedErrorsByHand(t *testing.T) {
	var base []Sample
	for range 5 {
		s := sample(100, 0)
		s.Result.Requests = 100
		base = append(base, s)
	}
	head := sample(100, 0)
	head.Result.Requests, head.Result.Errors = 100, map[string]int64{"status": 3}
	c := Saved("a", "GET /a", Sides{Base: base, Head: []Sample{head}}, tol)
	if r := c.Rates[1]; r.Metric != "errors" || r.Base != 0 || r.Head != 3 || r.Change != 3 || math.Abs(r.P-0.0437) > 0.0005 || r.Low > 0.5 || r.High < 3 {
		t.Errorf("%+v", r)
	}
}

// Base's level is that since the last step, its noise that within the levels; a spike belongs to neither.
func TestSavedStepsAndSpikes(t *testing.T) {
	var values []float64
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 24 {
		v := 0.02 * rng.NormFloat64()
		if i >= 12 {
			v += math.Log(1.5)
		}
		if i == 18 {
			v += math.Log(3)
		}
		values = append(values, v)
	}
	c := Saved("a", "GET /a", Sides{Before: logs(values[:14]...), Base: logs(values[14:]...), Head: logs(math.Log(1.5))}, tol)
	e := c.Effects[0]
	if math.Abs(e.Base-150) > 3 || e.Noise > 0.03 || c.Spikes != 1 || c.NoiseRuns != 24 || !strings.Contains(strings.Join(c.Notes, "\n"), "p50: 1 of base's 10 runs are left out") {
		t.Errorf("%+v\n%+v", e, c)
	}
	// A single run of base that is a spike is still what was asked for; it is told.
	c = Saved("a", "GET /a", Sides{Before: logs(values[:12]...), Base: logs(1), Head: logs(0)}, tol)
	if e := c.Effects[0]; e.Base < 250 || !strings.Contains(strings.Join(c.Notes, "\n"), "base itself is unlike the runs before it") {
		t.Errorf("%+v\n%v", e, c.Notes)
	}
}

func TestSavedSaysWhatItCannotCompare(t *testing.T) {
	few, late := sample(100, 0), sample(100, 0)
	few.Result.Histogram.Response = hist.New()
	few.Result.Histogram.Response.Record(time.Millisecond)
	late.Result.CensoredMS = 300 // p99 is 400
	c := Saved("a", "GET /a", Sides{Base: logs(0, 0, 0, 0, 0), Head: []Sample{few}}, tol)
	if notes := strings.Join(c.Notes, "\n"); len(c.Effects) != 0 || !strings.Contains(notes, "p95 was not compared: too few requests are beyond it in run 01X of head") {
		t.Errorf("%v", notes)
	}
	c = Saved("a", "GET /a", Sides{Base: []Sample{late}, Head: logs(0)}, tol)
	if notes := strings.Join(c.Notes, "\n"); len(c.Effects) != 2 || !strings.Contains(notes, "p99 was not compared: it lies among the timeouts in run 01X of base") {
		t.Errorf("%v", notes)
	}
}

// The machine's speed moves by 10% from run to run, and the metric with it, by 0.8 of it, beside a noise of its own of 2%. For head the
// machine is 20% slower and nothing else: with the control taken out that is seen, and the interval is narrower.
func TestSavedTakesTheMachinesDriftOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	run := func(machine, change float64) Sample {
		return sample(100*math.Exp(0.8*machine+change+0.02*rng.NormFloat64()), math.Exp(machine))
	}
	var base []Sample
	for range 15 {
		base = append(base, run(0.1*rng.NormFloat64(), 0))
	}
	slowed := math.Log(1.2)
	k := Saved("a", "GET /a", Sides{Base: base, Head: []Sample{run(slowed, 0)}}, tol).Effects[1]
	if c := k.Control; c == nil || !c.Applied || math.Abs(c.Coefficient-0.8) > 0.15 || k.Low > 1 || k.High < 1 || c.WithoutHigh-c.WithoutLow < 2*(k.High-k.Low) {
		t.Errorf("%+v %+v", k, k.Control)
	}
	// With four runs nothing is known of how they go together: the control is shown, and not taken out.
	k = Saved("a", "GET /a", Sides{Base: base[:4], Head: []Sample{run(slowed, 0)}}, tol).Effects[1]
	if c := k.Control; c == nil || c.Applied || math.Abs(c.Ratio/1.2-1) > 0.3 {
		t.Errorf("%+v %+v", k, k.Control)
	}
	// One run without a control, and it is not spoken of.
	base[3].ControlP50, base[3].ControlP95 = 0, 0
	if k := Saved("a", "GET /a", Sides{Base: base, Head: []Sample{run(0, 0)}}, tol).Effects[1]; k.Control != nil {
		t.Errorf("%+v", k.Control)
	}
}

// The prediction interval covers no change in 95 of 100 comparisons, whether the control tells anything or not: of 300 that is 285 with
// a standard deviation of 3.8.
func TestSavedIntervalsCover(t *testing.T) {
	for _, c := range []struct {
		machine, goes float64 // how much the machine moves, and how much of it goes into the metric
		runs          int
	}{{0, 0, 6}, {0.05, 0, 15}, {0.05, 0.5, 15}, {0.1, 1, 15}, {0.1, 1, 30}} {
		rng, covered := rand.New(rand.NewPCG(5, uint64(c.runs))), 0
		for range 300 {
			run := func() Sample {
				machine := c.machine * rng.NormFloat64()
				return sample(100*math.Exp(c.goes*machine+0.03*rng.NormFloat64()), math.Exp(machine+0.01*rng.NormFloat64()))
			}
			var base []Sample
			for range c.runs {
				base = append(base, run())
			}
			if e := Saved("a", "a", Sides{Base: base, Head: []Sample{run()}}, tol).Effects[0]; e.Low <= 1 && 1 <= e.High {
				covered++
			}
		}
		t.Logf("%+v: %d of 300", c, covered)
		if covered < 270 || covered > 298 {
			t.Errorf("%+v: %d of 300", c, covered)
		}
	}
}

func TestUnlike(t *testing.T) {
	one := &bench.Run{Environment: bench.Environment{CPU: "A", Cores: 2, OS: "linux/amd64", Go: "1"}, Target: bench.Target{URL: "http://a:1"}}
	two := *one
	two.Target.URL, two.Environment.Go = "http://a:2", "2" // neither matters
	if got := UnlikeRuns(one, &two); len(got) != 0 {
		t.Errorf("%v", got)
	}
	two.Environment.Engine = "k6 v1.8.1"
	if got := fmt.Sprint(UnlikeRuns(one, &two)); got != "[load generator: Tidemark, k6]" {
		t.Errorf("%v", got)
	}
	three := two
	three.Environment.Engine = "k6 v1.9.0" // a newer one makes no other load
	if got := UnlikeRuns(&three, &two); len(got) != 0 {
		t.Errorf("%v", got)
	}
	two.Environment.Engine = ""
	two.Environment.CPU, two.Environment.Cores, two.Environment.OS, two.Environment.CI, two.Target.URL = "B", 4, "darwin/arm64", "github", "http://b:1"
	if got := fmt.Sprint(UnlikeRuns(one, &two)); got != "[CPU: A, B cores: 2, 4 system: linux/amd64, darwin/arm64 CI: none, github target host: a, b]" {
		t.Errorf("%v", got)
	}
	three = two
	three.Environment.CI = "forgejo" // which earlier versions called github
	if got := UnlikeRuns(&three, &two); len(got) != 0 {
		t.Errorf("%v", got)
	}
	a := &bench.Result{Load: bench.LoadRecord{Model: "closed", Users: 5, Warmup: 1, Duration: 60}}
	b := &bench.Result{Load: bench.LoadRecord{Model: "open", Rate: 20, Poisson: true, Warmup: 2, Duration: 30}}
	if got := fmt.Sprint(UnlikeLoads(a, b)); got != "[load: 5 users, 20/s, poisson duration: 60s, 30s warm-up: 1s, 2s]" {
		t.Errorf("%v", got)
	}
	if got := UnlikeLoads(a, a); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// Runs of which percentiles alone are known say nothing of the noise within them: one against one is not compared by them, and five against
// one by what the five differ. The estimate is that of TestSavedByHand.
func TestPercentilesAlone(t *testing.T) {
	alone := func(all []Sample) []Sample {
		for _, s := range all {
			s.Result.Distribution, s.Result.Intervals = bench.Percentiles, nil
			s.Result.Histogram.Response = hist.New()
		}
		return all
	}
	c := Saved("a", "GET /a", Sides{Base: alone(logs(0)), Head: alone(logs(0.1))}, tol)
	if len(c.Effects) != 0 || !strings.Contains(strings.Join(c.Notes, "\n"), "p95 was not compared: a run was imported from percentiles alone") {
		t.Errorf("%+v", c)
	}
	c = Saved("a", "GET /a", Sides{Base: alone(logs(-0.02, -0.01, 0, 0.01, 0.02)), Head: alone(logs(0.1))}, tol)
	if len(c.Effects) != 3 || math.Abs(c.Effects[1].P-0.00223) > 0.00002 || math.Abs(c.Effects[1].Low-1.0533) > 0.0002 {
		t.Errorf("%+v", c.Effects)
	}
	untold := alone(logs(0.1))
	untold[0].Result.Unknown = []string{"p99", "errors"}
	c = Saved("a", "GET /a", Sides{Base: alone(logs(-0.02, -0.01, 0, 0.01, 0.02)), Head: untold}, tol)
	if notes := strings.Join(c.Notes, "\n"); len(c.Effects) != 2 || len(c.Rates) != 1 || !strings.Contains(notes, "p99 was not compared: it is not told in run 01X of head") {
		t.Errorf("%+v, %q", c.Effects, notes)
	}
}
