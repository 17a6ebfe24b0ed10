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

// disturb keeps the machine busy as a shared one is: each core is taken for a while and left alone for a while, at random, one second on the
// average, until ctx ends. It is a process of its own: the generator's own scheduler must not know of it.
func disturb(ctx context.Context) {
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			for ctx.Err() == nil {
				busy := time.Now().Add(time.Duration(rand.ExpFloat64() * float64(time.Second) / 2)) //nolint:gosec // no secret
				for x := 1.0; time.Now().Before(busy) && ctx.Err() == nil; {
					for range 10_000 {
						x = x*1.0000001 + 1e-9
					}
				}
				select {
				case <-ctx.Done():
				case <-time.After(time.Duration(rand.ExpFloat64() * float64(time.Second))): //nolint:gosec // no secret
				}
			}
		})
	}
	all.Wait()
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
