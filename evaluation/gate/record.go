package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/load"
)

// A block is a recorded pair of blocks, and where it comes from.
type block struct {
	Factor    float64         `json:"factor"` // head's slowdown; 1: the same program on both sides
	Epoch     int             `json:"epoch"`  // both servers are started anew for each
	Disturbed bool            `json:"disturbed"`
	Late      int             `json:"late"`     // seconds of the two in which the generator was later than a run may be
	TooLate   int             `json:"too_late"` // and later than a comparison may be
	Base      *hist.Histogram `json:"base"`
	Head      *hist.Histogram `json:"head"`
}

// side is the pair, with its sides swapped if they are the same program.
func (b *block) side(swapped bool) compare.Pair {
	if swapped && b.Factor == 1 {
		return compare.Pair{Base: b.Head, Head: b.Base}
	}
	return compare.Pair{Base: b.Base, Head: b.Head}
}

// epochPairs is as many as the longest screen and a confirmation.
const epochPairs = 70

// scenario is the load of all recordings, and of live decisions.
func scenario() *bench.Scenario {
	return &bench.Scenario{ID: "work", Name: "GET /work", Steps: []bench.Step{{Request: bench.Request{Method: "GET", Path: "/work"}}},
		Load: bench.Load{Rate: 200, Poisson: true, MaxInFlight: bench.DefaultMaxInFlight, Warmup: 3 * time.Second, Duration: time.Second, Timeout: bench.DefaultTimeout, MaxBody: bench.DefaultMaxBody}}
}

// record appends epochs of pairs to a file until the time is over, with each factor in turn. Every other epoch of a factor is disturbed.
func record(ctx context.Context, path string, factors []float64, length time.Duration) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	until := time.Now().Add(length)
	for epoch := 0; time.Now().Before(until) && ctx.Err() == nil; epoch++ {
		e := block{Factor: factors[epoch%len(factors)], Epoch: epoch, Disturbed: epoch/len(factors)%2 == 1}
		if err := recordEpoch(ctx, e, json.NewEncoder(w)); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "epoch %d of factor %g is recorded\n", epoch, e.Factor)
	}
	return nil
}

func recordEpoch(ctx context.Context, e block, out *json.Encoder) (err error) {
	if e.Disturbed {
		undisturbed, startErr := disturbed()
		if startErr != nil {
			return startErr
		}
		defer func() { err = errors.Join(err, undisturbed()) }()
	}
	var servers [2]*server
	var sessions [2]*load.Session
	order := []int{0, 1}
	rand.Shuffle(2, func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, side := range order {
		if servers[side], err = startServer([]float64{1, e.Factor}[side]); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, servers[side].stop()) }()
		if sessions[side], err = load.Open(ctx, servers[side].url, scenario(), nil); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, sessions[side].Close(ctx)) }()
		if _, err := sessions[side].Measure(ctx, 0, scenario().Load.Warmup, func(load.Progress) {}); err != nil {
			return err
		}
	}
	for range epochPairs {
		var results [2]bench.Result
		e.Late, e.TooLate = 0, 0
		for _, side := range rand.Perm(2) {
			rec, err := sessions[side].Measure(ctx, 100*time.Millisecond, time.Second, func(load.Progress) {})
			if err != nil {
				return err
			}
			results[side] = bench.Collect(*scenario(), rec.Slices, rec.Measured)
			for _, s := range rec.Slices {
				if s.Late(bench.RunLateness) {
					e.Late++
				}
				if s.Late(bench.ComparisonLateness) {
					e.TooLate++
				}
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		e.Base, e.Head = results[0].Histogram.Response, results[1].Histogram.Response
		if err := out.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// read reads recordings, by factor and epoch.
func read(paths []string) (recordings, error) {
	all := recordings{}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		lines := json.NewDecoder(bufio.NewReader(f))
		epoch := -1
		for lines.More() {
			var b block
			if err := lines.Decode(&b); err != nil {
				return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
			}
			b.Base.Compact()
			b.Head.Compact()
			if b.Epoch != epoch {
				epoch = b.Epoch
				all[b.Factor] = append(all[b.Factor], nil)
			}
			last := &all[b.Factor][len(all[b.Factor])-1]
			*last = append(*last, b)
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
