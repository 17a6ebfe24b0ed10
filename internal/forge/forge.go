// Package forge shows a verdict where a change is reviewed: as a comment of its pull request, as a check of its commit, and in the files that a CI
// runner reads.
//
// Its stance: what is shown is a courtesy. The verdict is the exit code, so a host that does not answer makes no pass of a fail, and no fail of a
// pass. Nothing that comes from the host or from a pull request is trusted: only comments of our own are touched, and a token goes to the one
// host that it is for, and into no message.
package forge

import (
	"context"
	"errors"
)

// A Host is one change on a code host.
type Host interface {
	// Comments are those of the change's pull request. The error wraps ErrNoPull if the change has none.
	Comments(ctx context.Context) (Comments, error)

	// Check shows a verdict at the head of the change, in whatever form the host has for it. A second call for the same commit takes the place of the
	// first.
	Check(ctx context.Context, c Check) error
}

// ErrNoPull is wrapped by errors about changes that are no pull request, or no longer its head.
var ErrNoPull = errors.New("there is no pull request to comment on")

// A Check is a verdict as hosts show it beside a commit.
type Check struct {
	Name        string // of the check: one commit has one of that name
	Conclusion  Conclusion
	Title       string // a line of plain text
	Summary     string // Markdown
	URL         string // of the details; empty: none
	Annotations []Annotation
	JUnit       []byte // the same as JUnit's XML, for hosts that read it
}

// A Conclusion says whether a check lets a change through.
type Conclusion string

// The conclusions.
const (
	Success Conclusion = "success"
	Neutral Conclusion = "neutral" // lets through, and wants to be looked at
	Failure Conclusion = "failure"
)

// An Annotation is a remark on a line of the change.
type Annotation struct {
	File    string // from the top of the repository, with slashes
	Line    int    // from 1
	Failed  bool   // else it is a warning
	Title   string
	Message string
}
