package suite

import (
	"fmt"
	"strings"
)

// A Fault is one thing wrong in a suite: where, what, and what to write instead.
type Fault struct {
	File    string // relative to the suite's folder
	Line    int    // from 1; 0: the file as a whole
	Column  int
	Excerpt string // the offending line
	Message string
}

func (f Fault) Error() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s", f.File, f.Message)
	}
	s := fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
	if f.Excerpt != "" {
		s += fmt.Sprintf("\n  %s\n  %s^", f.Excerpt, indent(f.Excerpt, f.Column-1))
	}
	return s
}

// indent is as wide as the first characters of a line: a tab stays one.
func indent(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n--; n < 0 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String() + strings.Repeat(" ", max(n, 0))
}

// Faults is everything that is wrong in a suite.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}
