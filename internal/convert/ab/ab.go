// Package ab reads the two files that ab, the benchmark of Apache's server, writes: -g, a line for each request, and -e, a hundred percentiles.
//
// Its stance: -g is what to give, since it counts. -e does not say of how many requests its percentiles are, so they are shown and not judged.
// Neither tells which requests failed.
package ab

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/convert"
)

// Format is both.
var Format = convert.Format{Name: "ab", About: "what ab writes with -g (each request) or -e (percentiles)", Write: "ab -g results.tsv …", Looks: looks, Read: read}

const (
	requestTitle    = "starttime\tseconds\tctime\tdtime\tttime\twait"
	percentileTitle = "Percentage served,Time in ms"
)

func looks(head []byte) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	title := strings.TrimSpace(string(first))
	return title == requestTitle || title == percentileTitle
}

func read(in convert.Input, t *convert.Tally) error {
	lines := convert.NewLines(in)
	first, _ := lines.Next()
	if err := lines.Err(); err != nil {
		return err
	}
	t.Tool = "ab"
	t.FromSending()
	switch strings.TrimSpace(string(first)) {
	case requestTitle:
		return readRequests(lines, in.Name, t)
	case percentileTitle:
		return readPercentiles(lines, in.Name, t)
	}
	return lines.At("begins with neither %q, as what -g writes, nor %q, as -e", requestTitle, percentileTitle)
}

// readRequests reads -g: when a request began, to the second, and how long it took, in whole milliseconds. The lines are sorted by that.
func readRequests(lines *convert.Lines, name string, t *convert.Tally) error {
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		f := strings.Split(string(line), "\t")
		if len(f) != 6 {
			return lines.At("has %d columns, and not six: was the file cut?", len(f))
		}
		at, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil || at < 1e9 || at > 1e11 {
			return lines.At("%.30q is no time in seconds", f[1])
		}
		took, err := strconv.ParseInt(f[4], 10, 64)
		if err != nil || took < 0 || took > 1e9 {
			return lines.At("%.30q is no duration in milliseconds", f[4])
		}
		if err := t.Add(convert.Request{Name: name, Start: time.Unix(at, 0), Took: time.Duration(took) * time.Millisecond}); err != nil {
			return lines.At("%w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if lines.Number < 2 {
		return errors.New("has no request")
	}
	t.Untold("errors")
	t.Note("ab -g writes whole milliseconds and whole seconds, and neither statuses nor which requests failed: see ab's own report for those")
	return nil
}

func readPercentiles(lines *convert.Lines, name string, t *convert.Tally) error {
	s := convert.Summary{Name: name, Requests: -1, Latency: map[string]time.Duration{}}
	names := map[string]string{"0": "min", "50": "p50", "90": "p90", "95": "p95", "99": "p99", "100": "max"}
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		percent, value, found := strings.Cut(strings.TrimSpace(string(line)), ",")
		ms, err := strconv.ParseFloat(value, 64)
		if !found || err != nil || !(ms >= 0 && ms < 1e9) {
			return lines.At("%.30q is no percentage and time, as `95,12.3`", line)
		}
		if n := names[percent]; n != "" {
			s.Latency[n] = time.Duration(ms * float64(time.Millisecond))
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if _, whole := s.Latency["p99"]; !whole {
		return errors.New("ends before its last percentiles: was the file cut?")
	}
	s.Notes = []string{"of how many requests they are, in what time, and how many failed, is not told: give the file of ab -g"}
	return t.Summarize(s)
}
