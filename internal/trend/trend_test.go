package trend

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// series is a run a day.
func series(threshold float64, values ...float64) *bench.Trend {
	t := &bench.Trend{Name: "a", Metric: "p95", Threshold: threshold}
	for i, v := range values {
		t.Points = append(t.Points, bench.Point{Time: epoch.Add(time.Duration(i) * day), Value: v})
	}
	return t
}

func noisy(seed uint64, n int, level func(i int) float64) []float64 {
	rng, values := rand.New(rand.NewPCG(seed, 9)), make([]float64, n)
	for i := range values {
		values[i] = level(i) + 3*rng.NormFloat64()
	}
	return values
}

func TestAStepIsReportedOnceAndNoDrift(t *testing.T) {
	tr := series(300, noisy(1, 60, func(i int) float64 { return map[bool]float64{true: 245, false: 280}[i < 40] })...)
	Analyse(tr, Defaults())
	if len(tr.Shifts) != 1 || tr.Shifts[0].Index != 40 || math.Abs(tr.Shifts[0].Before-245) > 2 || math.Abs(tr.Shifts[0].After-280) > 2 {
		t.Errorf("shifts: %+v", tr.Shifts)
	}
	if tr.Drift != nil {
		t.Errorf("drift: %+v", tr.Drift)
	}
}

func TestASpikeIsNoStep(t *testing.T) {
	for _, at := range []int{20, 38, 39} { // in the middle, the last but one, the newest
		values := noisy(2, 40, func(int) float64 { return 100 })
		values[at] = 400
		tr := series(0, values...)
		Analyse(tr, Defaults())
		if len(tr.Shifts) != 0 || tr.Drift != nil {
			t.Errorf("a spike at %d: %+v %+v", at, tr.Shifts, tr.Drift)
		}
	}
}

func TestASmallStepBothersNobody(t *testing.T) {
	tr := series(0, noisy(3, 60, func(i int) float64 { return map[bool]float64{true: 200, false: 207}[i < 30] })...)
	Analyse(tr, Defaults())
	if len(tr.Shifts) != 0 {
		t.Errorf("3.5%%: %+v", tr.Shifts)
	}
	o := Defaults()
	o.MinRatio = 0.02
	if Analyse(tr, o); len(tr.Shifts) != 1 {
		t.Errorf("with the filter off: %+v", tr.Shifts)
	}
}

// 0.5 ms a day from 200 ms reach 300 ms after 200 days; the line is fitted to the first 90.
func TestADriftCrossesTheThreshold(t *testing.T) {
	tr := series(300, noisy(4, 90, func(i int) float64 { return 200 + float64(i)/2 })...)
	Analyse(tr, Options{Window: 50, MaxP: 0, MaxDriftP: 0.01})
	d := tr.Drift
	if d == nil || d.Crossing == nil || math.Abs(d.PerDay-0.5) > 0.05 {
		t.Fatalf("drift: %+v", d)
	}
	if days := d.Crossing.Time.Sub(epoch).Hours() / 24; math.Abs(days-200) > 15 || d.Crossing.Earliest.After(d.Crossing.Time) || d.Crossing.Latest == nil || d.Crossing.Latest.Before(d.Crossing.Time) {
		t.Errorf("crossing after %v days: %+v", days, d.Crossing)
	}
	for name, tr := range map[string]*bench.Trend{
		"stationary":     series(300, noisy(5, 90, func(int) float64 { return 200 })...),
		"too few":        series(300, 1, 2, 3, 4, 5),
		"getting better": series(300, noisy(6, 90, func(i int) float64 { return 200 - float64(i)/2 })...),
	} {
		Analyse(tr, Options{Window: 50, MaxP: 0, MaxDriftP: 0.01})
		if tr.Drift != nil && tr.Drift.Crossing != nil {
			t.Errorf("%s: %+v", name, tr.Drift.Crossing)
		}
	}
}

