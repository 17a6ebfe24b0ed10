package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/historytest"
)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func place(ctx context.Context, path string) (history.Store, error) { return Open(ctx, path) }

func TestMain(m *testing.M) { historytest.Main(m, place) }

func TestConformance(t *testing.T) {
	dir := t.TempDir()
	historytest.Conform(t, func(ctx context.Context, name string) (history.Store, error) {
		return Open(ctx, filepath.Join(dir, "a folder #1?", name+".db"))
	})
}

func TestAKilledWriterLeavesAFileInOrder(t *testing.T) {
	historytest.Killed(t, place, filepath.Join(t.TempDir(), "h.db"), func(*testing.T) {})
}

func TestMigrationsGoBothWays(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "h.db"))
	defer s.Close()
	p, err := newProvider(s.db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(t.Context(), historytest.Run(1, "a", "main", bench.Pass, time.Millisecond)); err != nil {
		t.Fatal(err)
	}
}

func TestEndpointsOfAnOlderFileAreFound(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "h.db"))
	defer s.Close()
	if err := s.Add(t.Context(), historytest.Run(1, "a", "main", bench.Pass, time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	p, err := newProvider(s.db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := s.Endpoints(t.Context(), history.Query{Suite: "s"})
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if run, err := s.Run(t.Context(), all[0].Run); err != nil || len(run.Scenarios) != 2 {
		t.Errorf("%v, %v", run, err)
	}
}

// Where each of ten endpoints was measured last, among 10,000 runs: as many looks into an index as there are endpoints.
func BenchmarkEndpoints(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "h.db"))
	defer s.Close()
	tx, err := s.db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	for run := range 10_000 {
		id := fmt.Sprintf("%026d", run)
		if _, err := tx.Exec(`INSERT INTO runs VALUES (?, 's', ?, ?, 'main', 'x', 0, 'http://a', 0, 'pass', 10)`, id, run, id); err != nil {
			b.Fatal(err)
		}
		for e := range 10 {
			if _, err := tx.Exec(`INSERT INTO results VALUES (?, ?, ?, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 's')`, fmt.Sprint("endpoint-", e), run, id); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if all, err := s.Endpoints(b.Context(), history.Query{Branch: "main"}); err != nil || len(all) != 10 {
			b.Fatal(all, err)
		}
	}
}

func TestANewerFileIsAClearError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	s := open(t, path)
	if _, err := s.db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if _, err := Open(t.Context(), path); !errors.Is(err, history.ErrNewer) || !strings.Contains(err.Error(), "update tidemark") {
		t.Errorf("%v", err)
	}
}

func TestAFileThatIsNoHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "not a database") {
		t.Errorf("%v", err)
	}
}

// A million results: ten endpoints, 100,000 runs each. The last ten of one are read from the front of an index.
func BenchmarkLastTenOfAMillion(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "h.db"))
	defer s.Close()
	tx, err := s.db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for run := range 100_000 {
		id := fmt.Sprintf("%026d", run)
		if _, err := tx.Exec(`INSERT INTO runs VALUES (?, 's', ?, ?, 'main', 'x', 0, 'http://a', 0, 'pass', 10)`, id, run, id); err != nil {
			b.Fatal(err)
		}
		for e := range 10 {
			v := rng.Float64()
			if _, err := tx.Exec(`INSERT INTO results VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 's')`, fmt.Sprint("endpoint-", e), run, id, v, v, v, v, v, v, v, v, v); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if points, err := s.Series(b.Context(), "endpoint-3", "p95", history.Query{Branch: "main", Limit: 10}); err != nil || len(points) != 10 {
			b.Fatal(points, err)
		}
	}
}
