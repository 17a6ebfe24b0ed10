package pipeline

import (
	"errors"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/internal/history"
)

func TestLocations(t *testing.T) {
	for text, want := range map[string]string{
		"h.db": "h.db", ".tidemark/history.db": ".tidemark/history.db", `C:\runs\h.db`: `C:\runs\h.db`, "./git:x": "./git:x", "a/b:c": "a/b:c", "git": "git",
		"postgres://me:SECRET@db/runs": "postgres://db:5432/runs", "postgresql://db:1/runs?password=SECRET": "postgres://db:1/runs",
		"git:tidemark-history": "git:tidemark-history", "git:origin/a/b": "git:origin/a/b", "git:./a": "git:./a",
	} {
		if got := ShowHistory(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"":                             "it is empty",
		"mysql://me:SECRET@db/runs":    "no kind of history is called mysql",
		"me:SECRET@db/runs":            "no kind of history is called me",
		"sqlite:h.db":                  "(and a file sqlite:… as ./sqlite:…)",
		"git:":                         "git:BRANCH or git:REMOTE/BRANCH",
		"git:origin/":                  "git:BRANCH or git:REMOTE/BRANCH",
		"git:/runs":                    "git:BRANCH or git:REMOTE/BRANCH",
		"postgres:runs":                "postgres://user@host:port/database",
		"Postgres://me:SECRET@db/runs": "no kind of history is called Postgres",
		"postgres://me:SECRET":         "the port in a postgres:// URL is no number",
	} {
		err := CheckHistory(t.Context(), text)
		if !errors.Is(err, history.ErrLocation) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if shown := ShowHistory(text); strings.Contains(shown, "SECRET") {
			t.Errorf("%s is shown as %s", text, shown)
		}
	}
}
