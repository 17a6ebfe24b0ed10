// Package locust reads the CSV files that Locust writes with --csv: _stats.csv and, beside it, _stats_history.csv.
//
// Its stance: the first has percentiles of each request's name, and nothing that could be made into a histogram; the second says when and with
// how many users. Its percentiles are of the last ten seconds each, and no second's: they are left alone.
package locust

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// Format is both files, which may be given together.
var Format = convert.Format{Name: "locust", About: "_stats.csv of Locust, and _stats_history.csv beside it", Write: "locust --headless --csv results …", Looks: looks, Read: read}

const (
	statsTitle   = "Type,Name,Request Count,Failure Count,"
	historyTitle = "Timestamp,User Count,Type,Name,"
)

func looks(head []byte) bool {
	title := strings.ReplaceAll(string(head[:min(len(head), 200)]), `"`, "") // older versions quote
	return strings.HasPrefix(title, statsTitle) || strings.HasPrefix(title, historyTitle)
}

// A table is one of them.
type table struct {
	rows    *csv.Reader
	columns map[string]int
	row     []string
	line    int
}

func (t *table) next() (ok bool, err error) {
	t.row, err = t.rows.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, convert.CSVError(err)
	}
	t.line, _ = t.rows.FieldPos(0)
	return true, nil
}

func (t *table) field(name string) string {
	if at, there := t.columns[name]; there {
		return t.row[at]
	}
	return ""
}

// number is a field's; NaN where Locust has none, as N/A.
func (t *table) number(name string) (float64, error) {
	text := t.field(name)
	if text == "" || text == "N/A" || text == "None" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v < 1e15) {
		return 0, fmt.Errorf("line %d: %.30q is no %s", t.line, text, name)
	}
	return v, nil
}

func read(in convert.Input, tally *convert.Tally) error {
	t := &table{rows: csv.NewReader(convert.Bounded(in)), columns: map[string]int{}}
	ok, err := t.next()
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("is empty")
	}
	for i, name := range t.row {
		t.columns[strings.TrimPrefix(name, "# ")] = i
	}
	title := strings.Join(t.row, ",") + ","
	tally.Tool = "Locust"
	switch {
	case strings.HasPrefix(title, statsTitle):
		return readStats(t, tally)
	case strings.HasPrefix(title, historyTitle):
		return readHistory(t, tally)
	}
	return errors.New("line 1: has neither the columns of Locust's _stats.csv nor those of its _stats_history.csv")
}

// percentiles are columns, and what they are.
var percentiles = map[string]string{"50%": "p50", "90%": "p90", "95%": "p95", "99%": "p99", "99.9%": "p999", "100%": "max", "Min Response Time": "min", "Average Response Time": "mean"}

func readStats(t *table, tally *convert.Tally) error {
	tally.FromSending()
	tally.Note("Locust tells percentiles alone, of at most two digits, those of failed requests among them: there are neither intervals nor seconds")
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return err
		}
		s, err := t.summary(percentiles)
		if err != nil {
			return err
		}
		rate, err := t.number("Requests/s")
		if err != nil {
			return err
		}
		if rate > 0 { // Locust's own rate is of the time from its start to the last request
			s.Duration = time.Duration(min(float64(s.Requests)/rate, 1e9) * float64(time.Second))
		}
		if t.field("Name") == "Aggregated" && t.field("Type") == "" {
			s.Name = "all requests"
			tally.Otherwise(s)
			continue
		}
		if s.Requests == 0 {
			continue
		}
		if err := tally.Summarize(s); err != nil {
			return fmt.Errorf("line %d: %w", t.line, err)
		}
	}
}

// summary is what a row says of how many there were and how long they took.
func (t *table) summary(columns map[string]string) (s convert.Summary, err error) {
	s = convert.Summary{Name: strings.TrimSpace(t.field("Type") + " " + t.field("Name")), Latency: map[string]time.Duration{}}
	prefix := ""
	if _, total := t.columns["Total Request Count"]; total {
		prefix = "Total "
	}
	requests, err := t.number(prefix + "Request Count")
	if err != nil {
		return s, err
	}
	failures, err := t.number(prefix + "Failure Count")
	if err != nil {
		return s, err
	}
	if math.IsNaN(requests) || math.IsNaN(failures) || failures > requests {
		return s, fmt.Errorf("line %d: %.20q requests, of which %.20q failed, cannot be", t.line, t.field(prefix+"Request Count"), t.field(prefix+"Failure Count"))
	}
	s.Requests, s.Errors = int64(requests), map[string]int64{"failed": int64(failures)}
	for column, name := range columns {
		ms, err := t.number(column)
		if err != nil {
			return s, err
		}
		if !math.IsNaN(ms) {
			s.Latency[name] = time.Duration(min(ms, 1e9) * float64(time.Millisecond))
		}
	}
	return s, nil
}

// totals are the columns of the history that are of the whole run until then.
var totals = map[string]string{"Total Median Response Time": "p50", "Total Average Response Time": "mean", "Total Min Response Time": "min", "Total Max Response Time": "max"}

func readHistory(t *table, tally *convert.Tally) error {
	first, users := int64(0), 0.0
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		at, err := strconv.ParseInt(t.field("Timestamp"), 10, 64)
		if err != nil || at < 1e9 || at > 1e11 {
			return fmt.Errorf("line %d: %.30q is no time in seconds since 1970", t.line, t.field("Timestamp"))
		}
		n, err := t.number("User Count")
		if err != nil {
			return err
		}
		if first == 0 {
			first = at
			tally.Began(time.Unix(at, 0))
		}
		if n > users {
			users = n
			tally.Load = bench.LoadRecord{Model: "closed", Users: int(min(users, 1e9))}
		}
		if t.field("Name") != "Aggregated" {
			continue
		}
		s, err := t.summary(totals)
		if err != nil {
			return err
		}
		if s.Requests > 0 { // the last line is of the whole run
			s.Name, s.Duration = "all requests", time.Duration(at-first)*time.Second
			s.Notes = []string{"the history has the median, the mean and the extremes of the whole run alone: give _stats.csv for percentiles of each name"}
			tally.Otherwise(s)
		}
	}
	if first == 0 {
		return errors.New("has no line but its first")
	}
	return nil
}
