package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// disturb keeps the machine busy as a shared one is, until ctx ends: on each core, bursts of some milliseconds come at random, and how much of
// the core they take changes every few seconds, from nothing to a third. It is a process of its own: the generator's own scheduler must not
// know of it.
func disturb(ctx context.Context) {
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			for ctx.Err() == nil {
				duty := rand.Float64() / 3 //nolint:gosec // no secret
				mood := time.Now().Add(exponential(4 * time.Second))
				for time.Now().Before(mood) && ctx.Err() == nil {
					const burst = 5 * time.Millisecond
					busy := time.Now().Add(exponential(burst))
					for x := 1.0; time.Now().Before(busy); {
						for range 1_000 {
							x = x*1.0000001 + 1e-9
						}
					}
					time.Sleep(exponential(time.Duration(float64(burst) * (1 - duty) / max(duty, 0.01))))
				}
			}
		})
	}
	all.Wait()
}

func exponential(mean time.Duration) time.Duration {
	return time.Duration(rand.ExpFloat64() * float64(mean)) //nolint:gosec // no secret
}

// disturbed keeps the machine busy until undisturbed is called, or this process ends.
func disturbed() (undisturbed func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	child := exec.Command(self, "disturb") //nolint:noctx // ended by its input
	alive, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	return func() error { return errors.Join(alive.Close(), child.Wait()) }, child.Start()
}
