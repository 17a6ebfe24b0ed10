package generator

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const ms = time.Millisecond

// A record is requests as the generator would keep them.
type record struct {
	load   bench.Load
	all    []bench.Sampled
	canary map[int]time.Duration // by second
}

func (r *record) add(sent, took time.Duration, more func(*bench.Sampled)) {
	m := bench.Sampled{Measurement: bench.Measurement{Intended: sent, Sent: sent, FirstByte: sent + took, Done: sent + took, Status: 200}, Grows: math.NaN()}
	if more != nil {
		more(&m)
	}
	r.all = append(r.all, m)
}

func (r *record) facts() *bench.LoadFacts {
	seconds := make([]*bench.Slice, int(r.load.Duration/time.Second))
	for i := range seconds {
		seconds[i] = bench.NewSlice(i)
		seconds[i].Canary.Record(r.canary[i])
	}
	o := bench.Observations{Timeline: bench.NewTimeline(r.load.Duration), Statuses: map[int]int64{}}
	for _, m := range r.all {
		seconds[min(int(m.Intended/time.Second), len(seconds)-1)].Record(m.Measurement)
		o.Timeline.Record(m.Done, m.Response())
		o.Statuses[m.Status]++
	}
	o.Sample = bench.Sample{Requests: r.all, Of: int64(len(r.all))}
	s := bench.Scenario{Load: r.load}
	result := bench.Collect(s, seconds, r.load.Duration)
	return Facts(&s, &result, seconds, o, evidence.Span{}).Load
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within || math.IsNaN(got) {
		t.Errorf("%s: got %g, want %g", what, got, want)
	}
}

// 2 ms and 4 ms for each order, with some noise and one in ten three times as slow: medians do not see those.
func TestSizeFit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	r := record{load: bench.Load{Users: 1, Duration: 10 * time.Second}}
	for i := range 2000 {
		orders := 5 + rng.IntN(196)
		took := time.Duration((2 + 4*float64(orders) + rng.NormFloat64()*5) * float64(ms))
		if i%10 == 0 {
			took *= 3
		}
		r.add(time.Duration(i)*5*ms, max(took, ms), func(m *bench.Sampled) { m.Grows, m.Size = float64(orders), int64(100+300*orders) })
	}
	f := r.facts().Size
	near(t, "slope", f.Slope, 4, .2)
	near(t, "intercept", f.Intercept, 2, 15)
	near(t, "bytes", f.Bytes, 300, 3)
	if f.R2 < .98 || f.Bins != mostBins || f.Smallest > 20 || f.Largest < 180 {
		t.Errorf("%+v", f)
	}
	flat := record{load: r.load}
	for i := range 2000 {
		flat.add(time.Duration(i)*5*ms, 10*ms+time.Duration(rng.IntN(1000))*time.Microsecond, func(m *bench.Sampled) { m.Grows = float64(i % 200) })
	}
	near(t, "slope of a flat one", flat.facts().Size.Slope, 0, .01)
	few := record{load: r.load}
	for i := range 400 {
		few.add(time.Duration(i)*5*ms, 10*ms, func(m *bench.Sampled) { m.Grows = float64(i % 4) })
	}
	if f := few.facts(); f.Size != nil {
		t.Errorf("a line through four sizes: %+v", f.Size)
	}
}

func TestGrowthAndStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	measure := func(took func(at float64) float64) *bench.Growth {
		r := record{load: bench.Load{Users: 1, Duration: 10 * time.Second}}
		for i := range 2000 {
			at := float64(i) * .005
			r.add(time.Duration(at*float64(time.Second)), time.Duration((took(at)+rng.Float64()*4)*float64(ms)), nil)
		}
		return r.facts().Growth
	}
	rising := measure(func(at float64) float64 { return 10 + 5*at })
	// Quarters of ten seconds: their middles are 1.25, 3.75, 6.25 and 8.75 s, and noise adds 2 ms.
	for i, want := range []float64{18.25, 30.75, 43.25, 55.75} {
		near(t, "quarter", rising.Quarters[i], want, 2)
	}
	if rising.P > 1e-6 || rising.Step != 0 || rising.Windows != 20 {
		t.Errorf("rising: %+v", rising)
	}
	stepped := measure(func(at float64) float64 {
		if at < 6 {
			return 10
		}
		return 40
	})
	near(t, "step", stepped.Step, 6, .26)
	if flat := measure(func(float64) float64 { return 10 }); flat.P < .01 || flat.Step != 0 {
		t.Errorf("flat: %+v", flat)
	}
	short := record{load: bench.Load{Users: 1, Duration: 2 * time.Second}}
	for i := range 200 {
		short.add(time.Duration(i)*10*ms, ms, nil)
	}
	if g := short.facts().Growth; g != nil {
		t.Errorf("of two seconds: %+v", g)
	}
}

