package accesslog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A chunk is whole lines, and how they are read.
type chunk struct {
	bytes  []byte
	parser parser
	broken int // lines that were too long to be here
}

const (
	chunkSize = 1 << 20
	mostLine  = 64 << 10 // longer ones are no request's
)

// plain undoes a compression, if there is one.
func plain(r io.Reader) (io.Reader, func(), error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(b)
		return z, func() {}, err
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte{0xfd, '7', 'z', 'X'}):
		return nil, nil, errors.New("is compressed in a way that is not known here: plain, gzip and zstd are")
	}
	return b, func() {}, nil
}

// feed cuts a log into chunks of whole lines. The first chunk tells the format, where none is given.
func feed(s Source, format string, to chan<- *chunk, free <-chan *chunk) (p parser, err error) {
	file, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	in, end, err := plain(file)
	if err != nil {
		return nil, err
	}
	defer end()
	var rest []byte // of a line that the last chunk ended in
	skipping := false
	for {
		c := newChunk(free)
		c.bytes = append(c.bytes[:0], rest...)
		c.broken = 0
		for len(c.bytes) < chunkSize && err == nil {
			var n int
			n, err = in.Read(c.bytes[len(c.bytes):cap(c.bytes)])
			c.bytes = c.bytes[:len(c.bytes)+n]
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return p, fmt.Errorf("after %s: %w", "what was read", err)
		}
		ended := err != nil
		if skipping { // the rest of a line that is too long
			at := bytes.IndexByte(c.bytes, '\n')
			if at < 0 {
				at = len(c.bytes) - 1
			} else {
				skipping = false
			}
			c.bytes = append(c.bytes[:0], c.bytes[at+1:]...)
		}
		last := bytes.LastIndexByte(c.bytes, '\n') + 1
		if ended {
			last = len(c.bytes)
		}
		rest = append(rest[:0], c.bytes[last:]...)
		c.bytes = c.bytes[:last]
		if len(rest) > mostLine {
			rest, skipping = rest[:0], true
			c.broken++
		}
		if p == nil && len(c.bytes) > 0 {
			if p, err = parserFor(c.bytes, format); err != nil {
				return nil, err
			}
		}
		if c.parser = p; len(c.bytes) > 0 || c.broken > 0 {
			to <- c
		}
		if ended {
			return p, nil
		}
	}
}

func newChunk(free <-chan *chunk) *chunk {
	select {
	case c := <-free:
		return c
	default:
		return &chunk{bytes: make([]byte, 0, chunkSize+mostLine+1<<16)}
	}
}
