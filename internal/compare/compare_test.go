package compare

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// sides makes pairs of blocks of n log-normal latencies around 20 ms, with noise between pairs, between blocks, and within; head is
// slower by a factor.
func sides(rng *rand.Rand, pairs, n int, factor float64) []Pair {
	block := func(level float64) *hist.Histogram {
		h := hist.New()
		level *= math.Exp(0.02 * rng.NormFloat64())
		for range n {
			h.Record(time.Duration(level * math.Exp(0.3*rng.NormFloat64()) * float64(20*time.Millisecond)))
		}
		h.Compact()
		return h
	}
	var all []Pair
	for range pairs {
		level := math.Exp(0.1 * rng.NormFloat64())
		all = append(all, Pair{block(level), block(level * factor)})
	}
	return all
}

func TestAClearSlowdown(t *testing.T) {
	for _, pairs := range []int{10, 16} { // exact and random swaps
		e := Compare(sides(rand.New(rand.NewPCG(1, 2)), pairs, 200, 1.3), 0.001, rand.New(rand.NewPCG(3, 4)))
		for i, q := range Quantiles[:2] {
			if e[i].P > 0.002 || e[i].Ratio < 1.2 || e[i].Ratio > 1.4 || e[i].Low > e[i].Ratio || e[i].High < e[i].Ratio || e[i].Low < 1.1 {
				t.Errorf("%s of %d pairs: %+v", q.Name, pairs, e[i])
			}
		}
	}
}

// Two pairs of one value each: base 10 and 10 ms, head 20 and 20. Of the four ways to swap only the one that was seen makes head's
// pooled p50 twice base's; the others give 1/2 (both swapped), and 10/10 (one of each). So p is 1/4.
func TestPermutationsByHand(t *testing.T) {
	one := func(d time.Duration) *hist.Histogram { h := hist.New(); h.Record(d); return h }
	pair := Pair{one(10 * time.Millisecond), one(20 * time.Millisecond)}
	e := Compare([]Pair{pair, pair}, 0.05, rand.New(rand.NewPCG(1, 1)))[0]
	if e.P != 0.25 || math.Abs(e.Ratio-2) > 0.01 || math.Abs(e.Low-2) > 0.01 || math.Abs(e.High-2) > 0.01 {
		t.Errorf("%+v", e)
	}
	if got := Compare([]Pair{{one(1), hist.New()}}, 0.05, rand.New(rand.NewPCG(1, 1))); got != nil {
		t.Errorf("a side without answers: %+v", got)
	}
}

// Without a difference p is uniform: below 0.05 in 5% of 100 comparisons, 5 with a standard deviation of 2.2.
func TestNullIsHonest(t *testing.T) {
	rng, below, covered := rand.New(rand.NewPCG(5, 6)), 0, 0
	for range 100 {
		e := Compare(sides(rng, 10, 100, 1), 0.05, rng)[1]
		if e.P <= 0.05 {
			below++
		}
		if e.Low <= 1 && 1 <= e.High {
			covered++
		}
	}
	if below > 12 {
		t.Errorf("p <= 0.05 in %d of 100", below)
	}
	if covered < 89 { // 95 expected, with a standard deviation of 2.2
		t.Errorf("the interval covers no change in %d of 100", covered)
	}
}

func TestPairsNeeded(t *testing.T) {
	tol := bench.Tolerance{Ratio: 0.05, Change: time.Millisecond}
	// The interval reaches twice as far as there is room: four times the pairs.
	e := bench.Effect{Base: 1000, Ratio: 1, High: math.Exp(2 * math.Log(1.05))}
	if n := PairsNeeded(e, 10, tol); n != 40 && n != 41 {
		t.Errorf("%d pairs", n)
	}
	if n := PairsNeeded(bench.Effect{Base: 1000, Ratio: 1.2, High: 1.3}, 10, tol); n != 0 {
		t.Errorf("%d pairs", n)
	}
}

// Shares of the looks add up to the whole error, and the first one can flag at all: with four endpoints of three metrics it needs a p
// of 0.05 * 0.3 / 12 = 0.00125, and 10 pairs can give 1/1024.
func TestLooksShareTheError(t *testing.T) {
	sum := 0.0
	for _, l := range Looks {
		sum += l.Share
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("shares add up to %g", sum)
	}
	if l := Looks[0]; l.Level(12) < math.Pow(2, -float64(l.Pairs)) {
		t.Errorf("the first look flags at %g, which %d pairs cannot give", l.Level(12), l.Pairs)
	}
}

