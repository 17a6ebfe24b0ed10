// Package convert turns what other tools measured into runs, so that a team keeps its tool and gains the gate.
//
// Its stance: a number that a file does not tell is not known, and no default takes its place. A tool that wrote each request gives histograms
// and seconds as if it had been measured here; one that wrote percentiles gives these and nothing that would need more. Which it is stands in
// the result. Each kind of file is read by a package of its own, in one pass and in bounded memory, and knows only the Tally that it fills.
package convert

import (
	"bufio"
	"errors"
	"io"
)

// A Format is one way in which a tool writes what it measured.
type Format struct {
	Name  string // as --format has it
	About string // what it is, in words
	Write string // how the tool is made to write it
	// Looks reports whether the beginning of a file, of up to HeadSize bytes, is without doubt of this format. nil: it never is.
	Looks func(head []byte) bool
	// Read adds what a file tells to a tally. The error says where in the file, and not in which.
	Read func(in Input, t *Tally) error
}

// An Input is one file.
type Input struct {
	io.Reader
	Name string // of the file, without folder and ending: what is measured in it, where the file does not say
}

// HeadSize is how much of a file's beginning is looked at to tell its format.
const HeadSize = 64 << 10

// Head is the beginning of a file, which is still there to be read.
func Head(r *bufio.Reader) ([]byte, error) {
	head, err := r.Peek(HeadSize)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head, err
}
