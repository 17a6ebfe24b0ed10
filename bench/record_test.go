package bench

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// record is a run as it is saved.
func record(t testing.TB) []byte {
	t.Helper()
	s := NewSlice(0)
	for i := range 10 {
		m := Measurement{Sent: time.Millisecond, FirstByte: 2 * time.Millisecond, Done: time.Duration(i+3) * time.Millisecond, Status: 200}
		if s.Record(m) {
			s.Keep(Exemplar{Method: "GET", Path: "/a", TraceID: "t", Status: 200, Wait: time.Millisecond, FirstByte: time.Millisecond, Body: time.Millisecond, Response: m.Response()})
		}
	}
	text, err := json.Marshal(Run{Schema: Schema, ID: "01X", Started: time.Unix(1, 0).UTC(), Scenarios: []Result{Collect(Scenario{ID: "a"}, []*Slice{s}, time.Second)}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestARecordIsReadBack(t *testing.T) {
	text := record(t)
	run, err := ReadRun(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(run); err != nil || string(again) != string(text) {
		t.Errorf("%v\n%s\nbecame\n%s", err, text, again)
	}
	later := strings.Replace(string(text), Schema+`"`, Schema+`.7","newer":{}`, 1)
	if run, err = ReadRun([]byte(strings.ReplaceAll(later, `"outcome":"ok"`, `"outcome":"teapot"`))); err != nil {
		t.Fatalf("of a later 1.x: %v", err)
	}
	if e := run.Scenarios[0].Exemplars; !slices.ContainsFunc(e, func(e Exemplar) bool { return e.Outcome == Malformed }) {
		t.Errorf("an outcome that is not known: %+v", e)
	}
	for bad, want := range map[string]string{
		`{}`:                            "its schema is",
		`[`:                             "is no run",
		`{"schema": "tidemark.run/10"}`: "its schema is",
		`{"schema": "tidemark.run/1"}`:  "it has no id",
		`{"schema": "tidemark.run/1", "id": "x", "started": "2026-01-01T00:00:00Z", "scenarios": [{"id": "a"}]}`: `scenario "a" has no histogram`,
	} {
		if _, err := ReadRun([]byte(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", bad, err, want)
		}
	}
}

// What can be read can be written, and reads the same again.
func FuzzReadRun(f *testing.F) {
	f.Add(record(f))
	f.Fuzz(func(t *testing.T, text []byte) {
		run, err := ReadRun(text)
		if err != nil {
			return
		}
		once, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		if run, err = ReadRun(once); err != nil {
			t.Fatalf("%v\n%s", err, once)
		}
		if twice, err := json.Marshal(run); err != nil || string(twice) != string(once) {
			t.Errorf("%v\n%s\nbecame\n%s", err, once, twice)
		}
	})
}
