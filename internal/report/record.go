package report

import (
	"encoding/json"
	"io"

	"github.com/tidemark/tidemark/bench"
)

// JSON writes the run's record as one indented document.
func JSON(w io.Writer, run *bench.Run) error { return document(w, run) }

// VersusJSON writes a comparison's record as one document.
func VersusJSON(w io.Writer, v *bench.Versus) error { return document(w, v) }

// BisectionJSON writes a bisection's record as one document.
func BisectionJSON(w io.Writer, b *bench.Bisection) error { return document(w, b) }

func document(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
