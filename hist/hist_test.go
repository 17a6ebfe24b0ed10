package hist

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

func TestQuantileIsNearestRank(t *testing.T) {
	h := New()
	for i := 1; i <= 100; i++ {
		h.Record(time.Duration(i) * time.Millisecond)
	}
	// Nearest rank of 100 values: the q-th quantile is the ceil(100q)-th smallest, here that many milliseconds.
	for q, want := range map[float64]time.Duration{0.5: 50, 0.9: 90, 0.95: 95, 0.99: 99, 1: 100} {
		if got, want := h.Quantile(q), want*time.Millisecond; !near(got, want) {
			t.Errorf("Quantile(%g) = %v, want %v", q, got, want)
		}
	}
	if got := h.Mean(); got != 50500*time.Microsecond {
		t.Errorf("Mean = %v, want 50.5ms", got)
	}
}

func TestEmptyAndOutOfRange(t *testing.T) {
	h := New()
	if h.Count() != 0 || h.Quantile(.5) != 0 || h.Min() != 0 || h.Max() != 0 || h.Mean() != 0 {
		t.Error("an empty histogram is not all zero")
	}
	h.Record(-time.Second)
	h.Record(48 * time.Hour)
	if h.Count() != 2 || !near(h.Max(), time.Hour) {
		t.Errorf("count %d, max %v; want 2 and 1h", h.Count(), h.Max())
	}
}

func TestAddIsWhatRecordingTogetherGives(t *testing.T) {
	a, b, both := New(), New(), New()
	for i := range 1000 {
		d := time.Duration(i*i) * time.Microsecond
		both.Record(d)
		if i%3 == 0 {
			a.Record(d)
		} else {
			b.Record(d)
		}
	}
	a.Add(b)
	if a.Count() != both.Count() || a.Quantile(.95) != both.Quantile(.95) || a.Mean() != both.Mean() {
		t.Error("the sum of two histograms differs from one histogram of everything")
	}
}

func FuzzText(f *testing.F) {
	h := New()
	h.Record(3 * time.Millisecond)
	h.Record(7 * time.Second)
	text, err := h.MarshalText()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add([]byte("HISTFAAAA"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var h Histogram
		err := h.UnmarshalText(text)
		if theirs, failed := hdrhistogram.Decode(text); err == nil && (failed != nil || theirs.TotalCount() != h.Count()) {
			t.Fatalf("%d values, HdrHistogram %v, %v", h.Count(), theirs, failed)
		}
		if err != nil {
			return
		}
		again, err := h.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var h2 Histogram
		if err := h2.UnmarshalText(again); err != nil {
			t.Fatal(err)
		}
		if h.Count() != h2.Count() || h.Quantile(.95) != h2.Quantile(.95) {
			t.Error("round trip changed the histogram")
		}
	})
}

func near(got, want time.Duration) bool {
	return math.Abs(float64(got-want)) <= 0.001*float64(want)+1000
}

func BenchmarkRecord(b *testing.B) {
	h := New()
	for b.Loop() {
		h.Record(1234567)
	}
}

func TestCompactLosesNothing(t *testing.T) {
	h, twin := New(), New()
	for i := range 10_000 {
		d := time.Duration(i*i) * time.Microsecond
		h.Record(d)
		twin.Record(d)
	}
	h.Compact()
	for _, q := range []float64{0, .5, .95, .999, 1} {
		if h.Quantile(q) != twin.Quantile(q) {
			t.Errorf("quantile %v: %v, want %v", q, h.Quantile(q), twin.Quantile(q))
		}
	}
	sum := New()
	sum.Add(h)
	h.Record(time.Second)
	twin.Record(time.Second)
	if sum.Count() != 10_000 || h.Count() != 10_001 || h.Mean() != twin.Mean() || h.Max() != twin.Max() || h.Min() != twin.Min() {
		t.Errorf("counts %d and %d, mean %v, want %v", sum.Count(), h.Count(), h.Mean(), twin.Mean())
	}
	empty := New()
	empty.Compact()
	if empty.Count() != 0 || empty.Quantile(.5) != 0 {
		t.Error("an empty histogram does not stay empty")
	}
}

// Two digits: within 1% of what three digits say.
func TestCoarse(t *testing.T) {
	h := New()
	for i := range 1000 {
		h.Record(time.Duration(i+1) * time.Millisecond)
	}
	text, err := h.Coarse()
	if err != nil {
		t.Fatal(err)
	}
	var back Histogram
	if err := back.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	if got, want := back.Quantile(.95), h.Quantile(.95); (got-want).Abs() > want/100 || back.Count() != 1000 {
		t.Errorf("p95 %v, want %v; %d values", got, want, back.Count())
	}
}

