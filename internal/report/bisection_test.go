package report

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// searched is a bisection of five commits, of which one could not be built and the fourth is the culprit.
func searched() *bench.Bisection {
	commit := func(sha, subject string) bench.Commit {
		return bench.Commit{SHA: sha + "91c0d4e5f60718293a4b5c6d7e8f90a1b2c3", Subject: subject}
	}
	good, bad, culprit := commit("aaaa", "Orders in one query"), commit("eeee", "Rename a button"), commit("3f2a", "Show orders without their items")
	whole, proof := regression(), regression()
	return &bench.Bisection{Schema: bench.BisectionSchema, ID: "01KAT0000000000000000000BB", Started: measuredAt(), Good: good, Bad: bad, Scenario: "user-orders", Metric: "p95", Whole: whole,
		Trials: []bench.Trial{{Commit: commit("bbbb", "Cache names"), Ratio: 1.01, Low: .97, High: 1.05}, {Commit: commit("cccc", "Half a change"), Skipped: "build: exit status 1\nundefined: x"},
			{Commit: culprit, Ratio: 3.6, Low: 3.3, High: 3.9}},
		Suspects: []bench.Commit{culprit}, Probability: .987, Proof: proof, Diff: " def history\n-  orders.includes(:line_items)\n+  orders\n end\n"}
}

func TestABisectionIsShown(t *testing.T) {
	page := write(t, func(w io.Writer) error { return BisectionHTML(w, searched()) })
	found, text := pageFaults(t, page)
	if len(found) > 0 {
		t.Errorf("the page has %q", found)
	}
	markdown := write(t, func(w io.Writer) error { return BisectionMarkdown(w, searched()) })
	for _, want := range []string{"Culprit: 3f2a91c0d Show orders without their items", "Probability 98.7%, and against the commit before it: FAIL", "+1.0%", "-3.0% to +5.0%", "skipped", "build: exit status 1", "+260%",
		"orders.includes", "n-plus-one"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "undefined: x") || strings.Count(text, "SUSPECT") != 1 {
		t.Errorf("the page says %s", text)
	}
	for _, want := range []string{"**Culprit: `3f2a91c0d` Show orders without their items**\n", "- Probability 98.7%", "`p95` of `GET /users/:id/orders`", "| `3f2a91c0d` Show orders without their items | **+260%** |",
		"| skipped | build: exit status 1 |", "```diff\n def history\n-  orders.includes(:line_items)\n"} {
		if !bytes.Contains(markdown, []byte(want)) {
			t.Errorf("%s lacks %q", markdown, want)
		}
	}
}

func TestWhatABisectionDidNotFind(t *testing.T) {
	nothing := searched()
	nothing.Scenario, nothing.Trials, nothing.Suspects, nothing.Proof, nothing.Diff = "", nil, nil, nil, ""
	partial, several := searched(), searched()
	partial.Partial, partial.Suspects, partial.Proof = true, nil, nil
	several.Suspects = append([]bench.Commit{several.Trials[1].Commit}, several.Suspects...)
	several.Partial, several.Whole, several.Proof = true, nil, nil
	for want, b := range map[string]*bench.Bisection{"Nothing is slower at bad": nothing, "Interrupted before a culprit was found": partial, "Culprit: one of 2 commits, up to": several} {
		for _, show := range []func(io.Writer, *bench.Bisection) error{BisectionHTML, BisectionMarkdown} {
			if text := write(t, func(w io.Writer) error { return show(w, b) }); !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s lacks %q", text, want)
			}
		}
	}
	if err := BisectionHTML(io.Discard, &bench.Bisection{}); err != nil {
		t.Errorf("an empty record: %v", err)
	}
}

func TestHostileBisectionsAreText(t *testing.T) {
	for _, s := range hostile {
		b := searched()
		commit := bench.Commit{SHA: s, Subject: s, Branch: s}
		b.Good, b.Bad, b.Suspects, b.Metric, b.Diff, b.ID = commit, commit, []bench.Commit{commit, commit}, s, s+"\n+"+s, s
		b.Trials = []bench.Trial{{Commit: commit, Ratio: 2, Low: 1.5, High: 3}, {Commit: commit, Skipped: s}}
		b.Whole, b.Proof = everywhere(s), everywhere(s)
		page := write(t, func(w io.Writer) error { return BisectionHTML(w, b) })
		if found, _ := pageFaults(t, page); len(found) > 0 {
			t.Errorf("%.60q: the page has %q", s, found)
		}
		markdown := write(t, func(w io.Writer) error { return BisectionMarkdown(w, b) })
		if found, _ := faults(t, string(markdown), 0); len(found) > 0 {
			t.Errorf("%.60q: %s", s, strings.Join(slices.Compact(found), "\n\t"))
		}
	}
}
