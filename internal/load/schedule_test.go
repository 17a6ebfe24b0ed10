package load

import (
	"math"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func times(l bench.Load, poisson bool, seed uint64) (all []time.Duration) {
	a := newArrivals(levels(l), poisson, seed)
	for at, ok := a.next(); ok; at, ok = a.next() {
		all = append(all, at)
	}
	return all
}

func TestConstantArrivalsDoNotDrift(t *testing.T) {
	all := times(bench.Load{Rate: 300, Duration: time.Hour}, false, 0)
	if len(all) != 300*3600 {
		t.Fatalf("%d arrivals in an hour", len(all))
	}
	// The last of them is due a third of a hundredth before the hour, however many were rounded before it.
	if want := time.Hour - time.Second/300; (all[len(all)-1] - want).Abs() > time.Microsecond {
		t.Errorf("last at %v, want %v", all[len(all)-1], want)
	}
}

// 10/s for 10 s, then evenly up to 30/s in 10 s, then down to 0.001/s in 10 s: 100 + 200 + 150 arrivals.
func TestStagesOfRate(t *testing.T) {
	l := bench.Load{Stages: []bench.Stage{{Rate: 10, Duration: 10 * time.Second}, {Rate: 30, Duration: 10 * time.Second}, {Rate: .001, Duration: 10 * time.Second}}}
	count := func(all []time.Duration, from, to time.Duration) (n int) {
		for _, at := range all {
			if at >= from && at < to {
				n++
			}
		}
		return n
	}
	all := times(l, false, 0)
	for _, c := range []struct {
		from, to time.Duration
		want     float64
	}{{0, 10, 100}, {10, 20, 200}, {20, 30, 150}, {10, 15, 75}, {15, 20, 125}} { // 5 s from 10/s to 20/s: 75
		if n := count(all, c.from*time.Second, c.to*time.Second); math.Abs(float64(n)-c.want) > 1 {
			t.Errorf("%d to %d s: %d arrivals, want %v", c.from, c.to, n, c.want)
		}
	}
	// Poisson: 450 in the mean with a standard deviation of 21 for one seed, of 2.1 for the mean of a hundred.
	total := 0
	for seed := range uint64(100) {
		total += len(times(l, true, seed))
	}
	if mean := float64(total) / 100; math.Abs(mean-450) > 9 {
		t.Errorf("Poisson: %v arrivals in the mean", mean)
	}
}

// The gaps of a Poisson process are exponential: their standard deviation equals their mean.
func TestPoissonGaps(t *testing.T) {
	all := times(bench.Load{Rate: 100, Duration: 1000 * time.Second}, true, 7)
	var sum, squares float64
	for i := 1; i < len(all); i++ {
		gap := (all[i] - all[i-1]).Seconds()
		sum, squares = sum+gap, squares+gap*gap
	}
	n := float64(len(all) - 1)
	mean := sum / n
	if cv := math.Sqrt(squares/n-mean*mean) / mean; math.Abs(mean*100-1) > .02 || math.Abs(cv-1) > .02 {
		t.Errorf("mean gap %v, coefficient of variation %v", mean, cv)
	}
}

// 2 users for 10 s, up to 4 in 10 s, down to 1 in 10 s.
func TestStagesOfUsers(t *testing.T) {
	ramps := levels(bench.Load{Warmup: 5 * time.Second, Stages: []bench.Stage{{Users: 2, Duration: 5 * time.Second}, {Users: 4, Duration: 10 * time.Second}, {Users: 1, Duration: 10 * time.Second}}})
	for _, c := range []struct {
		user     int
		at, want float64 // -1: never
	}{
		{0, 0, 0}, {0, 29, 29}, {1, 3, 3},
		{2, 0, 15}, {3, 0, 20}, {3, 19, 20}, // the third is there at half the way up, the fourth at its end
		{3, 20, 20}, {3, 20.1, -1}, {1, 25, 25}, {1, 27, -1}, // 3 users are left at 23.3 s, 2 at 26.7 s
		{4, 0, -1}, {0, 30, -1},
	} {
		got, ok := active(ramps, c.user, time.Duration(c.at*float64(time.Second)))
		if !ok {
			got = -time.Second
		}
		if math.Abs(got.Seconds()-c.want) > 1e-6 {
			t.Errorf("user %d from %v s: %v, want %v s", c.user, c.at, got, c.want)
		}
	}
}