// A compact histogram knows its buckets without making them again: at every magnitude, and at their edges, it says what the large one says.
func TestCompactSaysTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var values []time.Duration
	for shift := range 42 {
		for _, d := range []int64{-1, 0, 1} {
			values = append(values, time.Duration(int64(1)<<shift+d))
		}
		values = append(values, time.Duration(rng.Int64N(int64(1)<<shift)+int64(1)<<shift))
	}
	values = append(values, 0, time.Hour, 2*time.Hour)
	for range 200 {
		large, small := New(), New()
		for range 1 + rng.IntN(50) {
			d := values[rng.IntN(len(values))]
			large.Record(d)
			small.Record(d)
		}
		small.Compact()
		for _, q := range []float64{0, 0.01, 0.5, 0.9, 0.99, 1} {
			if a, b := large.Quantile(q), small.Quantile(q); a != b {
				t.Fatalf("%g: %d, compact %d", q, a, b)
			}
		}
		var a, b []time.Duration
		large.Each(func(v time.Duration, n int64) bool { a = append(a, v, time.Duration(n)); return true })
		small.Each(func(v time.Duration, n int64) bool { b = append(b, v, time.Duration(n)); return true })
		if !slices.Equal(a, b) || large.Count() != small.Count() || large.Max() != small.Max() || large.Min() != small.Min() || large.Mean() != small.Mean() {
			t.Fatalf("%v, compact %v", a, b)
		}
	}
	if empty := (&Histogram{}); empty.Quantile(.5) != 0 || empty.Count() != 0 || empty.Max() != 0 {
		t.Error("an empty one")
	}
	var zero Histogram
	zero.RecordN(time.Millisecond, 3)
	if zero.Count() != 3 || zero.Mean() != time.Millisecond {
		t.Error("the zero value does not count")
	}
}

// What is read without HdrHistogram is what HdrHistogram reads, at every magnitude.
func TestReadIsWhatWasWritten(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		h := New()
		for range rng.IntN(200) {
			h.RecordN(time.Duration(rng.Int64N(2<<rng.IntN(42))), 1+rng.Int64N(1<<rng.IntN(40)))
		}
		text, err := h.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := hdrhistogram.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		bins, ok := decode(text)
		if !ok {
			t.Fatalf("it is not read: %s", text)
		}
		var want []bin
		for _, bar := range theirs.Distribution() {
			if bar.Count > 0 {
				want = append(want, bin{bar.From, bar.Count})
			}
		}
		if !slices.Equal(bins, want) {
			t.Fatalf("read %v, want %v", bins, want)
		}
		var back Histogram
		if err := back.UnmarshalText(text); err != nil || back.Count() != h.Count() || back.Quantile(.99) != h.Quantile(.99) || back.Max() != h.Max() {
			t.Fatalf("%v: %d values up to %v, want %d up to %v", err, back.Count(), back.Max(), h.Count(), h.Max())
		}
		if mean := theirs.Mean(); math.Abs(float64(back.Mean())-mean) > 1e-9*mean+1 {
			t.Fatalf("mean %v, want %g", back.Mean(), mean)
		}
	}
}

// Other implementations choose other bounds and precisions: those are read by HdrHistogram.
func TestOtherGeometriesAreRead(t *testing.T) {
	for _, other := range []*hdrhistogram.Histogram{hdrhistogram.New(1, int64(time.Minute), 3), hdrhistogram.New(lowest, highest, 2), hdrhistogram.New(lowest, int64(24*time.Hour), 3)} {
		if err := other.RecordValue(int64(20 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		text, err := other.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		if err != nil {
			t.Fatal(err)
		}
		var h Histogram
		if _, ok := decode(text); ok {
			t.Error("it was taken for one of ours")
		}
		if err := h.UnmarshalText(text); err != nil || h.Count() != 1 || (h.Max()-20*time.Millisecond).Abs() > 200*time.Microsecond {
			t.Errorf("%v, %d values, %v", err, h.Count(), h.Max())
		}
	}
}

// What would take much memory to read is refused before it is made.
func TestVeryFineOnesAreRefused(t *testing.T) {
	fine := hdrhistogram.New(1, math.MaxInt64/2, 5)
	text, err := fine.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		t.Fatal(err)
	}
	var h Histogram
	if err := h.UnmarshalText(text); err == nil || !strings.Contains(err.Error(), "5 significant digits; 4 at most") {
		t.Errorf("%v", err)
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	h, rng := New(), rand.New(rand.NewPCG(9, 9))
	for range 10_000 {
		h.Record(time.Duration(20e6 * math.Exp(0.3*rng.NormFloat64())))
	}
	text, err := h.MarshalText()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var back Histogram
		if err := back.UnmarshalText(text); err != nil {
			b.Fatal(err)
		}
	}
}
