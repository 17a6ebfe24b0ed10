package stats

import (
	"math/rand/v2"
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
