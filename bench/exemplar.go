package bench

import (
	"encoding/json"
	"time"
)

// An Exemplar is one of the slowest requests, kept whole so that it can be looked at. Secrets are removed before it is made.
type Exemplar struct {
	Step       string
	Method     string
	Path       string
	Parameters string // a JSON object: the values from data that the request was made with, as {"users.id":7}; empty: none
	TraceID    string
	Outcome    Outcome
	Status     int
	Start      time.Duration // intended, from the start of the load
	Wait       time.Duration // from intended to sent
	FirstByte  time.Duration // from sent to the answer's first byte
	Body       time.Duration // from there to its end
	Response   time.Duration
	Size       int64
}

// exemplarRecord is an exemplar as the record tells it.
type exemplarRecord struct {
	Step       string          `json:"step,omitempty"`
	Method     string          `json:"method"`
	Path       string          `json:"path"`
	Parameters json.RawMessage `json:"parameters,omitempty"`
	TraceID    string          `json:"trace_id,omitempty"`
	Outcome    string          `json:"outcome"`
	Status     int             `json:"status,omitempty"`
	Start      float64         `json:"start_ms"`
	Wait       float64         `json:"wait_ms"`
	FirstByte  float64         `json:"first_byte_ms"`
	Body       float64         `json:"body_ms"`
	Response   float64         `json:"response_ms"`
	Size       int64           `json:"size"`
}

// MarshalJSON writes times in milliseconds.
func (e Exemplar) MarshalJSON() ([]byte, error) {
	return json.Marshal(exemplarRecord{e.Step, e.Method, e.Path, json.RawMessage(e.Parameters), e.TraceID, e.Outcome.String(), e.Status,
		Milliseconds(e.Start), Milliseconds(e.Wait), Milliseconds(e.FirstByte), Milliseconds(e.Body), Milliseconds(e.Response), e.Size})
}

// UnmarshalJSON reads what MarshalJSON wrote. An outcome that is not known, as of a later version, counts as malformed.
func (e *Exemplar) UnmarshalJSON(text []byte) error {
	var r exemplarRecord
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	span := func(ms float64) time.Duration {
		return time.Duration(ms * float64(time.Millisecond)).Round(time.Microsecond)
	}
	*e = Exemplar{r.Step, r.Method, r.Path, string(r.Parameters), r.TraceID, Malformed, r.Status, span(r.Start), span(r.Wait), span(r.FirstByte), span(r.Body), span(r.Response), r.Size}
	for o, name := range outcomeNames {
		if name == r.Outcome {
			e.Outcome = Outcome(o)
		}
	}
	return nil
}

// Milliseconds is d in milliseconds, to the microsecond.
func Milliseconds(d time.Duration) float64 { return float64(d.Round(time.Microsecond)) / 1e6 }
