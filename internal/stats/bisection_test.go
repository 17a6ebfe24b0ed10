package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Four things, each at 1/4. One measurement says that thing 1 is bad, three times likelier than good: 0 and 1 have 3/8 each, the others 1/8.
func TestBisectionByHand(t *testing.T) {
	b := NewBisection(4)
	if next, ok := b.Next(); next != 1 || !ok { // 2/4 before or at it
		t.Fatalf("next %d, %v", next, ok)
	}
	b.Update(1, math.Log(3))
	for i, want := range []float64{3. / 8, 3. / 8, 1. / 8, 1. / 8} {
		if math.Abs(b.posterior[i]-want) > 1e-12 {
			t.Errorf("%d: %g, want %g", i, b.posterior[i], want)
		}
	}
	if next, _ := b.Next(); next != 0 { // 3/8 against 5/8 is more open than 6/8 against 2/8
		t.Errorf("next %d", next)
	}
	b.Skip(0)
	if next, _ := b.Next(); next != 1 {
		t.Errorf("next %d after a skip", next)
	}
	if first, last, p := b.Best(); first != 0 || last != 1 || math.Abs(p-0.75) > 1e-12 {
		t.Errorf("%d to %d with %g", first, last, p)
	}
}

// Of 200 things none is left out before anything is known, though 198 hold 99% as well. A measurement that is right 999 times in 1,000 leaves the half that it points at, with
// 99.9%; one that says nothing leaves all of that. Three to one for the first of two is no 99%; 300 to one is.
func TestBisectionTellsWhatIsLeft(t *testing.T) {
	b := NewBisection(200)
	if n := b.Left(0.99); n != 200 {
		t.Errorf("%d are left", n)
	}
	b.Update(99, math.Log(1e6))
	if n := b.Left(0.99); n != 100 {
		t.Errorf("%d are left", n)
	}
	b.Update(49, 0)
	if n := b.Left(0.99); n != 100 {
		t.Errorf("%d are left", n)
	}
	for odds, want := range map[float64]int{3: 2, 300: 1} {
		b := NewBisection(2)
		b.Update(0, math.Log(odds))
		if n := b.Left(0.99); n != want {
			t.Errorf("at %g to one %d are left", odds, n)
		}
	}
}

// Of 16 things, each measurement wrong by a normal error of half the step: it is told which side is likelier by 2*(2x-1), the log of the ratio of
// normal densities around 1 and 0. Measured until 99% sure, it should be wrong in 1% of the trials: of 1,000, 10 with a deviation of 3.
func TestBisectionIsAsSureAsItSays(t *testing.T) {
	rng, wrong, measured := rand.New(rand.NewPCG(1, 2)), 0, 0
	for range 1000 {
		b, culprit := NewBisection(16), rng.IntN(16)
		for {
			_, last, p := b.Best()
			if p >= 0.99 {
				if last != culprit {
					wrong++
				}
				break
			}
			i, _ := b.Next()
			x := 0.5 * rng.NormFloat64()
			if i >= culprit {
				x++
			}
			b.Update(i, (x*x-(x-1)*(x-1))/(2*0.25))
			measured++
		}
	}
	if wrong > 22 {
		t.Errorf("wrong in %d of 1000", wrong)
	}
	if mean := float64(measured) / 1000; mean > 12 {
		t.Errorf("%.1f measurements; 16 things are four bits, and each tells about half a bit", mean)
	}
}

func TestBisectionOfOne(t *testing.T) {
	b := NewBisection(1)
	if _, ok := b.Next(); ok {
		t.Error("the last one is known to be bad")
	}
	if first, last, p := b.Best(); first != 0 || last != 0 || p != 1 {
		t.Errorf("%d to %d with %g", first, last, p)
	}
}