// stalling answers 100 a second in 5 ms, but for stops from some times on, of 300 ms each.
func stalling(at ...float64) record {
	r := record{load: bench.Load{Rate: 100, Duration: 20 * time.Second}, canary: map[int]time.Duration{}}
	for i := range 2000 {
		sent, took := time.Duration(i)*10*ms, 5*ms
		for _, a := range at {
			begin := time.Duration(a * float64(time.Second))
			if sent >= begin && sent < begin+300*ms {
				took = begin + 300*ms - sent + 5*ms
			}
		}
		r.add(sent, took, nil)
	}
	return r
}

func TestStalls(t *testing.T) {
	regular := stalling(2, 6, 10, 14, 18)
	s := regular.facts().Stalls
	if s == nil || s.Count != 5 {
		t.Fatalf("%+v", s)
	}
	near(t, "period", s.Period, 4, .05)
	near(t, "length", s.Length, 305, 15)
	near(t, "share", s.Share, 5*.305/20, .01)
	missed := stalling(2, 6, 14, 18, 22)
	missed.load.Duration = 20 * time.Second
	near(t, "period with one missed", missed.facts().Stalls.Period, 4, .05)
	luck := stalling(2, 3.3, 6, 10, 14, 18)
	near(t, "period with one by luck", luck.facts().Stalls.Period, 4, .05)
	three := stalling(2, 8, 14)
	near(t, "of three", three.facts().Stalls.Period, 6, .05)
	uneven := stalling(2, 8, 16)
	if s := uneven.facts().Stalls; s.Count != 3 || s.Period != 0 {
		t.Errorf("three, not evenly: %+v", s)
	}
	irregular := stalling(2, 5, 11, 12, 19)
	if s := irregular.facts().Stalls; s.Count != 5 || s.Period != 0 {
		t.Errorf("irregular: %+v", s)
	}
	// The generator's own timer was late as well: the machine stood still.
	regular.canary = map[int]time.Duration{2: 290 * ms, 6: 290 * ms, 10: 290 * ms, 14: 290 * ms, 18: 290 * ms}
	if s := regular.facts().Stalls; s != nil {
		t.Errorf("the generator's: %+v", s)
	}
	// One in twenty is slow by itself, here and there: no stall.
	rng := rand.New(rand.NewPCG(1, 1))
	tail := record{load: bench.Load{Rate: 100, Duration: 20 * time.Second}}
	for i := range 2000 {
		took := 5 * ms
		if rng.IntN(20) == 0 {
			took = 200 * ms
		}
		tail.add(time.Duration(i)*10*ms, took, nil)
	}
	if s := tail.facts().Stalls; s != nil {
		t.Errorf("of a tail: %+v", s)
	}
	// One worker of 5 ms, and every two seconds forty requests at once beside the usual 80 a second: they wait in line, and answers go on.
	var due []time.Duration
	for i := range 1600 {
		due = append(due, time.Duration(i)*12500*time.Microsecond)
		if i%160 == 80 {
			due = append(due, slices.Repeat([]time.Duration{due[len(due)-1]}, 40)...)
		}
	}
	busy, free := record{load: bench.Load{Rate: 100, Duration: 20 * time.Second}}, time.Duration(0)
	for _, at := range due {
		free = max(free, at) + 5*ms
		busy.add(at, free-at, nil)
	}
	if s := busy.facts().Stalls; s != nil {
		t.Errorf("of a queue: %+v", s)
	}
}

// A server that does 100 a second gets 150 a second: the i-th arrival of 10 s waits for a backlog that grows by 50 a second.
// Twenty a second at random times, and every three seconds all wait for up to 300 ms: each stall meets six requests on the average, of which one in
// twelve is not slow, so that one in forty stalls is not seen.
func TestStallsUnderALightLoad(t *testing.T) {
	const runs = 40
	seen := 0
	for seed := range uint64(runs) {
		rng := rand.New(rand.NewPCG(seed, 1))
		r := record{load: bench.Load{Rate: 20, Duration: 15 * time.Second}}
		first := 3 * rng.Float64()
		for now := rng.ExpFloat64() / 20; now < 15; now += rng.ExpFloat64() / 20 {
			took := 5 * ms
			if in := math.Mod(now-first+3, 3); in < .3 {
				took += time.Duration((.3 - in) * float64(time.Second))
			}
			r.add(time.Duration(now*float64(time.Second)), took, nil)
		}
		if s := r.facts().Stalls; s != nil && math.Abs(s.Period-3) < .2 {
			seen++
		}
	}
	if seen < runs*3/4 {
		t.Errorf("seen in %d of %d runs", seen, runs)
	}
}

// Stalls at random times are hardly ever told as regular.
func TestRandomStallsHaveNoPeriod(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{3, 4, 5, 8, 15, 30} {
		const runs = 100
		regular := 0
		for range runs {
			at := make([]float64, n)
			for i := range at {
				at[i] = 15 * rng.Float64()
			}
			slices.Sort(at)
			if period(at, 15) != 0 {
				regular++
			}
		}
		if regular > 9 { // of a chance of 3%, so many are a chance of one in a thousand
			t.Errorf("%d stalls: %d of %d", n, regular, runs)
		}
	}
}

