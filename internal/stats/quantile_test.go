package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestOrderRanks(t *testing.T) {
	// n = 100, q = 1/2: 50 ± 1.96·5 = 40.2 to 59.8, rounded up: 41 and 60. n = 10, q = 0.95: 9.5 ± 1.35, clipped to 10.
	if l, h := OrderRanks(100, .5); l != 41 || h != 60 {
		t.Errorf("got %d, %d", l, h)
	}
	if l, h := OrderRanks(10, .95); l != 9 || h != 10 {
		t.Errorf("got %d, %d", l, h)
	}
}

func TestBootstrapOfEqualGroupsIsAPoint(t *testing.T) {
	g := []Bin{{1, 50}, {2, 45}, {3, 5}}
	low, high := BootstrapQuantile([][]Bin{g, g, g}, .95, 200, rand.New(rand.NewPCG(1, 1)))
	// Every resample is three of the same group: 95 of each 100 values are at most 2.
	if low != 2 || high != 2 {
		t.Errorf("got %g to %g", low, high)
	}
	if low, high = BootstrapQuantile(nil, .5, 10, nil); low != 0 || high != 0 {
		t.Errorf("of nothing: %g to %g", low, high)
	}
}

// 200 experiments of 30 groups whose level varies from group to group: the interval must hold the true median (0) about 95 times
// in 100. With 200 experiments the standard deviation of the rate is 1.5%; the percentile bootstrap is a little too narrow.
func TestBootstrapCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	held := 0
	for range 200 {
		groups := make([][]Bin, 30)
		for i := range groups {
			level := rng.NormFloat64()
			groups[i] = []Bin{{level - .1, 10}, {level, 10}, {level + .1, 10}}
		}
		if low, high := BootstrapQuantile(groups, .5, 300, rng); low <= 0 && 0 <= high {
			held++
		}
	}
	if held < 178 {
		t.Errorf("the interval held the truth %d times of 200", held)
	}
}

// What is looked up without making the samples is what making them gives.
func TestBootstrapIsThatOfTheSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for round := range uint64(50) {
		groups := make([][]Bin, 1+rng.IntN(8))
		for i := range groups {
			for v := range rng.IntN(12) {
				if rng.IntN(2) == 0 {
					groups[i] = append(groups[i], Bin{float64(v), int64(1 + rng.IntN(5))})
				}
			}
		}
		draws, estimates := rand.New(rand.NewPCG(round, 1)), []float64(nil)
		for range 100 {
			var sample []float64
			for range groups {
				for _, b := range groups[draws.IntN(len(groups))] {
					sample = append(sample, slices.Repeat([]float64{b.Value}, int(b.Count))...)
				}
			}
			if n := len(sample); n > 0 {
				slices.Sort(sample)
				estimates = append(estimates, sample[(n*9+9)/10-1]) // nearest rank: ceil(0.9n)
			}
		}
		var wantLow, wantHigh float64
		if n := len(estimates); n > 0 {
			slices.Sort(estimates)
			wantLow, wantHigh = estimates[n*25/1000], estimates[min(n*975/1000, n-1)]
		}
		if low, high := BootstrapQuantile(groups, .9, 100, rand.New(rand.NewPCG(round, 1))); low != wantLow || high != wantHigh {
			t.Errorf("round %d: %g to %g, want %g to %g", round, low, high, wantLow, wantHigh)
		}
	}
}

// Ten minutes of an endpoint whose answers fall into 700 buckets a second.
func BenchmarkBootstrapTenMinutes(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	groups := make([][]Bin, 600)
	for i := range groups {
		for v := range 1000 {
			if rng.IntN(10) < 7 {
				groups[i] = append(groups[i], Bin{float64(v), int64(1 + rng.IntN(3))})
			}
		}
	}
	for b.Loop() {
		BootstrapQuantile(groups, .95, 1000, rng)
	}
}
