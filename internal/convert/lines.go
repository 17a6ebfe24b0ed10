package convert

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// MaxLine is how long a line may be. A request's name, its error and its address are shorter; a line that is not is of another file.
const MaxLine = 1 << 20

// Lines reads a file by lines, and knows their numbers.
type Lines struct {
	scanner *bufio.Scanner
	Number  int // of the line that Next gave; the first is 1
}

// NewLines reads lines.
func NewLines(r io.Reader) *Lines {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), MaxLine)
	return &Lines{scanner: s}
}

// Next is the next line without its end, valid until the next call; ok is false at the end of the file, and where Err has an error.
func (l *Lines) Next() (line []byte, ok bool) {
	if !l.scanner.Scan() {
		return nil, false
	}
	l.Number++
	return l.scanner.Bytes(), true
}

// Err is what went wrong in reading.
func (l *Lines) Err() error {
	switch err := l.scanner.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d: is longer than %d KB", l.Number+1, MaxLine>>10)
	case err != nil:
		return fmt.Errorf("line %d: %w", l.Number+1, err)
	}
	return nil
}

// At puts the number of the line that is read before an error.
func (l *Lines) At(format string, args ...any) error {
	return fmt.Errorf("line %d: %w", l.Number, fmt.Errorf(format, args...)) //nolint:err113 // it is about the user's file
}
