package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// MostComment is how long a comment may be, in letters, where nobody says: GitHub's limit. Bytes are counted here, of which a letter has one or more.
const MostComment = 65_536

// CommentOptions are what a comment needs beside what was measured.
type CommentOptions struct {
	Previous string            // body of the comment that this one takes the place of: its verdicts are kept, folded. Empty: there is none
	Images   map[string]string // by scenario: where its chart is hosted, as an https address; without, the chart is drawn in text
	Limit    int               // in bytes; 0: MostComment
}

// Comment writes a comparison as the comment of a pull request, in Markdown: the verdict in the first line, then what changed, each with its
// likely cause; the rest is folded. Nothing from outside becomes markup. It stays below the limit: then charts, hunks and causes of what changed
// least are left out first, and it says how many. Who publishes it puts CommentMarker before it.
func Comment(w io.Writer, v *bench.Versus, o CommentOptions) error {
	now := Spoken{ID: v.ID, Status: v.Verdict.Status, Time: v.Started}
	if v.HeadCommit != nil {
		now.Commit = v.HeadCommit.SHA
	}
	p := newPage(o, now)
	if v.Namesake { // beside another comment, of a suite that is called the same
		p.must(code(v.Folder) + ": ")
	}
	p.must(versusHeadline(v, p.earlier) + "\n")
	changes := versusChanges(v, o.Images)
	if v.Verdict.Status == bench.Pass {
		changes = nil // one quiet line
	}
	p.changes(changes)
	p.folded("All endpoints", versusTable(v))
	p.folded("How it was measured", slices.Values(versusMethod(v)))
	return p.write(w)
}

// RunComment writes a run alone, judged by its thresholds, as Comment does a comparison.
func RunComment(w io.Writer, r *bench.Run, o CommentOptions) error {
	now := Spoken{ID: r.ID, Status: r.Verdict.Status, Time: r.Started}
	if r.Commit != nil {
		now.Commit = r.Commit.SHA
	}
	p := newPage(o, now)
	p.must(runHeadline(r, p.earlier) + "\n")
	p.changes(runChanges(r, o.Images))
	p.folded("All endpoints", runTable(r))
	p.folded("How it was measured", slices.Values(runMethod(r)))
	return p.write(w)
}

// A page is a comment that grows up to its limit.
type page struct {
	strings.Builder
	limit   int
	end     string // what comes last, whatever was left out
	earlier []Spoken
}

func newPage(o CommentOptions, now Spoken) *page {
	now.ID, now.Commit = plain(now.ID, mostName), plain(now.Commit, mostName)
	earlier := slices.DeleteFunc(Earlier(o.Previous), func(s Spoken) bool { return s.ID == now.ID })
	earlier = earlier[:min(len(earlier), mostEarlier)]
	return &page{limit: cmp.Or(o.Limit, MostComment), earlier: earlier, end: remember(now, earlier)}
}

// room is how many bytes are left.
func (p *page) room() int { return p.limit - p.Len() - len(p.end) - forNotes }

// forNotes is kept for what says what was left out, and for the ends of what is folded.
const forNotes = 500

func (p *page) must(s string) { p.WriteString(s) }

// try writes text if it leaves so many bytes for what comes after it.
func (p *page) try(s string, leave int) bool {
	if len(s)+leave > p.room() {
		return false
	}
	p.WriteString(s)
	return true
}

// A change is an endpoint that a comment speaks of, in three lengths. The line names the cause too, where one is known.
type change struct{ name, full, middle, line string }

const (
	mostOpen  = 3  // changes that are told in full one below the other: more of them are a list first
	mostFull  = 12 // changes with their cause and hunk
	mostLines = 60 // changes in all
)

// changes writes what changed, and how many there are beside. A few are told with all that is known. Of more, each has a line, and the first are told in full
// below, folded: who reads has to see what it is about before a screen of one endpoint's evidence.
func (p *page) changes(all []change) {
	third := p.room() / 3
	if len(all) > 0 {
		p.must("\n")
	}
	few := len(all) <= mostOpen
	written := 0
	for _, c := range all[:min(len(all), mostLines)] {
		if fits := few && (p.try(c.full, 2*third) || p.try(c.middle, 2*third)) || p.try(c.line, 2*third); !fits {
			break
		}
		written++
	}
	if left := len(all) - written; left > 0 {
		p.must(fmt.Sprintf("- and %d more, left out here for length\n", left))
	}
	if few {
		return
	}
	for _, c := range all[:min(len(all), mostFull)] {
		fits := false
		for _, text := range []string{c.full, c.middle} {
			fits = fits || p.try("\n<details><summary>"+element(c.name)+"</summary>\n\n"+text+"\n</details>\n", third)
		}
		if !fits {
			break
		}
	}
}

// folded writes lines below a title that has to be opened, as many as there is room for.
func (p *page) folded(title string, lines func(func(string) bool)) {
	if !p.try("\n<details><summary>"+title+"</summary>\n\n", 0) {
		return
	}
	left := 0
	for line := range lines {
		if left > 0 || !p.try(line+"\n", 0) {
			left++
		}
	}
	if left > 0 {
		p.must(fmt.Sprintf("\n%d lines are left out here for length.\n", left))
	}
	p.must("\n</details>\n")
}

func (p *page) write(w io.Writer) error {
	p.WriteString(p.end)
	_, err := io.WriteString(w, p.String())
	return err
}
