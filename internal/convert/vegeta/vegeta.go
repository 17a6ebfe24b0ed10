// Package vegeta reads what `vegeta attack` writes, and what `vegeta encode` makes of it.
//
// Its stance: vegeta keeps each request, so everything is there but when a request should have been sent: what waited for a free worker did so
// before its clock ran.
package vegeta

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/tidemark/tidemark/internal/convert"
)

// Format is all three encodings.
var Format = convert.Format{Name: "vegeta", About: "vegeta's results, as attack writes them or encode as JSON or CSV", Write: "vegeta attack … > results.bin", Looks: looks, Read: read}

func looks(head []byte) bool { return encodingOf(head) != nil }

var csvHead = regexp.MustCompile(`^[0-9]{18,19},[0-9]{1,3},[0-9]+,[0-9]+,[0-9]+,`)

// encodingOf is what reads a file that begins like that; nil: it is none of vegeta's.
func encodingOf(head []byte) func(convert.Input, *tally) error {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	begin := head[:min(len(head), 512)]
	switch {
	case bytes.HasPrefix(first, []byte("{")) && bytes.Contains(first, []byte(`"attack":`)) && bytes.Contains(first, []byte(`"bytes_out":`)):
		return readJSON
	case csvHead.Match(first):
		return readCSV
	case bytes.Contains(begin, []byte("Timestamp")) && bytes.Contains(begin, []byte("BytesOut")) && bytes.IndexByte(begin, 0xff) >= 0: // gob begins with the type
		return readGob
	}
	return nil
}

func read(in convert.Input, t *convert.Tally) error {
	r := bufio.NewReaderSize(in, convert.HeadSize)
	head, err := convert.Head(r)
	if err != nil {
		return err
	}
	decode := encodingOf(head)
	if decode == nil {
		return errors.New("is neither what vegeta attack writes nor JSON or CSV of vegeta encode")
	}
	t.Tool = "vegeta"
	t.FromSending()
	in.Reader = r
	return decode(in, &tally{t, in.Name})
}

// A result is one request, by the names that vegeta gives its fields. Others are left alone.
type result struct {
	Attack    string        `json:"attack"`
	Code      uint16        `json:"code"`
	Timestamp time.Time     `json:"timestamp"`
	Latency   time.Duration `json:"latency"`
	Error     string        `json:"error"`
	Method    string        `json:"method"`
	URL       string        `json:"url"`
}

// A tally adds vegeta's results to one of ours.
type tally struct {
	*convert.Tally
	file string
}

func (t *tally) add(r *result) error {
	request := convert.Request{Name: r.Attack, Start: r.Timestamp, Took: r.Latency, Status: int(r.Code)}
	if r.URL != "" {
		var target string
		request.Name, target = convert.Endpoint(r.Method, r.URL)
		t.Target(target)
		if r.Attack != "" {
			request.Name += " (" + r.Attack + ")"
		}
	}
	if request.Name == "" { // older versions keep neither
		request.Name = t.file
	}
	if r.Code < 200 || r.Code >= 400 || r.Error != "" { // vegeta's own notion of success
		request.Outcome = convert.Outcome(int(r.Code), r.Error)
	}
	if r.Timestamp.Year() < 2000 {
		return fmt.Errorf("was sent at %s", r.Timestamp)
	}
	return t.Add(request)
}

func readGob(in convert.Input, t *tally) error {
	d := gob.NewDecoder(&messages{in: bufio.NewReader(in)})
	for n := 1; ; n++ {
		var r result
		err := d.Decode(&r)
		switch {
		case errors.Is(err, io.EOF) && n > 1:
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("result %d: the file ends in the middle of it: was the attack killed, or the file cut?", n)
		case err == nil:
			err = t.add(&r)
		}
		if err != nil {
			return fmt.Errorf("result %d: %w", n, err)
		}
	}
}

// longestMessage is how large one result may be: bodies of answers are part of it.
const longestMessage = 64 << 20

// messages passes a gob stream on, message by message, and none that is longer than any result: the decoder would hold it.
type messages struct {
	in   *bufio.Reader
	head []byte // of the next message, not yet passed on
	left uint64 // of the message
}

func (m *messages) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(m.head) == 0 && m.left == 0 {
		if err := m.next(); err != nil {
			return 0, err
		}
	}
	if len(m.head) > 0 {
		n = copy(p, m.head)
		m.head = m.head[n:]
		return n, nil
	}
	n, err = m.in.Read(p[:min(uint64(len(p)), m.left)])
	m.left -= uint64(n)
	if errors.Is(err, io.EOF) && m.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// next reads a message's length: one byte below 128, or the number of bytes that it takes, negated, and these.
func (m *messages) next() error {
	b, err := m.in.ReadByte()
	if err != nil {
		return err
	}
	m.head, m.left = append(m.head[:0], b), uint64(b)
	if b >= 0x80 {
		size := -int(int8(b))
		if size > 8 {
			return errors.New("is no gob")
		}
		m.left = 0
		for range size {
			if b, err = m.in.ReadByte(); err != nil {
				return io.ErrUnexpectedEOF
			}
			m.head, m.left = append(m.head, b), m.left<<8|uint64(b)
		}
	}
	if m.left > longestMessage {
		return fmt.Errorf("is of %d bytes, more than a result can have", m.left)
	}
	return nil
}
