package diff

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A commit of those between base and head.
type commit struct{ id, subject string }

// attribute finds the commit that each hunk comes from. What git does not tell stays empty.
func (r repository) attribute(ctx context.Context, hunks []bench.Hunk, base, head string) {
	touching := map[string][]commit{}
	for i := range hunks {
		h := &hunks[i]
		commits, known := touching[h.File]
		if !known {
			commits = r.commits(ctx, base, head, h.File)
			touching[h.File] = commits
		}
		if len(commits) == 0 {
			continue
		}
		by := commits[0]
		if len(commits) > 1 {
			if found := r.blame(ctx, base, head, h); found != "" {
				for _, c := range commits {
					if c.id == found {
						by = c
					}
				}
			} else if narrowed := r.commits(ctx, base, head, h.File, "-G"+pattern(h.Text)); len(narrowed) > 0 {
				by = narrowed[0]
			}
		}
		h.Commit, h.Subject = by.id, by.subject
	}
}

// commits are those between two that change a file, the newest first.
func (r repository) commits(ctx context.Context, base, head, file string, options ...string) (all []commit) {
	args := append([]string{"log", "--format=%H%x00%s", "--max-count=50", "--no-show-signature"}, options...)
	text, err := r.git(ctx, append(args, base+".."+head, "--", ":(top,literal)"+file)...)
	if err != nil {
		return nil // the hunk is still one, without its commit
	}
	for line := range strings.Lines(string(text)) {
		if id, subject, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\x00"); ok {
			all = append(all, commit{id, evidence.Short(evidence.Plain(subject), 120)})
		}
	}
	return all
}

var blamed = regexp.MustCompile(`(?m)^\^?([0-9a-f]{40,64}) `)

// blame is the commit that added the lines of a hunk; empty: it added none, or they are older.
func (r repository) blame(ctx context.Context, base, head string, h *bench.Hunk) string {
	if len(h.Changed) == 0 {
		return ""
	}
	text, err := r.git(ctx, "blame", "--porcelain", "-L", fmt.Sprintf("%d,%d", h.Changed[0][0], h.Changed[0][1]), base+".."+head, "--", h.File)
	if err != nil {
		return ""
	}
	if m := blamed.FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return ""
}

// pattern is a regular expression of the first line that a hunk removes.
func pattern(text string) string {
	for line := range strings.Lines(text) {
		if line[0] == '-' && len(strings.TrimSpace(line)) > 3 {
			return quoteBasic(strings.TrimSpace(line[1:]))
		}
	}
	return "^"
}

// quoteBasic quotes what means something in a basic regular expression, as git's -G takes it by default.
func quoteBasic(text string) string {
	return regexp.MustCompile(`[][\\.*^$]`).ReplaceAllString(text, `\$0`)
}
