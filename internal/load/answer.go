package load

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ohler55/ojg/jp"
	"github.com/ohler55/ojg/oj"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

// An expectation is a bench.Expect compiled.
type expectation struct {
	bench.Expect
	paths []path // of JSON
}

func newExpectation(e bench.Expect) (expectation, error) {
	x := expectation{Expect: e}
	for _, m := range e.JSON {
		p, err := newPath(m.Path)
		if err != nil {
			return x, err
		}
		x.paths = append(x.paths, p)
	}
	return x, nil
}

// A path is a JSONPath compiled.
type path struct {
	jp.Expr
	singular bool // points at one value at most
}

func newPath(source string) (path, error) {
	x, err := jp.ParseString(source)
	if err != nil {
		return path{}, fmt.Errorf("%s: %w", source, err)
	}
	p := path{x, true}
	for _, fragment := range x {
		switch fragment.(type) {
		case jp.Root, jp.Child, jp.Nth:
		default:
			p.singular = false
		}
	}
	return p, nil
}

// A save takes a value out of an answer under a name.
type save struct {
	name string
	path path
}

func (s save) from(document any) (any, error) {
	found := s.path.Get(document)
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("save %s: %s points at nothing", s.name, s.path)
	case s.path.singular:
		return found[0], nil
	}
	return found, nil
}

// status reports whether an answer's status is right.
func (x *expectation) status(status int) bool {
	if len(x.Status) == 0 {
		return status < 400
	}
	for _, r := range x.Status {
		if r.First <= status && status <= r.Last {
			return true
		}
	}
	return false
}

// check says what is wrong with an answer of the right status. document parses its body when it is needed.
func (x *expectation) check(a *wire.Answer, body []byte, document func() (any, error)) error {
	for _, h := range x.Headers {
		if err := checkHeader(a.Headers, h); err != nil {
			return err
		}
	}
	switch {
	case a.Size < x.MinSize:
		return fmt.Errorf("the body has %d bytes, fewer than %d", a.Size, x.MinSize)
	case x.MaxSize > 0 && a.Size > x.MaxSize:
		return fmt.Errorf("the body has %d bytes, more than %d", a.Size, x.MaxSize)
	}
	for _, text := range x.Contains {
		if !bytes.Contains(body, []byte(text)) {
			return fmt.Errorf("the body does not contain %q", text)
		}
	}
	if len(x.JSON) == 0 {
		return nil
	}
	d, err := document()
	if err != nil {
		return err
	}
	for i, m := range x.JSON {
		if err := match(m, x.paths[i].Get(d)); err != nil {
			return err
		}
	}
	return nil
}

func checkHeader(headers []wire.Header, want bench.Field) error {
	there := false
	for _, h := range headers {
		if strings.EqualFold(h.Name, want.Name) {
			there = true
			if strings.Contains(string(h.Value), want.Value) {
				return nil
			}
		}
	}
	if there {
		return fmt.Errorf("the header %s does not contain %q", want.Name, want.Value)
	}
	return fmt.Errorf("there is no header %s", want.Name)
}

func match(m bench.JSONMatch, found []any) error {
	switch {
	case m.Presence == bench.Absent && len(found) > 0:
		return fmt.Errorf("%s is there", m.Path)
	case m.Presence == bench.Absent:
		return nil
	case len(found) == 0:
		return fmt.Errorf("%s is not there", m.Path)
	case m.Presence == bench.Equal && !equal(found[0], m.Value):
		return fmt.Errorf("%s is not %v", m.Path, m.Value)
	}
	return nil
}

// equal compares JSON: found may have whole numbers, want has float64.
func equal(found, want any) bool {
	switch f := found.(type) {
	case int64:
		w, ok := want.(float64)
		return ok && float64(f) == w
	case []any:
		w, ok := want.([]any)
		if !ok || len(f) != len(w) {
			return false
		}
		for i := range f {
			if !equal(f[i], w[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		w, ok := want.(map[string]any)
		if !ok || len(f) != len(w) {
			return false
		}
		for k := range f {
			if v, has := w[k]; !has || !equal(f[k], v) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(found, want)
}

func parse(body []byte) (any, error) {
	v, err := oj.Parse(body)
	if err != nil {
		return nil, fmt.Errorf("the body is no JSON: %w", err)
	}
	return v, nil
}

// zstdWindow is the most that an answer may ask the decoder to keep in memory: RFC 9659, section 3.
const zstdWindow = 8 << 20

// decoded is the body without the encoding that the answer says it has, at most so many bytes of it: a few kilobytes may
// stand for gigabytes.
func decoded(a *wire.Answer, most int64) ([]byte, error) {
	encoding := ""
	for _, h := range a.Headers {
		if strings.EqualFold(h.Name, "Content-Encoding") {
			encoding = strings.ToLower(string(h.Value))
		}
	}
	var r io.Reader
	var err error
	switch encoding {
	case "", "identity":
		return a.Body, nil
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(a.Body))
	case "deflate":
		r, err = zlib.NewReader(bytes.NewReader(a.Body))
	case "zstd":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(bytes.NewReader(a.Body), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow)); err == nil {
			defer d.Close()
			r = d
		}
	default:
		return nil, fmt.Errorf("the body is encoded as %q, which cannot be looked into: leave it out of Accept-Encoding", encoding)
	}
	var body []byte
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(r, most+1))
	}
	switch {
	case err != nil:
		return nil, errors.Join(wire.Malformed("its body is no "+encoding), err)
	case int64(len(body)) > most:
		return nil, wire.ErrTooLarge
	}
	return body, nil
}
