package gatling

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/tidemark/tidemark/internal/convert"
)

// The binary log, as LogFileDataWriter.scala writes it: records that begin with their kind, numbers with the high byte first. A text is its
// length in bytes, the bytes and how they are encoded; one that comes again is the number that it had, negated. Times count from the start
// of the run, in milliseconds.
const (
	kindRun, kindRequest, kindUser, kindGroup, kindError = 0, 1, 2, 3, 4
	latin1, utf16LE                                      = 0, 1 // as the Java machine holds texts
)

// Bounds of what a log can sensibly have.
const (
	longestText = 1 << 20
	mostTexts   = 64 << 20 // bytes of texts that come again
	mostParts   = 100_000  // scenarios, assertions, groups in groups
)

// A log is read record by record.
type log struct {
	r     *bufio.Reader
	at    int64 // bytes read
	texts map[int32]string
	size  int // of texts
	start int64
	err   error // the first; nothing is read after it
}

func readBinary(r *bufio.Reader, t *convert.Tally) error {
	l := &log{r: r, texts: map[int32]string{}}
	errorsSeen := int64(0)
	for n := 1; ; n++ {
		kind, err := r.ReadByte()
		if errors.Is(err, io.EOF) && n > 1 {
			break
		}
		from := l.at
		l.at++
		l.record(kind, n, t, &errorsSeen)
		if errors.Is(l.err, io.EOF) || errors.Is(l.err, io.ErrUnexpectedEOF) {
			l.err = errors.New("the file ends in the middle of it: was Gatling killed, or the file cut?")
		}
		if l.err != nil {
			return fmt.Errorf("record %d (byte %d): %w", n, from, l.err)
		}
	}
	outside(t, errorsSeen)
	return nil
}

func (l *log) record(kind byte, n int, t *convert.Tally, errorsSeen *int64) {
	switch {
	case (kind == kindRun) != (n == 1):
		l.fail("is of kind %d: the first record alone is that of a run", kind)
	case kind == kindRun:
		l.run(t)
	case kind == kindRequest:
		l.request(t)
	case kind == kindUser:
		l.skip(4 + 1 + 4)
	case kind == kindGroup:
		l.groups()
		l.skip(4 + 4 + 4 + 1)
	case kind == kindError:
		*errorsSeen++
		l.again()
		l.skip(4)
	default:
		l.fail("is of kind %d, and the records of Gatling 3.12 and later that are known are 0 to 4: was the file damaged, or written by a Gatling that is newer than this tidemark?", kind)
	}
}

func (l *log) run(t *convert.Tally) {
	version := l.text()
	l.text() // the simulation's class
	l.start = l.long()
	l.text() // description
	for range l.count() {
		l.text() // a scenario
	}
	for range l.count() {
		l.skip(int(min(uint32(l.number()), longestText))) // an assertion
	}
	if l.err != nil {
		return
	}
	if year := time.UnixMilli(l.start).Year(); year < 2000 || year > 3000 {
		l.fail("the run began in the year %d", year)
		return
	}
	t.Tool = "Gatling " + version
	t.Began(time.UnixMilli(l.start))
}

func (l *log) request(t *convert.Tally) {
	groups := l.groups()
	name := l.again()
	start, end := int64(l.number()), int64(l.number())
	ok, message := l.byte() != 0, l.again()
	if l.err != nil {
		return
	}
	one, err := request(groups, name, l.start+start, l.start+end, ok, message)
	if err == nil {
		err = t.Add(one)
	}
	l.err = err
}

func (l *log) groups() (all []string) {
	for range l.count() {
		if l.err != nil {
			return nil
		}
		all = append(all, l.again())
	}
	return all
}

func (l *log) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf(format, args...)
	}
}

func (l *log) read(b []byte) {
	if l.err == nil {
		var n int
		n, l.err = io.ReadFull(l.r, b)
		l.at += int64(n)
	}
}

func (l *log) skip(n int) {
	if l.err == nil {
		var gone int
		gone, l.err = l.r.Discard(n)
		l.at += int64(gone)
	}
}

func (l *log) byte() byte {
	var b [1]byte
	l.read(b[:])
	return b[0]
}

func (l *log) number() int32 {
	var b [4]byte
	l.read(b[:])
	return int32(binary.BigEndian.Uint32(b[:]))
}

func (l *log) long() int64 {
	var b [8]byte
	l.read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]))
}

// count is a number of parts that follow.
func (l *log) count() int {
	n := l.number()
	if n < 0 || n > mostParts {
		l.fail("says that %d parts follow", n)
		return 0
	}
	return int(n)
}

func (l *log) text() string {
	n := l.number()
	if n < 0 || n > longestText {
		l.fail("has a text of %d bytes", n)
	}
	if n == 0 || l.err != nil {
		return ""
	}
	b := make([]byte, n)
	l.read(b)
	var runes []rune
	switch coder := l.byte(); {
	case l.err != nil:
		return ""
	case coder == latin1:
		runes = make([]rune, n)
		for i, c := range b {
			runes[i] = rune(c)
		}
	case coder == utf16LE && n%2 == 0:
		units := make([]uint16, n/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		runes = utf16.Decode(units)
	default:
		l.fail("has a text of %d bytes in encoding %d", n, coder)
	}
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == '\t' {
			return ' '
		}
		return c
	}, string(runes))
}

// again is a text that may have come before.
func (l *log) again() string {
	n := l.number()
	if l.err != nil {
		return ""
	}
	if n < 0 {
		text, known := l.texts[-n]
		if !known {
			l.fail("means the text number %d, which has not come", -n)
		}
		return text
	}
	text := l.text()
	if l.size += len(text); l.size > mostTexts {
		l.fail("has more than %d MB of names and messages", mostTexts>>20)
	}
	l.texts[n] = text
	return text
}
