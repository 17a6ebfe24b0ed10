package historytest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

func comesBack(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	want := plain(1)
	add(t, s, want)
	record, err := want.Record()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []history.Store{s, opened(t, open, name)} { // and to whoever opens it later
		got, err := s.Run(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Text, record) {
			t.Errorf("got  %s\nwant %s", got.Text, record)
		}
		a, wantA := got.Scenarios[0], want.Scenarios[0]
		if a.Histogram.Response.Quantile(.5) != wantA.Histogram.Response.Quantile(.5) || a.Latency != wantA.Latency || a.Exemplars[0] != wantA.Exemplars[0] || *got.Commit != *want.Commit {
			t.Errorf("got %+v, want %+v", a, wantA)
		}
	}
	for _, nothing := range []string{"nothing", "", want.ID[:25], strings.ToLower(want.ID), "%", "../" + want.ID} {
		if run, err := s.Run(t.Context(), nothing); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("the unknown id %q: %v, %v", nothing, run, err)
		}
	}
}

// foreign is a record of a later version, with fields that this one does not know at every level, and a shape of its own.
const foreign = `{ "schema":"tidemark.run/1.7", "id":"01ARZ3NDEKTSV4RRFFQ6000077",
  "started": "2026-03-01T12:00:00.123456789+01:00", "verdict": {"status": "pass", "reasons": null, "because\u003c": 12345678901234567890.5},
  "unknown": {"deep": [1e400, {"è": null}, "\ud83d\ude00"]},
  "scenarios": [ {"id":"a", "unknown":[], "latency_ms":{"p95":7.25, "p9999":9}, "histogram":{"response":"HISTOGRAM","service":"HISTOGRAM"}} ]
}
`

func toTheLastByte(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	h, err := plain(1).Scenarios[0].Histogram.Response.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(strings.ReplaceAll(foreign, "HISTOGRAM", string(h)))
	run, err := bench.ReadRun(text)
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, run)
	got, err := s.Run(t.Context(), run.ID)
	if err != nil || !bytes.Equal(got.Text, text) {
		t.Errorf("%v, got %s", err, got.Text)
	}
	// 12:00:00 an hour east of Greenwich is 11:00:00 there; of the fraction the microseconds are told.
	when := time.Date(2026, 3, 1, 11, 0, 0, 123456000, time.UTC)
	if all := list(t, s, history.Query{}); len(all) != 1 || !all[0].Started.Equal(when) {
		t.Errorf("%+v", all)
	}
	if all := points(t, s, "a", "p95", history.Query{}); len(all) != 1 || all[0].Value != 7.25 || !all[0].Time.Equal(when) {
		t.Errorf("%+v", all)
	}
}

func staysAsItIs(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	first := plain(1)
	add(t, s, first)
	changed := Run(1, "bbbb2222", "other", bench.Fail, time.Second)
	add(t, s, changed)
	later := Run(1, "bbbb2222", "other", bench.Fail, time.Second)
	later.Started = later.Started.Add(100 * time.Hour)
	add(t, s, later, plain(2), Run(2, "bbbb2222", "other", bench.Fail, time.Second)) // the last but one is new, the last again there
	for _, id := range []string{id(1), id(2)} {
		got, err := s.Run(t.Context(), id)
		if err != nil || got.Commit.SHA != "aaaa1111" {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if all := list(t, s, history.Query{}); ids(all) != "2 1" || all[1].Commit.SHA != "aaaa1111" || all[1].Status != bench.Pass {
		t.Errorf("%+v", all)
	}
	if all := points(t, s, "a", "p95", history.Query{}); runsOf(all) != "1 2" || all[0].Value > 21 || all[1].Value > 21 {
		t.Errorf("%+v", all)
	}
}

func allOrNone(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	add(t, s) // nothing is no error
	faults := map[string]*bench.Run{}
	for fault, spoil := range map[string]func(*bench.Run){
		"no id":           func(r *bench.Run) { r.ID = "" },
		"id":              func(r *bench.Run) { r.ID = "../../etc/passwd" },
		"no start":        func(r *bench.Run) { r.Started = time.Time{} },
		"no histogram":    func(r *bench.Run) { r.Scenarios[0].Histogram.Response = nil },
		`two scenarios "`: func(r *bench.Run) { r.Scenarios[1].ID = "a" },
	} {
		faults[fault] = plain(2)
		spoil(faults[fault])
	}
	for fault, run := range faults {
		err := s.Add(t.Context(), plain(1), run, plain(3))
		if err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%s: %v", fault, err)
		}
	}
	if all := list(t, s, history.Query{}); len(all) != 0 {
		t.Errorf("%s are there", ids(all))
	}
}

func anyText(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	odd := plain(1)
	odd.Suite = "a suite's \"name\"; DROP TABLE runs; --"
	odd.Commit = &bench.Commit{SHA: "AB%_\\", Branch: "feature/ünïcode-\U0001F600", Subject: "caf\xe9 \x00\n\t" + strings.Repeat("lang", 5000), Dirty: true}
	odd.Target.URL = "http://[::1]:80"
	odd.Scenarios[0].ID = "größe/\\'"
	bare := plain(2)
	bare.Commit, bare.Suite, bare.Scenarios = nil, "", nil
	add(t, s, odd, bare)
	all := list(t, s, history.Query{})
	if ids(all) != "2 1" || all[0].Commit != (bench.Commit{}) || all[0].Scenarios != 0 || all[1].Suite != odd.Suite || all[1].Commit.Branch != odd.Commit.Branch ||
		!strings.HasPrefix(all[1].Commit.Subject, "caf\uFFFD \uFFFD\n\tlang") {
		t.Errorf("%.1000v", all)
	}
	for _, q := range []history.Query{{Branch: odd.Commit.Branch}, {Scenario: "größe/\\'"}, {Commit: "ab%_\\"}} {
		if got := ids(list(t, s, q)); got != "1" {
			t.Errorf("%+v: %s", q, got)
		}
	}
	if all := points(t, s, "größe/\\'", "p95", history.Query{}); runsOf(all) != "1" {
		t.Errorf("%.1000v", all)
	}
	for _, id := range []string{odd.ID, bare.ID} {
		if _, err := s.Run(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
}

func deleted(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	add(t, s, plain(1), plain(2), plain(3), plain(4))
	for _, gone := range [][]string{nil, {"nothing"}, {id(1), "nothing", id(3)}, {id(1)}} {
		if err := s.Delete(t.Context(), gone...); err != nil {
			t.Fatal(err)
		}
	}
	if got := ids(list(t, s, history.Query{})); got != "4 2" {
		t.Errorf("left %s", got)
	}
	if got := ids(list(t, s, history.Query{Scenario: "a"})); got != "4 2" {
		t.Errorf("left with a %s", got)
	}
	if got := runsOf(points(t, s, "a", "p95", history.Query{})); got != "2 4" {
		t.Errorf("left in the series %s", got)
	}
	if _, err := s.Run(t.Context(), id(1)); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("a deleted run: %v", err)
	}
	add(t, s, plain(1))
	if got := runsOf(points(t, opened(t, open, name), "a", "p95", history.Query{})); got != "1 2 4" {
		t.Errorf("with one that came again %s", got)
	}
}