func TestSaturationOfAnOpenLoad(t *testing.T) {
	r := record{load: bench.Load{Rate: 150, Duration: 10 * time.Second}}
	for i := range 1500 {
		sent := time.Duration(float64(i) / 150 * float64(time.Second))
		done := time.Duration(i+1) * 10 * ms
		r.add(sent, max(done-sent, 10*ms), func(m *bench.Sampled) { m.Open = true })
	}
	s := r.facts().Saturation
	if s == nil {
		t.Fatal("not found")
	}
	near(t, "offered", s.Offered, 150, 1)
	near(t, "answered", s.Answered, 100, 1)
	near(t, "workers", s.Workers, 1, .05) // 100 a second, of 10 ms each
	near(t, "kept", s.Kept, .67, .02)
	slots := record{load: r.load}
	for _, m := range r.all { // the same, but it is the generator that has one slot: each is sent when the one before is answered
		slots.add(m.Intended, m.Response(), func(n *bench.Sampled) { n.Open, n.Sent = true, n.Done-10*ms })
	}
	if s := slots.facts().Saturation; s != nil {
		t.Errorf("of the generator's slots: %+v", s)
	}
	calm := record{load: bench.Load{Rate: 150, Duration: 10 * time.Second}}
	for i := range 1500 {
		calm.add(time.Duration(float64(i)/150*float64(time.Second)), 10*ms, nil)
	}
	if s := calm.facts().Saturation; s != nil {
		t.Errorf("calm: %+v", s)
	}
}

// Users from 1 to 40 in 20 s, at a server of four workers that take 10 ms each: 400 a second at most, from 4 users on.
func TestSaturationOfStages(t *testing.T) {
	l := bench.Load{Stages: []bench.Stage{{Users: 1, Duration: 2 * time.Second}, {Users: 40, Duration: 18 * time.Second}}, Duration: 20 * time.Second}
	measure := func(workers float64) *bench.Saturation {
		r := record{load: l}
		for at := time.Duration(0); at < l.Duration; {
			users := loadAt(l, at)
			took := time.Duration(float64(10*ms) * max(users/workers, 1))
			r.add(at, took, nil)
			at += time.Duration(float64(took) / users)
		}
		return r.facts().Saturation
	}
	s := measure(4)
	if s == nil {
		t.Fatal("not found")
	}
	near(t, "answered", s.Answered, 400, 20)
	near(t, "workers", s.Workers, 4, .3)
	near(t, "light", s.Light, 10, .5)
	if s.Level < 3 || s.Level > 8 || s.Heavy < 80 {
		t.Errorf("%+v", s)
	}
	if s := measure(1000); s != nil {
		t.Errorf("of a server that follows: %+v", s)
	}
}

// A third is refused, with Retry-After of 2 s.
func TestRateLimit(t *testing.T) {
	r := record{load: bench.Load{Users: 1, Duration: 10 * time.Second}}
	for i := range 300 {
		r.add(time.Duration(i)*30*ms, 5*ms, func(m *bench.Sampled) {
			if i%3 == 0 {
				m.Status, m.Outcome, m.RetryAfter = 429, bench.BadStatus, "2"
			}
		})
	}
	f := r.facts()
	near(t, "share", f.Limit.Share, 1./3, .001)
	near(t, "passed", f.Limit.Passed, 20, .001)
	near(t, "retry after", f.Limit.RetryAfter, 2, 0)
	if len(f.Statuses) != 2 || f.Statuses[0] != (bench.StatusSeen{Status: 200, Count: 200}) {
		t.Errorf("%v", f.Statuses)
	}
}

// Nine in ten take about 5 ms and one about 100 ms.
func TestModes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	r := record{load: bench.Load{Users: 1, Duration: 10 * time.Second}}
	for i := range 2000 {
		took := 5.0
		if i%10 == 0 {
			took = 100
		}
		r.add(time.Duration(i)*5*ms, time.Duration(took*math.Exp(rng.NormFloat64()*.2)*float64(ms)), nil)
	}
	m := r.facts().Modes
	if len(m) != 2 {
		t.Fatalf("%v", m)
	}
	near(t, "first", m[0].At, 5, .3)
	near(t, "second", m[1].At, 100, 6)
	near(t, "share", m[1].Share, .1, .005)
	one := record{load: r.load}
	for i := range 2000 {
		one.add(time.Duration(i)*5*ms, time.Duration(5*math.Exp(rng.NormFloat64()*.5)*float64(ms)), nil)
	}
	if m := one.facts().Modes; m != nil {
		t.Errorf("of one heap: %v", m)
	}
}

func TestNothingGivesNoFacts(t *testing.T) {
	f := (&record{load: bench.Load{Users: 1, Duration: time.Second}}).facts()
	if f.Size != nil || f.Growth != nil || f.Stalls != nil || f.Saturation != nil || f.Limit != nil || f.Modes != nil {
		t.Errorf("%+v", f)
	}
}
