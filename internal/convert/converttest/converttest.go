// Package converttest has what tests of readers share.
package converttest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// Read reads a file's content, which has to be of the format and to look like it.
func Read(t *testing.T, f convert.Format, content []byte, unit time.Duration) (*convert.Tally, []convert.Measured) {
	t.Helper()
	if f.Looks != nil && !f.Looks(content[:min(len(content), convert.HeadSize)]) {
		t.Errorf("%s does not look like itself", f.Name)
	}
	tally := convert.NewTally()
	tally.Unit = unit
	if err := f.Read(convert.Input{Reader: bytes.NewReader(content), Name: "file"}, tally); err != nil {
		t.Fatal(err)
	}
	if !tally.Settle() {
		t.Fatal("nothing was told")
	}
	return tally, tally.Results()
}

// Refused is a content that has to be refused, with words that have to be in the error.
type Refused struct {
	About, Content, Words string
	Unit                  time.Duration
}

// Refuses reads what cannot be read.
func Refuses(t *testing.T, f convert.Format, all ...Refused) {
	t.Helper()
	all = append(all,
		Refused{"of zeros", strings.Repeat("\x00", 100), "", 0},
		Refused{"a line of two megabytes", strings.Repeat("x", 2<<20), "", 0},
		Refused{"HTML", "<!doctype html>\n<p>502 Bad Gateway\n", "", 0})
	for _, c := range all {
		tally := convert.NewTally()
		tally.Unit = c.Unit
		err := f.Read(convert.Input{Reader: strings.NewReader(c.Content), Name: "file"}, tally)
		if err == nil || !strings.Contains(err.Error(), c.Words) {
			t.Errorf("%s: got %v, want an error with %q", c.About, err, c.Words)
		}
	}
}

// Scenario is the result with a name.
func Scenario(t *testing.T, all []convert.Measured, name string) *convert.Measured {
	t.Helper()
	var names []string
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
		names = append(names, all[i].Name)
	}
	t.Fatalf("%q is not among %q", name, names)
	return nil
}

// Near compares a percentile in milliseconds with that of the tool.
func Near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if got < want-within || got > want+within {
		t.Errorf("%s: got %g, want %g ± %g", what, got, want, within)
	}
}

// Fuzz reads whatever there is: it is refused, or gives a run that can be kept, and whose numbers go together.
func Fuzz(f *testing.F, format convert.Format, seeds ...[]byte) {
	f.Helper()
	for _, seed := range seeds {
		f.Add(seed)
		f.Add(seed[:len(seed)*2/3])
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		format.Looks(content[:min(len(content), convert.HeadSize)])
		tally := convert.NewTally()
		tally.Unit = time.Millisecond
		if err := format.Read(convert.Input{Reader: bytes.NewReader(content), Name: "file"}, tally); err != nil || !tally.Settle() {
			return
		}
		run := &bench.Run{Schema: bench.Schema, ID: "x", Started: time.Unix(1, 0)}
		for _, m := range tally.Results() {
			r := m.Result
			if r.Failed() > r.Requests && r.Knows("errors") || r.Requests < 0 {
				t.Errorf("%d of %d requests failed", r.Failed(), r.Requests)
			}
			if l := r.Latency; r.Distribution != bench.Percentiles && (l.P50 > l.P95 || l.P95 > l.P99 || l.P99 > l.Max) {
				t.Errorf("%+v", l)
			}
			var seconds int64
			for _, s := range r.Seconds {
				seconds += s.Count
			}
			if len(r.Seconds) > 0 && seconds != r.Requests {
				t.Errorf("%d requests, %d in the seconds", r.Requests, seconds)
			}
			run.Scenarios = append(run.Scenarios, r)
		}
		if err := run.Check(); err != nil {
			t.Error(err)
		}
		if _, err := run.Record(); err != nil {
			t.Error(err)
		}
	})
}
