package report

import (
	"encoding/json"
	"io"

	"github.com/tidemark/tidemark/bench"
)

// JSON writes the run's record as one indented document.
func JSON(w io.Writer, run *bench.Run) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(run)
}
