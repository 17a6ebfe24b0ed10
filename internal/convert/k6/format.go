package k6

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/tidemark/tidemark/internal/convert"
)

// StreamFormat is k6's metric stream: each request.
var StreamFormat = convert.Format{Name: "k6", About: "the metric stream of k6", Write: "k6 run --out json=results.json script.js", Looks: looksLikeStream, Read: readStream}

func looksLikeStream(head []byte) bool {
	first, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte("\n"))
	return bytes.HasPrefix(first, []byte("{")) && bytes.Contains(first, []byte(`"metric":`)) && (bytes.Contains(first, []byte(`"type":"Metric"`)) || bytes.Contains(first, []byte(`"type":"Point"`)))
}

func readStream(in convert.Input, t *convert.Tally) error {
	var failed error
	s := NewStream(Options{Each: func(r Request) {
		if r.Measured && failed == nil {
			failed = t.Add(convert.Request{Name: r.called(), Start: r.Start, Took: r.Took, Outcome: r.Outcome, Status: r.Status})
		}
	}})
	if _, err := s.ReadFrom(in); err != nil {
		t.Note("the stream breaks off: %s", err)
	}
	results, err := s.Results()
	if err := errors.Join(failed, err); err != nil {
		return err
	}
	t.Tool = "k6"
	t.Target(s.Target())
	for _, r := range results {
		for _, note := range r.Notes {
			t.Note("%s", note)
		}
	}
	if own := s.Own(); len(own) > 0 {
		t.Note("thresholds that only k6 judges, and whose outcome is not in the stream: %q", own)
	}
	return nil
}

// called is what a request counts under, as with `run --engine k6`: its name where the script has no scenarios of its own, else its scenario.
func (r Request) called() string {
	if r.Scenario == "" || r.Scenario == defaultScenario {
		return r.Name
	}
	return r.Scenario
}

// SummaryFormat is k6's end-of-test summary: percentiles.
var SummaryFormat = convert.Format{Name: "k6-summary", About: "the end-of-test summary of k6", Write: "k6 run --summary-export summary.json script.js", Looks: looksLikeSummary, Read: readSummary}

func looksLikeSummary(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head, []byte(`"http_req_duration`)) && bytes.Contains(head, []byte(`"metrics"`)) && !looksLikeStream(head)
}

// mostSummary bounds a summary, which is one document.
const mostSummary = 16 << 20

func readSummary(in convert.Input, t *convert.Tally) error {
	text, err := io.ReadAll(io.LimitReader(in, mostSummary+1))
	if err != nil {
		return err
	}
	if len(text) > mostSummary {
		return fmt.Errorf("is larger than %d MB", mostSummary>>20)
	}
	s, err := ReadSummary(text)
	if err != nil {
		return err
	}
	t.Tool = "k6"
	t.FromSending()
	t.Note("k6's summary tells percentiles alone: there are neither intervals nor seconds; --out json tells all")
	for _, one := range s.Results() {
		if err := t.Summarize(one); err != nil {
			return err
		}
	}
	return nil
}
