package http1

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/tidemark/tidemark/internal/load/wire"
)

// maxHead bounds the head of an answer: a peer that sends headers for ever is malformed.
const maxHead = 64 << 10

// head is what the head of an answer says about its body.
type head struct {
	status  int
	length  int64 // -1: not said
	chunked bool
	close   bool
}

// read reads one answer, and says whether the connection can carry another.
func (c *Conn) read(x *wire.Exchange) (keep bool, err error) {
	if _, err := c.in.Peek(1); err != nil {
		return false, err
	}
	x.Answer.FirstByte = c.clock()
	h, err := c.readHead(x)
	for err == nil && h.status < 200 { // interim answers come before the one that counts
		if h.status == 101 {
			return false, wire.Malformed("101 Switching Protocols to a plain request")
		}
		h, err = c.readHead(x)
	}
	if err != nil {
		return false, eofInside(err)
	}
	x.Answer.Status = h.status
	switch {
	case x.Request.Method == http.MethodHead || h.status == http.StatusNoContent || h.status == http.StatusNotModified:
	case h.chunked:
		err = c.readChunks(x)
	case h.length >= 0:
		err = c.readBody(x, h.length)
	default:
		err, h.close = c.readToEnd(x), true
	}
	return !h.close && c.in.Buffered() == 0, eofInside(err)
}

func eofInside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (c *Conn) readHead(x *wire.Exchange) (head, error) {
	h := head{length: -1}
	line, err := c.line()
	if err != nil {
		return h, err
	}
	// "HTTP/1.1 200 OK"
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) || line[8] != ' ' {
		return h, wire.Malformed("no status line")
	}
	h.close = line[7] == '0'
	if h.status, err = strconv.Atoi(string(line[9:12])); err != nil || h.status < 100 {
		return h, wire.Malformed("no status code")
	}
	a := &x.Answer
	a.Headers, a.ServerTiming, a.RetryAfter = a.Headers[:0], a.ServerTiming[:0], a.RetryAfter[:0]
	for read := 0; ; {
		line, err := c.line()
		if err != nil {
			return h, err
		}
		if len(line) == 0 {
			return h, nil
		}
		if read += len(line); read > maxHead {
			return h, wire.Malformed("headers over 64 KB")
		}
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 {
			return h, wire.Malformed("a header line without a name")
		}
		name, value := line[:colon], bytes.TrimSpace(line[colon+1:])
		if err := h.note(name, value); err != nil {
			return h, err
		}
		switch {
		case is(name, "server-timing"):
			a.ServerTiming = wire.Note(a.ServerTiming, value)
		case is(name, "retry-after"):
			a.RetryAfter = wire.Note(a.RetryAfter, value)
		}
		if x.Request.KeepHeaders {
			a.Headers = append(a.Headers, wire.Header{Name: string(name), Value: bytes.Clone(value)})
		}
	}
}

// note takes from a header what says where the answer ends.
func (h *head) note(name, value []byte) error {
	switch {
	case is(name, "content-length"):
		n, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil || n < 0 || (h.length >= 0 && h.length != n) {
			return wire.Malformed("content-length " + strconv.Quote(string(value)))
		}
		h.length = n
	case is(name, "transfer-encoding"):
		if !is(value, "chunked") {
			return wire.Malformed("transfer-encoding " + strconv.Quote(string(value)))
		}
		h.chunked = true
	case is(name, "connection"):
		h.close = h.close && !is(value, "keep-alive") || is(value, "close")
	}
	return nil
}

func is(b []byte, lower string) bool {
	return len(b) == len(lower) && bytes.EqualFold(b, []byte(lower))
}

// line is the next line without its end; valid until the next read.
func (c *Conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = c.longLine(bytes.Clone(line))
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

func (c *Conn) longLine(line []byte) ([]byte, error) {
	for len(line) <= maxHead {
		more, err := c.in.ReadSlice('\n')
		line = append(line, more...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
	return nil, wire.Malformed("a line over 64 KB")
}

// readBody reads n bytes, keeping them when the request asks for it.
func (c *Conn) readBody(x *wire.Exchange, n int64) error {
	if n > x.Request.MaxBody-x.Answer.Size { // the sum of the two may be beyond an int64
		return wire.ErrTooLarge
	}
	for n > 0 {
		if _, err := c.in.Peek(1); err != nil {
			return err
		}
		part, _ := c.in.Peek(int(min(n, int64(c.in.Buffered())))) // what is buffered cannot fail
		if x.Request.KeepBody {
			x.Answer.Body = append(x.Answer.Body, part...)
		}
		x.Answer.Size += int64(len(part))
		n -= int64(len(part))
		_, _ = c.in.Discard(len(part)) // likewise
	}
	return nil
}

func (c *Conn) readToEnd(x *wire.Exchange) error {
	for {
		if _, err := c.in.Peek(1); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := c.readBody(x, int64(c.in.Buffered())); err != nil {
			return err
		}
	}
}

func (c *Conn) readChunks(x *wire.Exchange) error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		size, _, _ := bytes.Cut(line, []byte(";"))
		n, err := strconv.ParseInt(string(bytes.TrimSpace(size)), 16, 64)
		if err != nil || n < 0 {
			return wire.Malformed("chunk size " + strconv.Quote(string(size[:min(len(size), 40)])))
		}
		if err := c.readBody(x, n); err != nil {
			return err
		}
		if n == 0 {
			return c.skipTrailers()
		}
		if line, err = c.line(); err != nil {
			return err
		}
		if len(line) > 0 {
			return wire.Malformed("a chunk longer than it says")
		}
	}
}

func (c *Conn) skipTrailers() error {
	for read := 0; read <= maxHead; {
		line, err := c.line()
		if err != nil || len(line) == 0 {
			return err
		}
		read += len(line)
	}
	return wire.Malformed("trailers over 64 KB")
}