// Of two groups Student's quantile with one degree of freedom is 12.706: beyond sqrt(2) times that lies nothing of a normal
// distribution. Of very many, the share is the usual 2.5%.
func TestExpandedTail(t *testing.T) {
	if got := expandedTail(2); got > 1e-15 {
		t.Errorf("2: %g", got)
	}
	if got := expandedTail(100_000); math.Abs(got-0.025) > 1e-4 {
		t.Errorf("many: %g", got)
	}
	// Ten: t = 2.262, times sqrt(10/9) is 2.385, beyond which lies 0.0085.
	if got := expandedTail(10); math.Abs(got-0.0085) > 1e-4 {
		t.Errorf("10: %g", got)
	}
}

// A screen of a clear slowdown is over at the first look, flagged in p50 and p95; of no difference, when both are shown to be within the
// tolerance. 200 requests a block and 20% of spread within make that a matter of some looks.
func TestScreen(t *testing.T) {
	run := func(factor float64) (s Screen, pairs int) {
		s = Screen{Tests: 12, Tolerance: bench.DefaultPolicy().Tolerance, Rng: rand.New(rand.NewPCG(8, 9))}
		for _, p := range sides(rand.New(rand.NewPCG(1, 2)), 60, 200, factor) {
			pairs++
			if s.Add(p) {
				break
			}
		}
		return s, pairs
	}
	s, pairs := run(1.3)
	if pairs != Looks[0].Pairs || !s.Effects[0].Flagged || !s.Effects[1].Flagged {
		t.Errorf("slower: %d pairs, %+v", pairs, s.Effects)
	}
	s, pairs = run(1)
	if s.Effects[0].Flagged || s.Effects[1].Flagged || !s.Effects[0].Settled(s.Tolerance) || !s.Effects[1].Settled(s.Tolerance) {
		t.Errorf("the same: %d pairs, %+v", pairs, s.Effects)
	}
}

// The time is over after 12 pairs: they are looked at, once. After 10 they were looked at already, and with fewer nothing can be said.
func TestScreenThatEndsEarly(t *testing.T) {
	for pairs, want := range map[int]int{3: 0, 10: 10, 12: 12} {
		s := Screen{Tests: 12, Tolerance: bench.Tolerance{}, Rng: rand.New(rand.NewPCG(8, 9))}
		all := sides(rand.New(rand.NewPCG(1, 2)), pairs, 200, 1)
		for _, p := range all {
			s.Add(p)
		}
		s.End()
		got := 0
		if len(s.Effects) > 0 {
			got = len(s.Pairs())
		}
		if got != want {
			t.Errorf("%d pairs: looked at %d", pairs, got)
		}
	}
}

// Of two flagged effects one is there again, the other neither significant (0.2 is above 0.1) nor beyond the tolerance.
func TestHold(t *testing.T) {
	effect := func(p, ratio float64) *bench.Effect {
		return &bench.Effect{Flagged: true, Confirmed: &bench.Confirm{Base: 100, P: p, Ratio: ratio}}
	}
	there, gone, tiny := effect(0.001, 1.2), effect(0.2, 1.2), effect(0.001, 1.02)
	Hold([]*bench.Effect{there, gone, tiny}, bench.DefaultPolicy().Tolerance)
	if !there.Confirmed.Holds || gone.Confirmed.Holds || tiny.Confirmed.Holds {
		t.Errorf("%+v %+v %+v", there.Confirmed, gone.Confirmed, tiny.Confirmed)
	}
}

// BenchmarkCompare is the last look at an endpoint of a suite of four: 60 pairs of 200 requests, and as many swaps as its level needs.
func BenchmarkCompare(b *testing.B) {
	pairs := sides(rand.New(rand.NewPCG(1, 2)), 60, 200, 1.1)
	for b.Loop() {
		Compare(pairs, Looks[4].Level(12), rand.New(rand.NewPCG(3, 4)))
	}
}

// Ten pairs, head ten times slower in one of them: the mean without two at each end does not see it, and the pooled p95 does. So it is not
// within the tolerance, though the typical pair is.
func TestABurstIsSeenThoughThePairsAreAlike(t *testing.T) {
	of := func(d time.Duration) *hist.Histogram {
		h := hist.New()
		for range 100 {
			h.Record(d)
		}
		return h
	}
	var pairs []Pair
	for i := range 10 {
		p := Pair{of(100 * time.Millisecond), of(100 * time.Millisecond)}
		if i == 3 {
			p.Head = of(time.Second)
		}
		pairs = append(pairs, p)
	}
	e := Compare(pairs, 0.05, rand.New(rand.NewPCG(1, 2)))[1]
	if tol := bench.DefaultPolicy().Tolerance; e.Typical != 1 || e.Ratio < 9 || e.Within(tol) {
		t.Errorf("%+v", e)
	}
	if got := trimmed([]float64{9, 1, 2, 3, -5}); got != 2 {
		t.Errorf("the mean of 1, 2 and 3 is %g", got)
	}
}
