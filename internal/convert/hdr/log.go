// Package hdr reads what HdrHistogram writes in any language: logs of interval histograms (.hlog) and tables of percentiles (.hgrm).
//
// Its stance: a log has histograms, and with intervals of a second also seconds: nothing is lost. A table has percentiles so close together
// that the histogram made of them is as good as read from it, and says so. Neither tells errors, and a table does not tell its unit.
package hdr

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/convert"
)

// Log is .hlog.
var Log = convert.Format{Name: "hdr-log", About: "a log of interval histograms of HdrHistogram (.hlog, version 1.2 or later)", Write: "HistogramLogWriter, with a line each second", Looks: looksLikeLog, Read: readLog}

func looksLikeLog(head []byte) bool {
	return bytes.Contains(head, []byte("Interval_Compressed_Histogram")) || bytes.HasPrefix(head, []byte("#[Histogram log format version")) || bytes.Contains(head[:min(len(head), 4096)], []byte(",HISTFAAA"))
}

// A series is the intervals of one tag.
type series struct {
	all       *hist.Histogram
	from, to  float64 // seconds
	intervals []interval
}

type interval struct {
	from, length float64
	times        *hist.Histogram
}

// A log is read line by line.
type log struct {
	t         *convert.Tally
	name      string
	unit      time.Duration
	start     float64 // as the log says it; 0: it does not
	base      float64 // that times are after
	tags      []string
	series    map[string]*series
	intervals int
}

const (
	mostIntervals = 200_000
	farPast       = 1e9 // seconds since 1970: an interval before is told from the start of the log
)

func readLog(in convert.Input, t *convert.Tally) error {
	l := &log{t: t, name: in.Name, unit: t.Unit, series: map[string]*series{}}
	t.Tool = "HdrHistogram"
	lines := convert.NewLines(in)
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		text := strings.TrimSpace(string(line))
		var err error
		switch {
		case text == "" || strings.HasPrefix(text, `"`):
		case strings.HasPrefix(text, "#"):
			err = l.comment(text)
		default:
			err = l.interval(text)
		}
		if err != nil {
			return lines.At("%w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return l.finish()
}

func (l *log) comment(text string) error {
	for _, c := range []struct {
		begins string
		into   *float64
	}{{"#[StartTime:", &l.start}, {"#[BaseTime:", &l.base}} {
		if rest, found := strings.CutPrefix(text, c.begins); found {
			number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			v, err := strconv.ParseFloat(number, 64)
			if err != nil || !(v >= 0 && v < 1e11) {
				return fmt.Errorf("%.30q is no time in seconds", number)
			}
			*c.into = v
		}
	}
	return nil
}

func (l *log) interval(text string) error {
	tag := ""
	if rest, found := strings.CutPrefix(text, "Tag="); found {
		tag, text, _ = strings.Cut(rest, ",")
	}
	fields := strings.Split(text, ",")
	if len(fields) != 4 {
		return fmt.Errorf("has %d fields; an interval has four: its start, its length, its largest value, and the histogram", len(fields))
	}
	var numbers [3]float64
	for i := range numbers {
		v, err := strconv.ParseFloat(strings.TrimSpace(fields[i]), 64)
		if err != nil || !(v >= 0 && v < 1e15) {
			return fmt.Errorf("%.30q is no number", fields[i])
		}
		numbers[i] = v
	}
	decoded, err := hdrhistogram.Decode([]byte(fields[3]))
	if err != nil {
		return fmt.Errorf("the histogram cannot be read: %w", err)
	}
	if l.intervals++; l.intervals > mostIntervals {
		return fmt.Errorf("has more than %d intervals", mostIntervals)
	}
	if err := l.unitOf(decoded.Max(), numbers[2]); err != nil {
		return err
	}
	times := &hist.Histogram{}
	if decoded.TotalCount() > 0 {
		for _, bar := range decoded.Distribution() {
			if bar.Count > 0 {
				times.RecordN(time.Duration(min(float64(bar.From+(bar.To-bar.From)/2)*float64(l.unit), float64(time.Hour))), bar.Count)
			}
		}
	}
	times.Compact()
	s := l.series[tag]
	if s == nil {
		s = &series{all: hist.New(), from: math.Inf(1)}
		l.tags, l.series[tag] = append(l.tags, tag), s
	}
	s.all.Add(times)
	s.from, s.to = min(s.from, numbers[0]), max(s.to, numbers[0]+numbers[1])
	s.intervals = append(s.intervals, interval{numbers[0], numbers[1], times})
	return nil
}

// unitOf finds a histogram's unit, where nobody said it: the largest value of an interval stands beside it in milliseconds, by custom.
func (l *log) unitOf(largest int64, shown float64) error {
	if l.unit > 0 || largest == 0 { // an interval without requests has none
		return nil
	}
	ratio := float64(largest) / shown
	for _, unit := range []time.Duration{time.Nanosecond, time.Microsecond, time.Millisecond} {
		if expected := float64(time.Millisecond) / float64(unit); ratio > expected*0.98 && ratio < expected*1.02 {
			l.unit = unit
			l.t.Note("values were taken as %s: then the largest of each interval, which stands beside it, is in milliseconds", map[time.Duration]string{time.Nanosecond: "nanoseconds", time.Microsecond: "microseconds", time.Millisecond: "milliseconds"}[unit])
			return nil
		}
	}
	return errors.New("the unit of its values is not clear: say it as --unit ns, us or ms")
}

func (l *log) finish() error {
	for _, tag := range l.tags {
		s := l.series[tag]
		name := tag
		if name == "" {
			name = l.name
		}
		if s.all.Count() == 0 {
			continue
		}
		base := l.base
		if base == 0 && s.from < farPast {
			base = l.start
		}
		if at := base + s.from; at >= farPast {
			l.t.Began(time.UnixMilli(int64(1000 * at)))
		}
		one := convert.Summary{Name: name, Requests: s.all.Count(), Duration: time.Duration((s.to - s.from) * float64(time.Second)), Histogram: s.all, Slices: s.slices()}
		one.Notes = append(one.Notes, "errors are not told: an HdrHistogram log counts response times alone")
		if one.Slices == nil {
			one.Notes = append(one.Notes, "intervals are not of a second each: there are no seconds, and confidence intervals assume that requests do not depend on each other")
		}
		if err := l.t.Summarize(one); err != nil {
			return err
		}
	}
	return nil
}

// slices are the seconds, if intervals are of one each.
func (s *series) slices() []*bench.Slice {
	all := make([]*bench.Slice, 0, len(s.intervals))
	for i, in := range s.intervals {
		if math.Abs(in.length-1) > 0.1 && i < len(s.intervals)-1 { // the last may be cut short
			return nil
		}
		slice := &bench.Slice{Second: i, Response: in.times, Service: in.times, Canary: &hist.Histogram{}, Lag: &hist.Histogram{}}
		slice.Outcomes[bench.OK] = in.times.Count()
		all = append(all, slice)
	}
	return all
}
