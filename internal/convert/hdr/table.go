package hdr

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/convert"
)

// Table is .hgrm.
var Table = convert.Format{Name: "hdr-percentiles", About: "a table of percentiles of HdrHistogram (.hgrm, as text or CSV)", Write: "outputPercentileDistribution of the histogram", Looks: looksLikeTable, Read: readTable}

func looksLikeTable(head []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte("\n"))
	return isTitle(string(first))
}

// isTitle reports whether a line is the names of a table's columns.
func isTitle(line string) bool {
	f := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' || c == '"' || c == '\r' })
	return len(f) == 4 && f[0] == "Value" && f[1] == "Percentile" && f[2] == "TotalCount"
}

func readTable(in convert.Input, t *convert.Tally) error {
	if t.Unit == 0 {
		return errors.New("a table of percentiles does not tell the unit of its values: say it as --unit ms, us, ns or s (outputPercentileDistribution with a scale of 1000000 makes nanoseconds milliseconds)")
	}
	t.Tool = "HdrHistogram"
	lines := convert.NewLines(in)
	s := convert.NewSpectrum(t.Unit)
	titled := false
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		text := strings.TrimSpace(string(line))
		switch {
		case text == "" || strings.HasPrefix(text, "#["):
			s.Footer(text)
		case !titled && isTitle(text):
			titled = true
		default:
			if err := s.Row(text); err != nil {
				return lines.At("%w", err)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	h, mean, err := s.Histogram()
	if err != nil {
		return err
	}
	one := convert.Summary{Name: in.Name, Requests: h.Count(), Histogram: h, Spectrum: true, Notes: []string{s.Said(), "neither errors nor times are told: there are no seconds and no throughput"}}
	if mean > 0 {
		one.Latency = map[string]time.Duration{"mean": mean}
	}
	return t.Summarize(one)
}
