package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/compare"
	"github.com/tidemark/tidemark/internal/gate"
	"github.com/tidemark/tidemark/internal/history"
)

// CompareOptions say how saved runs are compared.
type CompareOptions struct {
	Tolerance   bench.Tolerance
	Last        int  // a base that is one run or commit grows to so many; of a branch so many are taken. 0: it does not, and DefaultWindow
	AllowUnlike bool // judge even when the machines or loads of the sides differ
}

// DefaultWindow is how many runs of a branch are taken.
const DefaultWindow = 10

// leastWindow is how many runs of one side tell the noise between them.
const leastWindow = 5

// mostKnown is how many runs from before are looked at, to know how much runs differ.
const mostKnown = 30

// Compare compares two saved runs, or windows of them, by what resolve takes. store may be nil; where it has runs like base's from
// before it, they tell the noise between runs. The error is about the input.
func Compare(ctx context.Context, store history.Store, base, head string, o CompareOptions) (*bench.Versus, error) {
	h, err := resolve(ctx, store, head, o.last())
	if err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	b, err := resolve(ctx, store, base, o.last())
	if err != nil {
		return nil, fmt.Errorf("base: %w", err)
	}
	if b.branch != "" {
		// Of the branch's runs those from before head and on machines like its are worth most, if there are enough.
		v, err := AgainstHistory(ctx, store, h.runs, b.branch, o)
		if err == nil && len(v.BaseRuns) >= min(len(b.runs), leastWindow) || err != nil && !errors.Is(err, history.ErrNotFound) {
			return v, err
		}
	}
	return b.against(ctx, store, h, o)
}

// CompareRuns compares two runs of a history as Compare does, where no reference may mean a file.
func CompareRuns(ctx context.Context, store history.Store, base, head *bench.Run, o CompareOptions) (*bench.Versus, error) {
	b, h := window{grows: true}, window{}
	b.add(base)
	h.add(head)
	if err := errors.Join(b.check("base"), h.check("head")); err != nil {
		return nil, err
	}
	return b.against(ctx, store, h, o)
}

// against compares head with a base, whose runs from before it in history tell the noise.
func (w *window) against(ctx context.Context, store history.Store, h window, o CompareOptions) (_ *bench.Versus, err error) {
	if w.drop(h.runs); len(w.runs) == 0 {
		return nil, fmt.Errorf("base and head are the same %s", plural(len(h.runs), "run", "runs"))
	}
	p := pair{head: h.runs, base: w.runs}
	if n := h.partial + w.partial; n > 0 {
		p.warn("%d interrupted %s left out: they are never compared", n, plural(n, "run is", "runs are"))
	}
	if store != nil {
		newest := p.base[len(p.base)-1]
		if p.before, err = before(ctx, store, branchOf(newest), newest, p.base[0].Started, p.head); err != nil {
			return nil, err
		}
	}
	if w.grows {
		p.grow(o.Last)
	}
	return p.compare(o)
}

// AgainstHistory judges runs by a window of a branch's: where there is one staging only, base and head cannot run in turns. The
// window is the branch's newest runs from before head, of the same suite, on machines like head's, not interrupted. The error wraps
// history.ErrNotFound if there is none.
func AgainstHistory(ctx context.Context, store history.Store, head []*bench.Run, branch string, o CompareOptions) (*bench.Versus, error) {
	h := window{}
	for _, run := range head {
		h.add(run)
	}
	if err := h.check("head"); err != nil {
		return nil, err
	}
	known, err := before(ctx, store, branch, h.runs[len(h.runs)-1], h.runs[0].Started, h.runs)
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("of branch %s, on a machine like head's and from before it: %w", branch, history.ErrNotFound)
	}
	last := len(known) - 1
	p := pair{base: known[last:], before: known[:last], head: h.runs}
	p.grow(o.last())
	return p.compare(o)
}

func (o CompareOptions) last() int {
	if o.Last > 0 {
		return o.Last
	}
	return DefaultWindow
}

// grow lets runs from before base join it until it has so many.
func (p *pair) grow(to int) {
	cut := max(len(p.before)-max(to-len(p.base), 0), 0)
	p.base = append(slices.Clone(p.before[cut:]), p.base...)
	p.before = p.before[:cut]
}

