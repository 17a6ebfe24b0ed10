package stats

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

func tigerbeetle(t testing.TB) (series []float64) {
	f, err := os.Open("testdata/tigerbeetle.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		v, err := strconv.ParseFloat(lines.Text(), 64)
		if err != nil {
			t.Fatal(err)
		}
		series = append(series, v)
	}
	return series
}

// The series and the indexes are those of Apache Otava's tests/tigerbeetle_test.py at commit 1ceb1537a49d (Apache License 2.0).
func TestDivisiveFindsWhatOtavaFinds(t *testing.T) {
	series := tigerbeetle(t)
	for _, c := range []struct {
		p, magnitude float64
		want         []int
	}{
		{0.01, 0.05, []int{15, 71}},
		{0.05, 0.05, []int{15, 71}},
		{0.1, 0.05, []int{10, 11, 15, 71, 363}},
		{0.2, 0.05, []int{10, 11, 15, 71}},
		{0.2, 0, []int{3, 6, 7, 10, 11, 13, 15, 16, 28, 29, 35, 37, 39, 41, 44, 48, 49, 56, 58, 61, 65, 66, 69, 71, 74, 76, 82, 95, 108, 117, 125, 126, 129, 131, 136, 137, 142, 148, 165, 169, 187, 190, 192, 197, 200, 212, 220, 241, 243, 246, 247, 249, 250, 260, 265, 266, 268, 278, 282, 288, 305, 306, 325, 330, 337, 338, 340, 347, 349, 363}},
		{0.1, 0, []int{3, 6, 10, 11, 15, 16, 28, 29, 35, 37, 39, 41, 44, 48, 49, 61, 71, 95, 117, 131, 142, 148, 165, 169, 192, 206, 212, 260, 265, 268, 278, 282, 288, 305, 363}},
		{0.01, 0, []int{15, 26, 61, 71, 95, 117, 131, 142, 148, 165, 169, 192, 212, 260}},
		{0.001, 0, []int{15, 61, 71, 95, 117, 131, 142, 148, 192, 212, 260}},
		{0.0001, 0, []int{71, 95, 117, 131, 142, 148, 192, 212}},
		{0.00001, 0, []int{71, 95, 131, 192, 212}},
	} {
		var got []int
		for _, p := range (Divisive{Window: 30, MaxP: c.p, MinMagnitude: c.magnitude}).Find(series) {
			got = append(got, p.Index)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("p %v, magnitude %v:\ngot  %v\nwant %v", c.p, c.magnitude, got, c.want)
		}
	}
}

// The short series and their indexes are those of Otava's tests/analysis_test.py and tests/series_test.py at the same commit.
func TestDivisiveOnOtavasShortSeries(t *testing.T) {
	halved := []float64{1.02, 0.95, 0.99, 1.00, 1.12, 1.00, 1.01, 0.98, 1.01, 0.96, 0.50, 0.51, 0.48, 0.48, 0.55, 0.50, 0.49, 0.51, 0.50, 0.49}
	one := []float64{1.02, 0.95, 0.99, 1.00, 1.12, 0.90, 0.50, 0.51, 0.48, 0.48, 0.55}
	two := []float64{2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.80, 1.76, 1.78}
	for _, c := range []struct {
		d      Divisive
		series []float64
		want   []int
	}{
		{Divisive{Window: 10, MaxP: 0.0001}, halved, []int{10}},
		{Divisive{Window: 50, MaxP: 0.001}, one, []int{6}},
		{Divisive{Window: 50, MaxP: 0.001}, two, []int{4}},
		{Divisive{Window: 50, MaxP: 0.001, MinMagnitude: 0.2}, one, []int{6}},
		{Divisive{Window: 50, MaxP: 0.001, MinMagnitude: 0.2}, two, nil},
	} {
		var got []int
		for _, p := range c.d.Find(c.series) {
			got = append(got, p.Index)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v of %v: %v, want %v", c.d, c.series, got, c.want)
		}
	}
	// tests/change_point_divisive_test.py: the split alone, at p 0.01.
	jumps := []float64{0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149.0, 149.7, 149.5, 149.1, 148.8, 150.0}
	if got := divide(jumps, 0.01); !slices.Equal(got, []int{5, 8}) {
		t.Errorf("the split of %v: %v, want [5 8]", jumps, got)
	}
}

// testdata/otava.json has seeded series (steps, spikes, slopes, values rounded to fives) and the indexes that Otava's
// compute_change_points gave for them at that commit. In each of them it matters which points are tested again after one was
// taken away.
func TestDivisiveTakesPointsAwayAsOtavaDoes(t *testing.T) {
	text, err := os.ReadFile("testdata/otava.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Window       int
		MaxP         float64 `json:"max_p"`
		MinMagnitude float64 `json:"min_magnitude"`
		Indexes      []int
		Series       []float64
	}
	if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for i, c := range all {
		got := []int{}
		for _, p := range (Divisive{c.Window, c.MaxP, c.MinMagnitude}).Find(c.Series) {
			got = append(got, p.Index)
		}
		if !slices.Equal(got, c.Indexes) {
			t.Errorf("series %d:\ngot  %v\nwant %v", i, got, c.Indexes)
		}
	}
}

func TestDivisiveOnLittleAndOnNothing(t *testing.T) {
	d := Divisive{Window: 30, MaxP: 0.01, MinMagnitude: 0.05}
	for _, series := range [][]float64{nil, {1}, {1, 2}, {5, 5, 5, 5, 5, 5, 5, 5}} {
		if got := d.Find(series); len(got) != 0 {
			t.Errorf("%v: %v", series, got)
		}
	}
	// Two constants: the variance is 0, and still they differ.
	if got := d.Find([]float64{1, 1, 1, 1, 1, 2, 2, 2, 2, 2}); len(got) != 1 || got[0].Index != 5 || got[0].Before != 1 || got[0].After != 2 {
		t.Errorf("a step: %+v", got)
	}
}

// At level 0.01 on the whole, stationary noise shows a step of 5% in few series of 100.
func TestDivisiveFalseAlarms(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alarms := 0
	for range 200 {
		series := make([]float64, 100)
		for i := range series {
			series[i] = 100 + 3*rng.NormFloat64()
		}
		if len((Divisive{Window: 50, MaxP: 0.001, MinMagnitude: 0.05}).Find(series)) > 0 {
			alarms++
		}
	}
	if alarms > 4 {
		t.Errorf("%d of 200 stationary series raise an alarm", alarms)
	}
}

func BenchmarkDivisive10000(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	series := make([]float64, 10_000)
	for i := range series {
		series[i] = 100 + float64(i/1000%2)*10 + 3*rng.NormFloat64()
	}
	for b.Loop() {
		Divisive{Window: 50, MaxP: 0.001, MinMagnitude: 0.05}.Find(series)
	}
}
