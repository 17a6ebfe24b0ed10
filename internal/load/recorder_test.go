package load

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

type nobody struct{}

func (nobody) exemplar(bench.Measurement) bench.Exemplar { return bench.Exemplar{} }
func (nobody) sampled(m bench.Measurement) bench.Sampled { return bench.Sampled{Measurement: m} }

// What a record costs is paid by each request.
func BenchmarkRecord(b *testing.B) {
	r := newRecorder(0, time.Hour, 1, 1)
	m := bench.Measurement{Status: 200}
	for b.Loop() {
		m.Sent += 10 * time.Microsecond
		m.Intended, m.Done = m.Sent, m.Sent+time.Millisecond
		r.record(0, m, nobody{})
	}
}

// 100,000 pass by a reservoir of 100; then as many of each tenth are expected to be in it: 10, with a standard deviation of 3.
func TestReservoirGivesAllTheSameChance(t *testing.T) {
	tenths := [10]int{}
	const rounds = 200
	for seed := range uint64(rounds) {
		r := newReservoir(100, seed)
		for i := range 100_000 {
			r.take(func() bench.Sampled {
				return bench.Sampled{Measurement: bench.Measurement{Sent: time.Duration(i)}}
			})
		}
		if len(r.Requests) != 100 || r.Of != 100_000 {
			t.Fatalf("%d of %d", len(r.Requests), r.Of)
		}
		for _, s := range r.Requests {
			tenths[s.Sent/10_000]++
		}
	}
	for i, n := range tenths { // 200 rounds: 2,000 expected, with a deviation of about 42
		if math.Abs(float64(n-2000)) > 5*42 {
			t.Errorf("tenth %d was drawn %d times, want 2,000: %v", i, n, tenths)
		}
	}
}

// 400 of 4,000 and 4,096 of 40,960 are added: both stand for ten each, so all stay, cut to the most in proportion.
func TestSamplesAddUpInProportion(t *testing.T) {
	sample := func(n int, of int64, status int) (s bench.Sample) {
		for range n {
			s.Requests = append(s.Requests, bench.Sampled{Measurement: bench.Measurement{Status: status}})
		}
		s.Of = of
		return s
	}
	for _, c := range []struct{ n1, of1, n2, of2, want1, want2 int }{
		{400, 4000, 4096, 40960, 364, 3732}, // 4,096 in all, of which a share of 4,000 / 44,960
		{100, 100, 100, 1000, 10, 100},      // the second stands for ten each, so only a tenth of the first may stay
		{0, 0, 5, 5, 0, 5},
		{5, 5, 0, 0, 5, 0},
	} {
		s := sample(c.n1, int64(c.of1), 1)
		s.Add(sample(c.n2, int64(c.of2), 2), rand.New(rand.NewPCG(1, 1)))
		n := [3]int{}
		for _, r := range s.Requests {
			n[r.Status]++
		}
		if n[1] != c.want1 || n[2] != c.want2 || s.Of != int64(c.of1+c.of2) {
			t.Errorf("%+v: got %d and %d of %d", c, n[1], n[2], s.Of)
		}
	}
}
