package convert

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/hist"
)

// A Spectrum is the rows of a table of percentiles as HdrHistogram prints them, and tools with it inside do.
type Spectrum struct {
	unit   time.Duration
	points []point
	whole  bool // the last row, of all answers, has come
	mean   time.Duration
}

// NewSpectrum is an empty one, of values in a unit.
func NewSpectrum(unit time.Duration) *Spectrum { return &Spectrum{unit: unit} }

const mostRows = 100_000

// Row reads a row: value, percentile, how many answers took no longer, and for all but the last 1/(1-percentile).
func (s *Spectrum) Row(text string) error {
	f := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' })
	if len(f) != 4 && len(f) != 3 {
		return fmt.Errorf("has %d fields; a row has a value, a percentile, a count and 1/(1-percentile)", len(f))
	}
	value, err := strconv.ParseFloat(f[0], 64)
	if err != nil || !(value >= 0 && value < 1e15) {
		return fmt.Errorf("%.30q is no value", f[0])
	}
	share, err := strconv.ParseFloat(f[1], 64)
	if err != nil || !(share >= 0 && share <= 1) {
		return fmt.Errorf("%.30q is no percentile from 0 to 1", f[1])
	}
	count, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || count < 0 || count > 1e15 {
		return fmt.Errorf("%.30q is no count", f[2])
	}
	if len(s.points) == mostRows {
		return fmt.Errorf("has more than %d rows", mostRows)
	}
	s.whole = share == 1
	s.points = append(s.points, point{value: time.Duration(value * float64(s.unit)), count: count})
	return nil
}

// Footer reads what stands below the rows: the mean.
func (s *Spectrum) Footer(text string) {
	_, rest, found := strings.Cut(text, "Mean")
	if !found {
		return
	}
	number, _, _ := strings.Cut(strings.TrimLeft(rest, " ="), ",")
	if mean, err := strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil && mean >= 0 && mean < 1e15 {
		s.mean = time.Duration(mean * float64(s.unit))
	}
}

// leastRows is how many rows a distribution has at least: a table at one tick for each half distance has a dozen.
const leastRows = 5

// Histogram is what the rows say. It is an error if the last of them are missing.
func (s *Spectrum) Histogram() (*hist.Histogram, time.Duration, error) {
	if len(s.points) < leastRows || !s.whole {
		return nil, 0, errors.New("the table of percentiles ends before its last row, of percentile 1: was the file cut?")
	}
	h, err := fromPoints(s.points)
	if err == nil && h.Count() == 0 {
		err = errors.New("the table of percentiles counts no answer")
	}
	return h, s.mean, err
}

// Said says what was made of it.
func (s *Spectrum) Said() string {
	return fmt.Sprintf("the histogram was made of %d percentiles: between two of them, times are those of the higher", len(s.points))
}

// A point of a spectrum is a value, and how many answers took no longer.
type point struct {
	value time.Duration
	count int64
}

// fromPoints makes a histogram of points in the order of their values: the answers between two take the time of the later one, as
// HdrHistogram says it of a percentile.
func fromPoints(points []point) (*hist.Histogram, error) {
	h, last := hist.New(), point{}
	for _, p := range points {
		if p.value < last.value || p.count < last.count || p.value > longestSpan {
			return nil, fmt.Errorf("%d answers within %s follow %d within %s: percentiles rise", p.count, p.value, last.count, last.value)
		}
		h.RecordN(p.value, p.count-last.count)
		last = p
	}
	return h, nil
}
