package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func record(t testing.TB) (*Run, []byte) {
	t.Helper()
	s := NewSlice(0)
	s.Record(Measurement{Done: 7 * time.Millisecond})
	run := &Run{Schema: Schema, ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Started: time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC),
		Scenarios: []Result{Collect(Scenario{ID: "a", Name: "GET /a?b=1&c=<2>"}, []*Slice{s}, time.Second)}}
	text, err := run.Record()
	if err != nil {
		t.Fatal(err)
	}
	return run, text
}

func TestARecordIsReadBack(t *testing.T) {
	run, text := record(t)
	if !bytes.Contains(text, []byte("GET /a?b=1&c=<2>")) {
		t.Errorf("%s", text)
	}
	back, err := ReadRun(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := back.Record(); err != nil || !bytes.Equal(again, text) || back.Scenarios[0].Latency != run.Scenarios[0].Latency {
		t.Errorf("%v\n%s\n%s", err, again, text)
	}
	later := bytes.Replace(text, []byte(`{"schema":"tidemark.run/1",`), []byte(`{ "schema":"tidemark.run/1.3", "later": {"a": 1e400},`), 1)
	if back, err = ReadRun(later); err != nil {
		t.Fatal(err)
	}
	if again, err := back.Record(); err != nil || !bytes.Equal(again, later) {
		t.Errorf("%v\n%s\n%s", err, again, later)
	}
	back.Suite, back.Text = "changed", nil
	if again, err := back.Record(); err != nil || !strings.Contains(string(again), `"suite":"changed"`) || strings.Contains(string(again), "later") {
		t.Errorf("%v\n%s", err, again)
	}
}

func TestWhatIsNoRecord(t *testing.T) {
	_, good := record(t)
	twice := good[bytes.IndexByte(good, '[')+1 : len(good)-len("]}\n")]
	for want, change := range map[string][2]string{
		"is no run: ": {`{"schema"`, `["schema"`},
		`is no run that can be read: its schema is "tidemark.run/2", not tidemark.run/1`: {`.run/1"`, `.run/2"`},
		`its schema is "tidemark.run/10"`:                                                {`.run/1"`, `.run/10"`},
		"it has no id, or no start":                                                      {"01ARZ3NDEKTSV4RRFFQ69G5FAV", ""},
		`its id "../01" is not made of`:                                                  {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "../01"},
		`its id "a.json" is not made of`:                                                 {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "a.json"},
		"is not made of at most 128 letters":                                             {"01ARZ3NDEKTSV4RRFFQ69G5FAV", strings.Repeat("A", 129)},
		"no start":                                                                       {"2026-03-01T12:00:00.000000005Z", "0001-01-01T00:00:00Z"},
		`is no run: scenario "a" has no histogram`:                                       {`"service":"HIST`, `"served":"HIST`},
		`is no run: it has two scenarios "a"`:                                            {"]}\n", "," + string(twice) + "]}"},
		"is no run: invalid character 'x' after top":                                     {"}]}\n", "}]} x"},
	} {
		text := bytes.Replace(good, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(text, good) {
			t.Fatalf("%q is not there", change[0])
		}
		if _, err := ReadRun(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func FuzzReadRun(f *testing.F) {
	_, good := record(f)
	f.Add(good)
	f.Add([]byte(`{"schema": "tidemark.run/1.7", "id": "a", "started": "2026-03-01T12:00:00Z", "scenarios": [{"histogram": {"response": "HISTFAAAACt42pJpmSzMwMDAwgABzFDMCMYAAQAA//8=", "service": "HISTFAAAACt42pJp"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		run, err := ReadRun(text)
		if err != nil {
			return
		}
		if again, err := run.Record(); err != nil || !bytes.Equal(again, text) {
			t.Errorf("%v: %q came back as %q", err, text, again)
		}
		run.Text = nil
		made, err := run.Record()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRun(made); err != nil {
			t.Errorf("%v: %s", err, made)
		}
	})
}