// Precision and recall on series with known steps of 10% in noise of 2%, spikes, and noise that grows with the level. The seed is
// fixed; the figures are those of these 200 series.
func TestPrecisionAndRecall(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	var found, right, steps int
	for range 200 {
		level, at := 100.0, map[int]bool{}
		var values []float64
		for i := range 120 {
			if i > 10 && i < 110 && i%30 == 0 && rng.IntN(2) == 0 {
				level *= 1.1
				at[i], steps = true, steps+1
			}
			v := level * (1 + 0.02*rng.NormFloat64())
			if rng.IntN(40) == 0 {
				v *= 1.5 + rng.Float64()
			}
			values = append(values, v)
		}
		tr := series(0, values...)
		Analyse(tr, Defaults())
		for _, s := range tr.Shifts {
			found++
			for d := -2; d <= 2; d++ {
				if at[s.Index+d] {
					right++
					at[s.Index+d] = false
				}
			}
		}
	}
	precision, recall := float64(right)/float64(found), float64(right)/float64(steps)
	t.Logf("precision %.3f, recall %.3f of %d steps", precision, recall, steps)
	if precision < 0.95 || recall < 0.9 {
		t.Errorf("precision %.3f, recall %.3f of %d steps", precision, recall, steps)
	}
}

// A slow slope is drift, and no staircase of steps; a step on a slope is still a step.
func TestASlopeIsNoStep(t *testing.T) {
	tr := series(0, noisy(7, 90, func(i int) float64 { return 200 + float64(i) })...)
	Analyse(tr, Defaults())
	if len(tr.Shifts) != 0 || tr.Drift == nil || math.Abs(tr.Drift.PerDay-1) > 0.05 {
		t.Errorf("a slope: %+v, %+v", tr.Shifts, tr.Drift)
	}
	o := Defaults()
	o.Slopes, o.Retest, o.Apart = false, 1, 0
	if Analyse(tr, o); len(tr.Shifts) == 0 {
		t.Error("a slope, with the filters off: no step")
	}
	tr = series(0, noisy(7, 90, func(i int) float64 { return 200 + float64(i)/2 + map[bool]float64{true: 60}[i >= 50] })...)
	if Analyse(tr, Defaults()); len(tr.Shifts) != 1 || tr.Shifts[0].Index != 50 {
		t.Errorf("a step on a slope: %+v", tr.Shifts)
	}
}

// Watched run by run, a step is told at its third run, and from then on after every run, once, though the newest run may be a spike.
func TestAStepIsToldOnceAndStays(t *testing.T) {
	values := noisy(8, 60, func(i int) float64 { return map[bool]float64{true: 100, false: 150}[i < 30] })
	values[45], values[52], values[53] = 400, 300, 310
	for n := 10; n <= len(values); n++ {
		tr := series(0, values[:n]...)
		Analyse(tr, Defaults())
		if told := len(tr.Shifts) == 1 && tr.Shifts[0].Index == 30; told != (n >= 33) || len(tr.Shifts) > 1 {
			t.Errorf("after %d runs: %+v", n, tr.Shifts)
		}
	}
}

// Runs that depend on each other are no step. Each filter has a switch.
func TestDependentRunsAreNoStep(t *testing.T) {
	alarms := func(change func(*Options)) (n int) {
		rng := rand.New(rand.NewPCG(9, 10))
		o := Defaults()
		o.MaxDriftP = 0
		change(&o)
		for range 100 {
			values, carried := make([]float64, 60), 0.0
			for i := range values {
				carried = 0.5*carried + rng.NormFloat64()
				values[i] = 100 + 5*carried
			}
			tr := series(0, values...)
			Analyse(tr, o)
			n += min(len(tr.Shifts), 1)
		}
		return n
	}
	with, without := alarms(func(*Options) {}), alarms(func(o *Options) { o.Retest, o.Apart, o.Slopes = 1, 0, false })
	if with > 5 || without < 20 {
		t.Errorf("steps in %d of 100 series, with the filters off in %d", with, without)
	}
}

// The newest 10,000 runs of an endpoint, some of them steps, the newest level drifting.
func BenchmarkAnalyse10000(b *testing.B) {
	values := noisy(1, 10_000, func(i int) float64 { return 100 + float64(i/1000%2)*10 })
	tr := series(300, values...)
	for b.Loop() {
		Analyse(tr, Defaults())
	}
}