// before is the newest runs of a branch from before a time, in its order: of the suite of a run and on machines like its, neither
// interrupted nor among some others.
func before(ctx context.Context, store history.Store, branch string, like *bench.Run, until time.Time, others []*bench.Run) (found []*bench.Run, err error) {
	for _, limit := range []int{2 * mostKnown, 0} { // as a rule the newest are enough, of however many
		entries, err := store.List(ctx, history.Query{Suite: like.Suite, Branch: branch, Until: until, Limit: limit})
		if err != nil {
			return nil, err
		}
		all := len(entries) < limit
		if found, err = known(ctx, store, entries, branch, like, others); err != nil {
			return nil, err
		}
		if len(found) == mostKnown || all {
			break
		}
	}
	slices.Reverse(found)
	return found, nil
}

// known is those of a history's entries that tell how much runs like another differ.
func known(ctx context.Context, store history.Store, entries []history.Entry, branch string, like *bench.Run, others []*bench.Run) (found []*bench.Run, err error) {
	entries = slices.DeleteFunc(entries, func(e history.Entry) bool {
		return e.Partial || e.Suite != like.Suite || e.Commit.Branch != branch || slices.ContainsFunc(others, func(r *bench.Run) bool { return r.ID == e.ID })
	})
	for len(found) < mostKnown && len(entries) > 0 {
		next := min(len(entries), mostKnown-len(found))
		runs, err := readAll(ctx, store, entries[:next])
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			if run != nil && len(compare.UnlikeRuns(run, like)) == 0 {
				found = append(found, run)
			}
		}
		entries = entries[next:]
	}
	return found, nil
}

func branchOf(r *bench.Run) string {
	if r.Commit == nil {
		return ""
	}
	return r.Commit.Branch
}

// drop takes runs out of the window.
func (w *window) drop(others []*bench.Run) {
	w.runs = slices.DeleteFunc(w.runs, func(r *bench.Run) bool {
		return slices.ContainsFunc(others, func(o *bench.Run) bool { return o.ID == r.ID })
	})
}

// A pair is the runs of two sides, each in the order of time.
type pair struct {
	base, before, head []*bench.Run
	warnings           []string
}

func (p *pair) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// compare compares and judges what both sides measured.
func (p *pair) compare(o CompareOptions) (*bench.Versus, error) {
	head := p.head[len(p.head)-1]
	p.head = p.alike(p.head, "head", head)
	like := p.base[len(p.base)-1]
	if slices.ContainsFunc(p.base, func(r *bench.Run) bool { return len(compare.UnlikeRuns(r, head)) == 0 }) {
		like = head
	}
	p.base = p.alike(p.base, "base", like)
	base := p.base[len(p.base)-1]
	unlike := compare.UnlikeRuns(base, head)
	for _, difference := range unlike {
		p.warn("base and head differ in more than the code: %s", difference)
	}
	if base.Environment.Tidemark != head.Environment.Tidemark {
		p.warn("base was measured by tidemark %s, head by %s", base.Environment.Tidemark, head.Environment.Tidemark)
	}
	if span := p.base[len(p.base)-1].Started.Sub(p.base[0].Started); len(p.base) > 1 && len(p.before) == 0 && span < shortSpan {
		p.warn("base's runs were made within %s: they show how the machine varies in that time, not from day to day", max(span, time.Minute).Round(time.Minute))
	}
	v := &bench.Versus{Schema: bench.ComparisonSchema, ID: ulid.Make().String(), Suite: head.Suite, Started: time.Now().UTC(), Base: base.Target, Head: head.Target,
		BaseCommit: base.Commit, HeadCommit: head.Commit, Environment: head.Environment, BaseRuns: references(p.base), HeadRuns: references(p.head), Comparisons: []bench.Comparison{}}
	for _, id := range p.scenarios(base, head) {
		v.Comparisons = append(v.Comparisons, p.scenario(id, o))
	}
	if len(v.Comparisons) == 0 {
		return nil, errors.New("base and head have no scenario in common: scenarios are told by their file's stem")
	}
	v.Warnings = p.warnings
	gate.Saved(v.Comparisons, o.Tolerance, unlike, o.AllowUnlike)
	v.Verdict = gate.WholeVersus(v.Comparisons)
	return v, nil
}

