package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/report"
)

// In a folder are a bisection, a run with its seconds that is newer, a comparison that is newer, and what is neither; in history is a run that is newer still.
func TestFind(t *testing.T) {
	const older, searched, newer, newest = "01KAT0000000000000000000AA", "01KAT00000000000000000009Z", "01KAT0000000000000000000AB", "01KAT0000000000000000000AC"
	dir := t.TempDir()
	run := func(id string) *bench.Run {
		slice := bench.NewSlice(0)
		slice.Record(bench.Measurement{Done: time.Millisecond})
		return &bench.Run{Schema: bench.Schema, ID: id, Started: time.Unix(1, 0), Scenarios: []bench.Result{bench.Collect(bench.Scenario{ID: "a", Name: "GET /a"}, []*bench.Slice{slice}, time.Second)}}
	}
	slice := bench.NewSlice(0)
	slice.Record(bench.Measurement{Done: time.Millisecond})
	if _, err := report.Save(dir, run(older), []bench.Series{{Scenario: "a", Slices: []*bench.Slice{slice}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := report.SaveVersus(dir, &bench.Versus{Schema: bench.ComparisonSchema, ID: newer}); err != nil {
		t.Fatal(err)
	}
	if _, err := report.SaveBisection(dir, &bench.Bisection{Schema: bench.BisectionSchema, ID: searched}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"trends.json": `{"schema": "tidemark.trend/1", "trends": [{"name": "GET /a"}]}`, "zzz.json": "{}", newest + ".notes.json": "{}",
		"alien.json": `{"schema": "someone.else/1"}`, "broken.json": "{", "step.json": `{"schema": "tidemark.trend/1", "trends": [{"shifts": [{"index": 3}]}]}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	store, err := OpenHistory(ctx, filepath.Join(t.TempDir(), "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if s, err := Find(ctx, store, dir, "last"); err != nil || s.Versus == nil || s.Versus.ID != newer {
		t.Errorf("last with an empty history: %+v, %v", s, err)
	}
	if err := store.Add(ctx, run(newest)); err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[string]string{older: older, strings.ToLower(older): older, newer: newer, searched: searched, newest: newest, "last": newest, filepath.Join(dir, older+".json"): older, filepath.Join(dir, "trends.json"): "GET /a"} {
		s, err := Find(ctx, store, dir, reference)
		if err != nil {
			t.Errorf("%s: %v", reference, err)
			continue
		}
		var got string
		switch {
		case s.Run != nil:
			got = s.Run.ID
			if kept := len(s.Series) == 1; kept != (got == older) {
				t.Errorf("%s: seconds: %t", reference, kept)
			}
		case s.Versus != nil:
			got = s.Versus.ID
		case s.Bisection != nil:
			got = s.Bisection.ID
		default:
			got = s.Trends[0].Name
		}
		if got != want {
			t.Errorf("%s is %s, want %s", reference, got, want)
		}
	}
	if s, err := Find(ctx, nil, dir, "last"); err != nil || s.Versus == nil {
		t.Errorf("last without history: %+v, %v", s, err)
	}
	for _, reference := range []string{"nothing.json", filepath.Join(dir, "alien.json"), filepath.Join(dir, "broken.json"), filepath.Join(dir, "step.json"), "01KAT0000000000000000000ZZ"} {
		if s, err := Find(ctx, nil, dir, reference); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("%s: %+v, %v", reference, s, err)
		}
	}
	if _, err := Find(ctx, nil, t.TempDir(), "last"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("last of nothing: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, older+".slices.zst"), []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(ctx, nil, dir, older); !errors.Is(err, history.ErrNotFound) || !strings.Contains(err.Error(), "slices.zst") {
		t.Errorf("damaged seconds: %v", err)
	}
}
