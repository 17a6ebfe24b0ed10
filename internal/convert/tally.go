package convert

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// Bounds of what is held, whatever a file has.
const (
	mostNames   = 500
	longestName = 200
	longestSpan = 24 * time.Hour // of which seconds are kept
	mostSeconds = 500_000        // of all names together
)

// A Tally is what files tell of one run.
type Tally struct {
	Tool    string           // with its version, where it is told
	Load    bench.LoadRecord // as far as it is told
	Unit    time.Duration    // of values whose file does not tell it; 0: the user has not said it either
	target  string
	targets int
	names   []string
	spare   *Summary             // counts if there is nothing else
	single  map[string]*requests // by name: counted one by one
	summed  map[string]*Summary
	notes   []string // of all
	untold  []string // by requests
	started time.Time
	seconds int // that are kept, of all names together
}

// NewTally is an empty one.
func NewTally() *Tally {
	return &Tally{single: map[string]*requests{}, summed: map[string]*Summary{}}
}

// A Request is one that a tool wrote.
type Request struct {
	Name    string
	Start   time.Time     // zero: not told
	Took    time.Duration // from its sending on
	Outcome bench.Outcome
	Status  int // 0: no answer, or not told
}

// Add counts a request.
func (t *Tally) Add(r Request) error {
	s := t.single[r.Name]
	if s == nil {
		if err := t.name(r.Name); err != nil {
			return err
		}
		s = &requests{tally: t, statuses: map[int]int64{}}
		t.single[r.Name] = s
	}
	if r.Took < 0 || r.Took > longestSpan {
		return fmt.Errorf("a request of %s took %s", r.Name, r.Took)
	}
	s.add(r)
	return nil
}

// Summarize adds what a tool says of all requests of a name together.
func (t *Tally) Summarize(s Summary) error {
	if t.summed[s.Name] != nil || t.single[s.Name] != nil {
		return fmt.Errorf("%s is told of twice: give one file of it", s.Name)
	}
	if err := t.name(s.Name); err != nil {
		return err
	}
	t.summed[s.Name] = &s
	return nil
}

func (t *Tally) name(name string) error {
	switch {
	case len(t.names) == mostNames:
		return fmt.Errorf("has more than %d names of requests: name them in the tool by what they do, and not by whom they are for", mostNames)
	case len(name) > longestName:
		return fmt.Errorf("a name of requests has %d letters: %.60q…", len(name), name)
	case strings.TrimSpace(name) == "":
		return errors.New("a request has no name")
	}
	t.names = append(t.names, name)
	return nil
}

// Target says where requests went. Of several places none is the target.
func (t *Tally) Target(base string) {
	if base != "" && base != t.target {
		t.target = base
		t.targets++
	}
}

// Began says when the run began, where a file tells that apart from its requests.
func (t *Tally) Began(at time.Time) {
	if t.started.IsZero() || at.Before(t.started) {
		t.started = at
	}
}

// Note says of all results what the format cannot tell, or what was made of it.
func (t *Tally) Note(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); !slices.Contains(t.notes, note) {
		t.notes = append(t.notes, note)
	}
}

// FromSending notes that a tool's times begin when a request is sent.
func (t *Tally) FromSending() {
	t.Note("times count from the sending of each request: how long it waited to be sent, because those before it were slow, is not in them (coordinated omission)")
}

// Untold says that requests which were added do not tell a metric.
func (t *Tally) Untold(metric string) { t.untold = append(t.untold, metric) }

// Otherwise is what counts if no file tells more.
func (t *Tally) Otherwise(s Summary) { t.spare = &s }

// Settle ends the reading, and reports whether anything was told.
func (t *Tally) Settle() bool {
	if len(t.names) == 0 && t.spare != nil {
		t.names, t.summed[t.spare.Name] = []string{t.spare.Name}, t.spare
	}
	return len(t.names) > 0
}

// A Measured is a result, with the seconds that it was collected from.
type Measured struct {
	bench.Result
	Slices []*bench.Slice
}

// Results are those of all names: what took the most time in all comes first.
func (t *Tally) Results() []Measured {
	all := make([]Measured, len(t.names))
	slices.Sort(t.names) // whatever order they came in, the same name keeps its id
	for i, id := range ids(t.names) {
		s := bench.Scenario{ID: id, Name: t.names[i]}
		if one := t.single[t.names[i]]; one != nil {
			all[i] = one.result(s)
			all[i].Unknown = append(all[i].Unknown, t.untold...)
		} else {
			all[i] = t.summed[t.names[i]].result(s)
		}
		r := &all[i].Result
		r.Load = t.Load
	}
	slices.SortStableFunc(all, func(a, b Measured) int {
		return cmp.Compare(b.Latency.Mean*float64(b.Requests), a.Latency.Mean*float64(a.Requests))
	})
	return all
}

// Started is when the first request was sent, as far as that is told; else zero.
func (t *Tally) Started() time.Time {
	at := t.started
	for _, s := range t.single {
		if first := s.first; !first.IsZero() && (at.IsZero() || first.Before(at)) {
			at = first
		}
	}
	return at.UTC()
}

// Notes are what is to be said of all results.
func (t *Tally) Notes() []string { return t.notes }

// Where is the base URL of what was measured; empty: it is not told, or there were several.
func (t *Tally) Where() string {
	if t.targets > 1 {
		return ""
	}
	return t.target
}
