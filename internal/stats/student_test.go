package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// From the tables: t of 4 degrees of freedom exceeds 2.776 with probability 0.025, t of 9 exceeds 2.262.
func TestStudent(t *testing.T) {
	for free, want := range map[float64]float64{4: 2.776, 9: 2.262, math.Inf(1): 1.960} {
		if got := StudentQuantile(0.975, free); math.Abs(got-want) > 0.0005 {
			t.Errorf("%v degrees: %v, want %v", free, got, want)
		}
		if p := StudentTail(want, free); math.Abs(p-0.025) > 0.00005 {
			t.Errorf("%v degrees: beyond %v with %v", free, want, p)
		}
	}
}

func TestHolm(t *testing.T) {
	// Of four at 10%: 0.02 <= 0.1/4, 0.03 <= 0.1/3, 0.06 > 0.1/2: there it stops.
	if got := Holm([]float64{0.07, 0.02, 0.06, 0.03}, 0.1); !slices.Equal(got, []bool{false, true, false, true}) {
		t.Errorf("%v", got)
	}
	if got := Holm(nil, 0.1); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// Rosner's own example (1983; also NIST's handbook, section 1.3.5.17.3): of 54 values at 5% three are outliers: 6.01, 5.42, 5.34.
func TestOutliers(t *testing.T) {
	y := []float64{-0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.70, 1.76, 1.77,
		1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40, 2.47, 2.54, 2.62, 2.64, 2.90,
		2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01}
	if got := Outliers(y, 10, 0.05); !slices.Equal(got, []int{51, 52, 53}) {
		t.Errorf("%v, want the last three", got)
	}
	for _, y := range [][]float64{nil, {1, 2, 3, 100}, {5, 5, 5, 5, 5, 5}} {
		if got := Outliers(y, 2, 0.05); len(got) != 0 {
			t.Errorf("%v: %v", y, got)
		}
	}
	// Ten normal values have one in about 1% of 2,000 samples: 20 with a standard deviation of 4.4.
	rng, any := rand.New(rand.NewPCG(1, 2)), 0
	for range 2000 {
		y := make([]float64, 10)
		for i := range y {
			y[i] = rng.NormFloat64()
		}
		if len(Outliers(y, 2, 0.01)) > 0 {
			any++
		}
	}
	if any < 8 || any > 40 {
		t.Errorf("normal values have outliers in %d of 2,000 samples", any)
	}
}

// Two groups of x -1, 0, 1 and y 0, 1, 5 and 10, 11, 12. Within the first Sxy = -1*(0-2) + 0 + 1*(5-2) = 5, Sxx = 2, Syy = 4+1+9 =
// 14; within the second Sxy = 2, Sxx = 2, Syy = 2. Together the slope is 7/4 = 1.75; what is left of Syy 16 is 16 - 1.75*7 = 3.75, with
// 6 - 2 - 1 = 3 degrees of freedom: 1.25. t = 1.75/sqrt(1.25/4) = 3.130, which t of 3 exceeds with 0.0260.
func TestCovary(t *testing.T) {
	x := []float64{-1, 0, 1}
	c, ok := Covary([][]float64{x, x}, [][]float64{{0, 1, 5}, {10, 11, 12}})
	if !ok || c.Slope != 1.75 || math.Abs(c.Residual-1.25) > 1e-9 || c.Free != 3 || c.Within != 4 || math.Abs(c.P-0.0260) > 0.0002 {
		t.Errorf("%+v", c)
	}
	if _, ok := Covary([][]float64{{1, 1, 1}}, [][]float64{{1, 2, 3}}); ok {
		t.Error("an x that does not vary")
	}
	if _, ok := Covary([][]float64{{1, 2}}, [][]float64{{1, 2}}); ok {
		t.Error("two points always lie on a line")
	}
}
