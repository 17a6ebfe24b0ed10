// Package h2load reads what h2load writes with --log-file: for each request when it began, its status, and how long it took, in microseconds.
package h2load

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// Format is the log.
var Format = convert.Format{Name: "h2load", About: "what h2load writes with --log-file", Write: "h2load --log-file=results.tsv …", Looks: looks, Read: read}

var row = regexp.MustCompile(`^([0-9]{15,17})\t(-1|[1-5][0-9][0-9])\t([0-9]{1,12})(\t|$)`)

func looks(head []byte) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return row.Match(bytes.TrimRight(first, "\r"))
}

func read(in convert.Input, t *convert.Tally) error {
	t.Tool = "h2load"
	t.FromSending()
	lines := convert.NewLines(in)
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		m := row.FindSubmatch(bytes.TrimRight(line, "\r"))
		if m == nil {
			return lines.At("%.60q is no time in microseconds, status and duration, with tabs between them; was the file cut?", line)
		}
		at, _ := strconv.ParseInt(string(m[1]), 10, 64) // as many digits as the pattern has, all of them
		status, _ := strconv.Atoi(string(m[2]))
		took, _ := strconv.ParseInt(string(m[3]), 10, 64)
		r := convert.Request{Name: in.Name, Start: time.UnixMicro(at), Took: time.Duration(took) * time.Microsecond, Status: max(status, 0)}
		switch {
		case status < 0: // the stream broke; more is not told
			r.Outcome = bench.Reset
		case status >= 400:
			r.Outcome = bench.BadStatus
		}
		if err := t.Add(r); err != nil {
			return lines.At("%w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if lines.Number == 0 {
		return errors.New("is empty")
	}
	return nil
}
