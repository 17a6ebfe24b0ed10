// Command changepoints prints how well steps are found in seeded synthetic series: by tidemark's trend, and beside it by the algorithm of Apache
// Otava alone. The same seeds give the same table.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
)

func main() {
	seeds := flag.Int("seeds", 200, "series of each kind at each noise")
	flag.Parse()
	if err := run(os.Stdout, *seeds); err != nil {
		fmt.Fprintln(os.Stderr, "changepoints:", err)
		os.Exit(1)
	}
}

var noises = []float64{0.02, 0.05, 0.10}

func run(w io.Writer, seeds int) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d series of %d runs for each row, looked at after every run.\n", seeds, length)
	all := kinds()
	for _, noise := range noises {
		fmt.Fprintf(&b, "\n### Noise of %.0f%%\n\n| series |", 100*noise)
		for _, m := range methods {
			fmt.Fprintf(&b, " %s: precision | recall | delay | disturbed |", m.name)
		}
		b.WriteString("\n| --- |")
		for range methods {
			b.WriteString(" ---: | ---: | ---: | ---: |")
		}
		b.WriteByte('\n')
		for i, scores := range measure(all, noise, seeds) {
			fmt.Fprintf(&b, "| %s |", all[i].name)
			for _, s := range scores {
				b.WriteString(s.cells())
			}
			b.WriteByte('\n')
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// measure scores every method on every kind, the kinds side by side.
func measure(all []kind, noise float64, seeds int) [][]score {
	out := make([][]score, len(all))
	var jobs sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, k := range all {
		out[i] = make([]score, len(methods))
		jobs.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			for seed := range seeds {
				s := k.make(rand.New(rand.NewPCG(uint64(seed), uint64(i))), noise) //nolint:gosec // seeds are small
				for m := range methods {
					out[i][m].watch(s, methods[m])
				}
			}
		})
	}
	jobs.Wait()
	return out
}

// cells are precision, recall, mean delay, and the part of series that had a false alarm.
func (s score) cells() string {
	precision, recall, delay := "-", "-", "-"
	if s.steps > 0 {
		recall = fmt.Sprintf("%.2f", float64(s.right)/float64(s.steps))
		if s.alarms > 0 {
			precision = fmt.Sprintf("%.2f", float64(s.right)/float64(s.alarms))
		}
		if s.right > 0 {
			delay = fmt.Sprintf("%.1f", float64(s.delay)/float64(s.right))
		}
	}
	return fmt.Sprintf(" %s | %s | %s | %.1f%% |", precision, recall, delay, 100*float64(s.disturbed)/float64(s.series))
}
