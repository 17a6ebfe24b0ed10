package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Of 1, 3, 2, 4, 5 nine of ten pairs rise and one falls: S = 8. Without ties the variance is 5*4*15/18 = 16.67, so z = 7/4.082 =
// 1.715 and p = 0.0864.
func TestMannKendall(t *testing.T) {
	if s, p := MannKendall([]float64{1, 3, 2, 4, 5}); s != 8 || math.Abs(p-0.0864) > 0.0005 {
		t.Errorf("S %d, p %v", s, p)
	}
	// With one tie of two the variance is (300-18)/18 = 15.67: S = 9, z = 8/3.958 = 2.021, p = 0.0433.
	if s, p := MannKendall([]float64{1, 2, 2, 4, 5}); s != 9 || math.Abs(p-0.0433) > 0.0005 {
		t.Errorf("with a tie: S %d, p %v", s, p)
	}
	for _, y := range [][]float64{nil, {1, 2, 3}, {4, 4, 4, 4, 4}} {
		if _, p := MannKendall(y); p != 1 {
			t.Errorf("%v: p %v", y, p)
		}
	}
}

// The slopes of (0,0), (1,1), (2,2), (3,30) are 1, 1, 1, 10, 14.5 and 29: their median is 5.5.
func TestTheilSen(t *testing.T) {
	line, ok := TheilSen([]float64{0, 1, 2, 3}, []float64{0, 1, 2, 30})
	if !ok || math.Abs(line.Slope-5.5) > 1e-9 {
		t.Errorf("%+v", line)
	}
	if _, ok := TheilSen([]float64{1, 1}, []float64{1, 2}); ok {
		t.Error("two points of one time have no slope")
	}
	// The interval covers the true slope in about 95 of 100 series: 950 of 1,000 with a standard deviation of 6.9.
	rng, covered := rand.New(rand.NewPCG(3, 4)), 0
	for range 1000 {
		var x, y []float64
		for i := range 30 {
			x, y = append(x, float64(i)), append(y, 100+0.2*float64(i)+3*rng.NormFloat64())
		}
		if l, _ := TheilSen(x, y); l.Low <= 0.2 && 0.2 <= l.High {
			covered++
		}
	}
	if covered < 925 || covered > 985 {
		t.Errorf("the interval covers the slope in %d of 1,000", covered)
	}
}

func TestDespike(t *testing.T) {
	y := []float64{10, 11, 10, 90, 11, 10, 30, 31, 30, 31, 30, 80}
	got := Despike(y, 6)
	for i, v := range got {
		if want := map[bool]float64{true: 10.5, false: y[i]}[i == 3]; v != want {
			t.Errorf("%d: %v, want %v", i, v, want)
		}
	}
}
