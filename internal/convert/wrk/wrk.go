// Package wrk reads what wrk2 and wrk print with --latency.
//
// Its stance: wrk2 counts from when a request should have been sent and prints its whole distribution, so little is lost but the seconds. wrk
// counts from the sending, and prints four percentiles: these are imported, and nothing is made of them.
package wrk

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// The formats.
var (
	Wrk2 = convert.Format{Name: "wrk2", About: "what wrk2 prints with --latency", Write: "wrk -R 200 --latency … > results.txt", Looks: func(head []byte) bool { return isWrk(head) && bytes.Contains(head, []byte("HdrHistogram")) }, Read: read}
	Wrk  = convert.Format{Name: "wrk", About: "what wrk prints with --latency", Write: "wrk --latency … > results.txt", Looks: func(head []byte) bool { return isWrk(head) && !bytes.Contains(head, []byte("HdrHistogram")) }, Read: read}
)

var running = regexp.MustCompile(`(?m)^Running (\S+) test @ (\S+)`)

func isWrk(head []byte) bool { return running.Match(head[:min(len(head), 4096)]) }

var (
	connections = regexp.MustCompile(`^([0-9]+) threads and ([0-9]+) connections$`)
	latency     = regexp.MustCompile(`^Latency +(\S+) +\S+ +(\S+) +`)
	quantile    = regexp.MustCompile(`^([0-9.]+)% +(\S+)$`)
	total       = regexp.MustCompile(`^([0-9]+) requests in (\S+),`)
	sockets     = regexp.MustCompile(`^Socket errors: connect ([0-9]+), read ([0-9]+), write ([0-9]+), timeout ([0-9]+)$`)
	badStatus   = regexp.MustCompile(`^Non-2xx or 3xx responses: ([0-9]+)$`)
)

// A printed report.
type report struct {
	target      string
	name        string
	length      time.Duration // as asked for
	connections int
	latency     map[string]time.Duration
	spectrum    *convert.Spectrum
	requests    int64
	took        time.Duration
	failed      map[string]int64
	corrected   bool // wrk2's
	ended       bool
}

func read(in convert.Input, t *convert.Tally) error {
	r := report{latency: map[string]time.Duration{}, failed: map[string]int64{}}
	lines := convert.NewLines(in)
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		if err := r.line(strings.TrimSpace(string(line))); err != nil {
			return lines.At("%w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return r.tell(t)
}

func (r *report) line(text string) (err error) {
	switch {
	case strings.HasPrefix(text, "Running "):
		m := running.FindStringSubmatch(text)
		if m == nil || r.name != "" {
			return errors.New("begins a second report: give one file for each")
		}
		if r.length, err = duration(m[1]); err != nil {
			return err
		}
		r.name, r.target = convert.Endpoint("", m[2])
	case strings.Contains(text, "HdrHistogram - Uncorrected"):
		return errors.New("has times that are not corrected for delayed starts (-U): print those that are, with --latency alone")
	case strings.Contains(text, "HdrHistogram"):
		r.corrected = true
	case strings.HasPrefix(text, "Value") && strings.Contains(text, "TotalCount"):
		if r.spectrum != nil {
			return errors.New("has a second table of percentiles: print the latencies alone, without -B or -U")
		}
		r.spectrum = convert.NewSpectrum(time.Millisecond)
	case strings.HasPrefix(text, "#["):
		if r.spectrum != nil {
			r.spectrum.Footer(text)
		}
	case total.MatchString(text):
		m := total.FindStringSubmatch(text)
		r.ended = true
		if r.requests, err = strconv.ParseInt(m[1], 10, 64); err == nil {
			r.took, err = duration(m[2])
		}
	case r.spectrum != nil && !r.ended && text != "" && text[0] >= '0' && text[0] <= '9':
		err = r.spectrum.Row(text)
	default:
		err = r.figure(text)
	}
	return err
}

// figure reads the rest of what is printed.
func (r *report) figure(text string) (err error) {
	if m := connections.FindStringSubmatch(text); m != nil {
		r.connections, err = strconv.Atoi(m[2])
	} else if m := latency.FindStringSubmatch(text); m != nil {
		if r.latency["mean"], err = duration(m[1]); err == nil {
			r.latency["max"], err = duration(m[2])
		}
	} else if m := quantile.FindStringSubmatch(text); m != nil {
		name := map[string]string{"50": "p50", "90": "p90", "99": "p99", "50.000": "p50", "90.000": "p90", "99.000": "p99", "99.900": "p999"}[m[1]]
		if name != "" {
			r.latency[name], err = duration(m[2])
		}
	} else if m := sockets.FindStringSubmatch(text); m != nil {
		for i, kind := range []bench.Outcome{bench.Refused, bench.Reset, bench.Reset, bench.Timeout} {
			n, err := strconv.ParseInt(m[1+i], 10, 64)
			if err != nil {
				return err
			}
			r.failed[kind.String()] += n
		}
	} else if m := badStatus.FindStringSubmatch(text); m != nil {
		r.failed[bench.BadStatus.String()], err = strconv.ParseInt(m[1], 10, 64)
	}
	return err
}

// tell is what the report says.
func (r *report) tell(t *convert.Tally) error {
	switch {
	case r.name == "":
		return errors.New("is no report of wrk: none of its lines begins `Running … test @ …`")
	case !r.ended:
		return errors.New("the report ends before its total, as `2000 requests in 10.00s`: was wrk killed, or the file cut?")
	case r.latency["p50"] == 0 && r.spectrum == nil:
		return errors.New("has no percentiles: run it with --latency")
	}
	t.Target(r.target)
	t.Load = bench.LoadRecord{Model: "closed", Users: r.connections, Duration: r.length.Seconds()}
	s := convert.Summary{Name: r.name, Requests: r.requests, Errors: r.failed, Duration: r.took, Latency: r.latency}
	for kind, n := range r.failed { // those of sockets are none of the requests that were completed
		if kind != bench.BadStatus.String() {
			s.Requests += n
		}
	}
	if n := r.failed[bench.BadStatus.String()]; n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("the times of %d answers with an error's status are among the others: wrk does not tell them apart", n))
	}
	t.Tool = "wrk"
	if r.corrected {
		t.Tool = "wrk2"
		t.Load = bench.LoadRecord{Model: "open", Connections: r.connections, Duration: r.length.Seconds()}
		s.Notes = append(s.Notes, "the rate that was asked for is not told")
	} else {
		t.FromSending()
	}
	if r.spectrum == nil {
		if r.corrected {
			s.Notes = append(s.Notes, "the table of percentiles is not there: print it with --latency")
		}
		return t.Summarize(s)
	}
	h, mean, err := r.spectrum.Histogram()
	if err != nil {
		return err
	}
	s.Histogram, s.Spectrum, s.Latency = h, true, map[string]time.Duration{}
	if mean > 0 {
		s.Latency["mean"] = mean
	}
	s.Notes = append(s.Notes, r.spectrum.Said(), fmt.Sprintf("percentiles are of %d of %d requests: wrk2 leaves those of its calibration out", h.Count(), r.requests))
	return t.Summarize(s)
}

// duration reads a time as wrk prints it: 921.00us, 6.67ms, 1.02s, 1.50m, 2.00h.
func duration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%.30q is no duration as wrk prints it", text)
	}
	return d, nil
}
