package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A tally is all that was measured.
type tally struct{ all []measurement }

func (t *tally) add(m measurement) { t.all = append(t.all, m) }

// text is the table: for each trial and setting the marks under its loads.
func (t *tally) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d cores, %s/%s\n\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	row := func(name string, cells []string) {
		fmt.Fprintf(&b, "%-36s %-26s %-26s %-26s %-26s\n", name, cells[0], cells[1], cells[2], cells[3])
	}
	heads := make([]string, len(settings))
	for i, s := range settings {
		heads[i] = s.name
	}
	row("fault", heads)
	for _, name := range t.names() {
		cells := make([]string, len(settings))
		for i := range settings {
			var marks []string
			for _, m := range t.of(name) {
				marks = append(marks, string(m.said[i].mark))
			}
			cells[i] = strings.Join(marks, ", ")
			if len(slices.Compact(slices.Clone(marks))) == 1 && len(marks) > 1 {
				cells[i] = fmt.Sprintf("%s ×%d", marks[0], len(marks))
			}
		}
		row(name, cells)
	}
	b.WriteString("\n" + t.sums())
	return b.String()
}

// names are the trials in order; the healthy shop has one for each endpoint.
func (t *tally) names() (all []string) {
	for _, m := range t.all {
		if n := m.title(); !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

func (m measurement) title() string { return m.fault + " (" + m.scenario + ")" }

func (t *tally) of(name string) (all []measurement) {
	for _, m := range t.all {
		if m.title() == name {
			all = append(all, m)
		}
	}
	return all
}

// sums are what is promised: the true cause first where the evidence suffices, nothing on the healthy shop, and a source to switch on elsewhere.
func (t *tally) sums() string {
	var b strings.Builder
	for i, setting := range settings {
		var enough, firsts, threes, misses, cannot, points, wrongs, well, findings int
		for _, m := range t.all {
			got := m.said[i].mark
			switch {
			case m.fault == healthy:
				well++
				if got == wrong {
					findings++
				}
				continue
			case slices.Contains(m.suffices, setting.name):
				enough++
				switch got {
				case first:
					firsts++
				case three:
					threes++
				default:
					misses++
				}
			default:
				cannot++
				if got == advised || got == symptom || got == first || got == three {
					points++
				}
			}
			if got == wrong {
				wrongs++
			}
		}
		fmt.Fprintf(&b, "%-10s evidence suffices: %d of %d first, %d among three, %d missed; cannot suffice: %d of %d named or pointed at; wrong alone: %d; healthy: findings in %d of %d\n",
			setting.name, firsts, enough, threes, misses, points, cannot, wrongs, findings, well)
	}
	late, again := 0, 0
	for _, m := range t.all {
		again += m.again
		if m.result.Verdict.Status == "void" {
			late++
		}
	}
	fmt.Fprintf(&b, "the load generator was late in %d of %d measurements; %d were made again\n", late, len(t.all), again)
	return b.String()
}
