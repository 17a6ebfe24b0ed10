package k6

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const (
	longestLine = 1 << 20        // of k6's, which have some hundreds of letters
	mostNames   = 100            // of requests; the others are put together
	longestTest = 72 * time.Hour // a time beyond it is no time of this test
	mostWide    = 3              // seconds of a part that are held ready to count: each takes some hundred kilobytes
)

// A Stream takes the lines of a metric stream, in the order in which they come.
type Stream struct {
	o          Options
	origin     time.Time // the first request's start: seconds count from it
	parts      map[part]*measured
	first      map[string]time.Time // of each scenario
	tallies    map[string]*tally    // of each scenario
	thresholds map[string][]string  // of metrics, as far as the stream repeats them
	hosts      map[string]int64
	lines      int64
	points     int64
	strangers  int64  // lines that are none of k6's
	example    string // of them
	left       int64  // requests of setup, teardown and warm-up
	unsent     int64  // timed out before they were sent
}

// A part is the finest that requests are sorted by.
type part struct{ scenario, group, name string }

// measured are the requests of a part.
type measured struct {
	slices      map[int]*bench.Slice // by the second
	wide        []int                // seconds whose slices are ready to count
	statuses    map[int]int64        // 0: no answer
	first, last time.Time            // sent
}

// A tally is what k6 counts of a scenario beside its requests.
type tally struct {
	iterations, dropped int64
	checks              map[string]*check
	order               []string // of the checks
	unexpected          int64    // that our own scripts count: requests whose answer was not as it has to be
}

type check struct{ passed, failed int64 }

// NewStream is one without lines.
func NewStream(o Options) *Stream {
	return &Stream{o: o, parts: map[part]*measured{}, first: map[string]time.Time{}, tallies: map[string]*tally{}, thresholds: map[string][]string{}, hosts: map[string]int64{}}
}

