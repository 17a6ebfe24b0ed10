package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
)

// A slice is a line of a slices file. Histograms are HdrHistogram V2, compressed, base64, at two digits.
type slice struct {
	Scenario string           `json:"scenario"`
	Second   int              `json:"second"`
	Outcomes map[string]int64 `json:"outcomes"`
	Delayed  int64            `json:"delayed,omitempty"`
	Response string           `json:"response"`
	Service  string           `json:"service"`
	Canary   string           `json:"canary"`
}

// window is how far back zstd looks: lines are alike, and the default would cost more memory than a thousand users.
const window = 128 << 10

// Slices writes what each second saw: a line of JSON for each, compressed with zstd.
func Slices(w io.Writer, series []bench.Series) error {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return err
	}
	e := json.NewEncoder(z)
	for _, s := range series {
		for _, sl := range s.Slices {
			line := slice{Scenario: s.Scenario, Second: sl.Second, Outcomes: map[string]int64{}, Delayed: sl.Delayed}
			for o, n := range sl.Outcomes {
				if n > 0 {
					line.Outcomes[bench.Outcome(o).String()] = n
				}
			}
			response, err := sl.Response.Coarse()
			if err != nil {
				return err
			}
			service, err := sl.Service.Coarse()
			if err != nil {
				return err
			}
			canary, err := sl.Canary.Coarse()
			if err != nil {
				return err
			}
			line.Response, line.Service, line.Canary = string(response), string(service), string(canary)
			if err := e.Encode(line); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// mostInMemory is what a slices file may take while it is read, beside its histograms.
const mostInMemory = 64 << 20

// ReadSlices reads what Slices wrote: each scenario's seconds, without their exemplars.
func ReadSlices(r io.Reader) (all []bench.Series, err error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostInMemory))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	d := json.NewDecoder(z)
	for {
		var line struct {
			Scenario                  string
			Second                    int
			Outcomes                  map[string]int64
			Delayed                   int64
			Response, Service, Canary *hist.Histogram
		}
		if err := d.Decode(&line); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("the seconds of a run: %w", err)
		}
		if line.Response == nil || line.Service == nil || line.Canary == nil {
			return nil, fmt.Errorf("the seconds of a run: second %d of scenario %q lacks a histogram", line.Second, line.Scenario)
		}
		s := &bench.Slice{Second: line.Second, Delayed: line.Delayed, Response: line.Response, Service: line.Service, Canary: line.Canary, Lag: hist.New()}
		for o := range bench.OutcomeCount {
			s.Outcomes[o] = line.Outcomes[o.String()]
		}
		s.Compact()
		if n := len(all); n == 0 || all[n-1].Scenario != line.Scenario {
			all = append(all, bench.Series{Scenario: line.Scenario})
		}
		last := &all[len(all)-1]
		last.Slices = append(last.Slices, s)
	}
}

// SlicesFile reads the slices that were saved with a run; none where there is no file.
func SlicesFile(path string) ([]bench.Series, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return ReadSlices(f)
}
