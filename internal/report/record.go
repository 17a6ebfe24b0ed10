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