// ReadFrom takes all lines of a reader, to its end. What cannot be read is told in the end, after what could.
func (s *Stream) ReadFrom(r io.Reader) (int64, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	var n int64
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) { // --out json=file.gz
		z, err := gzip.NewReader(b)
		if err != nil {
			return 0, fmt.Errorf("gzip: %w", err)
		}
		b = bufio.NewReaderSize(z, 64<<10)
	}
	var line []byte
	for {
		piece, err := b.ReadSlice('\n')
		n += int64(len(piece))
		if len(line) <= longestLine {
			line = append(line, piece...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(bytes.TrimSpace(line)) > 0 {
			s.Line(line)
		}
		line = line[:0]
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// envelope is a line of k6's.
type envelope struct {
	Type   string `json:"type"`
	Metric string `json:"metric"`
	Data   struct {
		Time       time.Time       `json:"time"`
		Value      float64         `json:"value"`
		Tags       tags            `json:"tags"`
		Thresholds json.RawMessage `json:"thresholds"`
	} `json:"data"`
}

type tags struct {
	Scenario, Group, Name, URL, Method, Status, Phase, Check string

	Expected  string `json:"expected_response"`
	ErrorCode string `json:"error_code"`
}

// wanted are the metrics that say something here. Most lines are of others.
var wanted = map[string]bool{"http_req_duration": true, "checks": true, "errors": true, "iterations": true, "dropped_iterations": true}

// ofOthers reports whether a line is a point of a metric that says nothing here, as far as its beginning and its end tell: k6 writes the metric first.
func ofOthers(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte(`{"metric":"`))
	name, rest, closed := bytes.Cut(rest, []byte(`"`))
	return found && closed && !wanted[string(name)] && bytes.HasPrefix(rest, []byte(`,"type":"Point","data":{`)) && bytes.HasSuffix(rest, []byte("}}}"))
}

// Line takes one line.
func (s *Stream) Line(line []byte) {
	s.lines++
	line = bytes.TrimSpace(line)
	if len(line) <= longestLine && ofOthers(line) {
		s.points++
		return
	}
	var e envelope
	if len(line) > longestLine || json.Unmarshal(line, &e) != nil || e.Metric == "" || e.Type != "Point" && e.Type != "Metric" {
		s.stranger(line)
		return
	}
	if e.Type == "Metric" {
		s.metric(e)
		return
	}
	if e.Data.Time.IsZero() || math.IsNaN(e.Data.Value) || e.Data.Value < 0 || e.Data.Value > float64(longestTest/time.Millisecond) {
		s.stranger(line)
		return
	}
	switch e.Metric {
	case "http_req_duration":
		if !s.request(e) {
			s.stranger(line)
			return
		}
	case "iterations":
		s.tally(e.Data.Tags.Scenario).iterations += int64(e.Data.Value)
	case "dropped_iterations":
		s.tally(e.Data.Tags.Scenario).dropped += int64(e.Data.Value)
	case "checks":
		s.check(e)
	case "errors":
		if e.Data.Tags.Phase == phaseMeasured && e.Data.Value > 0 {
			s.tally(e.Data.Tags.Scenario).unexpected++
		}
	}
	s.points++
}

func (s *Stream) stranger(line []byte) {
	if s.strangers++; s.strangers == 1 {
		s.example = fmt.Sprintf("line %d: %.20q", s.lines, line)
	}
}

func (s *Stream) metric(e envelope) {
	s.points++
	var plain []string
	if json.Unmarshal(e.Data.Thresholds, &plain) == nil && len(plain) > 0 { // none: null, or not there
		s.thresholds[e.Metric] = plain
	}
}

func (s *Stream) tally(scenario string) *tally {
	t := s.tallies[scenario]
	if t == nil {
		t = &tally{checks: map[string]*check{}}
		s.tallies[scenario] = t
	}
	return t
}

func (s *Stream) check(e envelope) {
	t := s.tally(e.Data.Tags.Scenario)
	c := t.checks[e.Data.Tags.Check]
	if c == nil {
		if len(t.order) >= mostNames {
			return
		}
		c = &check{}
		t.checks[e.Data.Tags.Check], t.order = c, append(t.order, e.Data.Tags.Check)
	}
	if c.failed++; e.Data.Value > 0 {
		c.failed, c.passed = c.failed-1, c.passed+1
	}
}

// The phases that our own scripts tell of each request.
const (
	phaseMeasured = "measured"
	phaseWarmup   = "warmup"
	phaseSetup    = "setup"
)

// request takes a point of http_req_duration; false: its time is none of this test.
func (s *Stream) request(e envelope) bool {
	t, took := e.Data.Tags, time.Duration(e.Data.Value*float64(time.Millisecond))
	start := e.Data.Time.Add(-took) // a point bears the time of the answer's end
	if s.origin.IsZero() {
		s.origin = start
	}
	at := start.Sub(s.origin)
	if at > longestTest || at < -longestTest {
		return false
	}
	aside := t.Phase == phaseWarmup || t.Phase == phaseSetup || strings.HasPrefix(t.Group, "::setup") || strings.HasPrefix(t.Group, "::teardown")
	if !aside {
		if _, seen := s.first[t.Scenario]; !seen {
			s.first[t.Scenario] = start
		}
		aside = s.o.Warmup > 0 && start.Sub(s.first[t.Scenario]) < s.o.Warmup // points do not come in the order of their starts
	}
	name, host := requestName(t)
	status, _ := strconv.Atoi(t.Status) // no number: not told
	r := Request{t.Scenario, t.Group, name, start, took, outcome(t), status, !aside}
	if s.o.Each != nil {
		s.o.Each(r)
	}
	if aside {
		s.left++
		return true
	}
	s.hosts[host]++
	if r.Outcome == bench.Timeout && took == 0 {
		s.unsent++
	}
	s.part(part{t.Scenario, t.Group, name}).record(r, at)
	return true
}

// part is that of a key, or, where there are too many, the one for all others.
func (s *Stream) part(key part) *measured {
	m := s.parts[key]
	if m == nil && len(s.parts) >= mostNames {
		key = part{key.scenario, "", "other requests"}
		m = s.parts[key]
	}
	if m == nil {
		m = &measured{slices: map[int]*bench.Slice{}, statuses: map[int]int64{}}
		s.parts[key] = m
	}
	return m
}

// record counts a request that was sent at a time of the test.
func (m *measured) record(r Request, at time.Duration) {
	if m.first.IsZero() || r.Start.Before(m.first) {
		m.first = r.Start
	}
	if r.Start.After(m.last) {
		m.last = r.Start
	}
	slice := m.slice(int(math.Floor(at.Seconds())))
	m.statuses[r.Status]++
	if r.Outcome == bench.Timeout && r.Took == 0 { // before it was sent; it would be the fastest of all
		slice.Outcomes[r.Outcome]++
		return
	}
	slice.Record(bench.Measurement{Intended: at, Sent: at, Done: at + r.Took, Outcome: r.Outcome})
}

// slice is that of a second, ready to count. Points come about in the order in which requests ended, so seconds come and go; most are small.
func (m *measured) slice(second int) *bench.Slice {
	s := m.slices[second]
	if s == nil {
		s = bench.NewSlice(second)
		s.Compact()
		m.slices[second] = s
	}
	if !slices.Contains(m.wide, second) {
		if len(m.wide) == mostWide {
			m.slices[m.wide[0]].Compact()
			m.wide = slices.Delete(m.wide, 0, 1)
		}
		m.wide = append(m.wide, second)
	}
	return s
}

// outcome is how a request ended, by what k6 expects of answers (status 200 to 399, if the script does not say otherwise) and its error codes.
func outcome(t tags) bench.Outcome {
	failed := t.Expected == "false" || t.Expected == "" && (t.Status == "0" || t.Status >= "400" && len(t.Status) == 3)
	if !failed {
		return bench.OK
	}
	if t.Status != "0" && t.Status != "" {
		return bench.BadStatus
	}
	switch code := t.ErrorCode; {
	case code == "1050" || code == "1211": // of the request, of the connection
		return bench.Timeout
	case code == "1212":
		return bench.Refused
	case strings.HasPrefix(code, "11"):
		return bench.DNSFailure
	case strings.HasPrefix(code, "13"):
		return bench.TLSFailure
	case strings.HasPrefix(code, "12"), strings.HasPrefix(code, "15"), strings.HasPrefix(code, "16"):
		return bench.Reset
	}
	return bench.Malformed
}
