package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// JUnit's elements, as Jenkins and GitLab read them: a suite of cases, in each at most one of failure and skipped.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Skipped   *junitMessage `xml:"skipped"`
		Failure   *junitMessage `xml:"failure"`
		Out       string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes a run as JUnit's XML: a case for each scenario. One that is void, or could not be judged, is skipped: nobody knows whether it is good.
func JUnit(w io.Writer, r *bench.Run) error {
	s := junitSuite{Name: cmp.Or(r.Suite, "tidemark"), Timestamp: stamp(r.Started), Properties: properties(r.ID, r.Commit, r.Environment)}
	seconds := 0.0
	for i := range r.Scenarios {
		one := &r.Scenarios[i]
		seconds += one.Duration
		numbers := fmt.Sprintf("p50 %s, p95 %s, p99 %s, %s req/s, errors %s", latency(one, one.Latency.P50), latency(one, one.Latency.P95), latency(one, one.Latency.P99), thousands(one.Throughput), share(one))
		s.add(one.Name, one.Duration, one.Verdict, one.Notes, one.Findings, "threshold", numbers)
	}
	return s.write(w, seconds)
}

// VersusJUnit writes a comparison as JUnit does a run.
func VersusJUnit(w io.Writer, v *bench.Versus) error {
	s := junitSuite{Name: cmp.Or(v.Suite, "tidemark"), Timestamp: stamp(v.Started), Properties: properties(v.ID, v.HeadCommit, v.Environment)}
	seconds := 0.0
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		took := c.Base.Seconds + c.Head.Seconds
		seconds += took
		lines := make([]string, 0, len(c.Effects))
		for k := range c.Effects {
			lines = append(lines, effectLine(c, &c.Effects[k]))
		}
		s.add(c.Name, took, c.Verdict, c.Notes, c.Findings, "regression", strings.Join(lines, "\n"))
	}
	return s.write(w, seconds)
}

// add adds a case.
func (s *junitSuite) add(name string, seconds float64, v bench.Verdict, notes []string, findings []bench.Finding, kind, numbers string) {
	c := junitCase{Name: clean(name), ClassName: clean(s.Name), Time: inSeconds(seconds)}
	reason := "no reason was given"
	if len(v.Reasons) > 0 {
		reason = v.Reasons[0]
	}
	lines := slices.Concat(v.Reasons, notes)
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s (%s): %s", f.Kind, f.Confidence, f.Summary))
		if f.Remedy != "" {
			lines = append(lines, "remedy: "+f.Remedy)
		}
		if where := place(f.Suspect); where != "" {
			lines = append(lines, "suspect: "+where)
		}
	}
	whole := clean(strings.Join(append(lines, numbers), "\n"))
	switch s.Tests++; v.Status {
	case bench.Fail:
		s.Failures++
		c.Failure = &junitMessage{clean(reason), kind, whole}
	case bench.Void, bench.Inconclusive, bench.NotJudged:
		s.Skipped++
		c.Skipped = &junitMessage{Message: clean(string(v.Status) + ": " + reason)}
		c.Out = whole
	default:
		c.Out = whole
	}
	s.Cases = append(s.Cases, c)
}

func (s *junitSuite) write(w io.Writer, seconds float64) error {
	s.Name, s.Time = clean(s.Name), inSeconds(seconds)
	all := junitSuites{Name: "tidemark", Tests: s.Tests, Failures: s.Failures, Time: s.Time, Suites: []junitSuite{*s}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func properties(id string, commit *bench.Commit, e bench.Environment) []junitProperty {
	all := []junitProperty{{"record", clean(id)}, {"machine", clean(machine(e))}}
	if commit != nil {
		all = append(all, junitProperty{"commit", clean(commit.SHA)})
	}
	return all
}

// clean is text without what XML cannot hold or nobody sees; its lines stay.
func clean(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = visible(l)
	}
	return strings.Join(lines, "\n")
}

// stamp is a time as JUnit has it: without a zone, which Jenkins takes for UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

func inSeconds(v float64) string { return fmt.Sprintf("%.3f", v) }
