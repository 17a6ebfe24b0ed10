package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/tidemark/tidemark/bench"
)

// JSON writes the run's record as one indented document.
func JSON(w io.Writer, run *bench.Run) error {
	record, err := run.Record()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(record), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = b.WriteTo(w)
	return err
}

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
