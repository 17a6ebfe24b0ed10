package report

import (
	"encoding/json"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/bench"
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