// shortSpan is how close together runs are that a machine's mood of the hour may be common to.
const shortSpan = time.Hour

// alike is the runs of a side that were made on machines like that of another.
func (p *pair) alike(runs []*bench.Run, side string, other *bench.Run) (like []*bench.Run) {
	for _, r := range runs {
		if len(compare.UnlikeRuns(r, other)) == 0 {
			like = append(like, r)
		}
	}
	if n := len(runs) - len(like); n > 0 {
		p.warn("%d of %s's %d runs are left out: their machines are unlike that of run %s", n, side, len(runs), other.ID)
	}
	return like
}

// scenarios is those that both sides have. What only one has is told.
func (p *pair) scenarios(base, head *bench.Run) (both []string) {
	for i := range head.Scenarios {
		if r := &head.Scenarios[i]; resultOf(base, r.ID) != nil {
			both = append(both, r.ID)
		} else {
			p.warn("%s is only in head: not compared", r.Name)
		}
	}
	for i := range base.Scenarios {
		if r := &base.Scenarios[i]; resultOf(head, r.ID) == nil {
			p.warn("%s is only in base: not compared", r.Name)
		}
	}
	return both
}

// scenario compares one, without a verdict unless there is nothing to compare.
func (p *pair) scenario(id string, o CompareOptions) bench.Comparison {
	inBase, inHead := resultOf(p.base[len(p.base)-1], id), resultOf(p.head[len(p.head)-1], id)
	var left leftOut
	base, head := left.samples(p.base, inBase, "base"), left.samples(p.head, inHead, "head")
	c := bench.Comparison{ID: id, Name: inHead.Name, Effects: []bench.Effect{}, BaseRuns: len(base), HeadRuns: len(head)}
	switch {
	case len(base) > 0 && len(head) > 0:
		var silent leftOut // runs from before base only tell the noise
		s := compare.Sides{Base: base, Head: head, Before: silent.samples(p.before, inBase, "before")}
		c = compare.Saved(id, inHead.Name, s, o.Tolerance)
		c.Unlike = compare.UnlikeLoads(inBase, inHead)
	case left.void > 0:
		c.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{"the load generator was late in every run of one side: void results are never compared"}}
	default:
		c.Verdict = bench.Verdict{Status: bench.Inconclusive, Reasons: []string{"nothing was answered in any run of one side"}}
	}
	c.Thresholds = inHead.Thresholds
	c.Notes = append(left.words, c.Notes...)
	return c
}

// leftOut counts results that cannot be compared.
type leftOut struct {
	void  int
	words []string
}

// samples is the results of a scenario that can be compared, with the control around each: those under the load of one of them.
func (l *leftOut) samples(runs []*bench.Run, like *bench.Result, side string) (all []compare.Sample) {
	void, empty, other := 0, 0, 0
	for _, run := range runs {
		switch r := resultOf(run, like.ID); {
		case r == nil:
		case r.Verdict.Status == bench.Void:
			void++
		case r.Answers() == 0 && r.Knows("requests"):
			empty++
		case len(compare.UnlikeLoads(r, like)) > 0:
			other++
		default:
			p50, p95, _ := run.Control.Around(r.ID)
			all = append(all, compare.Sample{Run: run.ID, Result: r, ControlP50: p50, ControlP95: p95})
		}
	}
	l.void += void
	for _, c := range []struct {
		n   int
		why string
	}{{void, "void"}, {empty, "without an answer"}, {other, "under another load than the newest"}} {
		if c.n > 0 {
			l.words = append(l.words, fmt.Sprintf("%d of %s's %d runs left out: %s", c.n, side, len(runs), c.why))
		}
	}
	return all
}

func resultOf(run *bench.Run, id string) *bench.Result {
	for i := range run.Scenarios {
		if run.Scenarios[i].ID == id {
			return &run.Scenarios[i]
		}
	}
	return nil
}

func references(runs []*bench.Run) []bench.RunRef {
	all := make([]bench.RunRef, len(runs))
	for i, r := range runs {
		all[i] = bench.RunRef{ID: r.ID, Started: r.Started}
		if r.Commit != nil {
			all[i].Commit, all[i].Subject = r.Commit.SHA, r.Commit.Subject
		}
	}
	return all
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
