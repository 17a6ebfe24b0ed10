package convert

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// CSVError is what is wrong with a table, with the line.
func CSVError(err error) error {
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Errorf("line %d: %w", wrong.StartLine, wrong.Err)
	}
	return err
}

// Bounded passes on what has lines of at most MaxLine bytes: a reader of tables would hold a longer one, or a quoted field without an end.
func Bounded(r io.Reader) io.Reader { return &bounded{r: r, line: 1} }

type bounded struct {
	r      io.Reader
	line   int
	length int
	quoted int // bytes since a quotation mark was opened
	open   bool
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	for i, c := range p[:n] {
		b.length++
		if c == '"' {
			b.open, b.quoted = !b.open, 0
		}
		if b.open {
			b.quoted++
		}
		if c == '\n' {
			b.line, b.length = b.line+1, 0
		}
		if b.length > MaxLine || b.quoted > MaxLine {
			return i, fmt.Errorf("line %d: is longer than %d KB, or a quotation mark in it is never closed", b.line, MaxLine>>10)
		}
	}
	return n, err
}
