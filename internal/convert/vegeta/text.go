package vegeta

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/tidemark/tidemark/internal/convert"
)

func readJSON(in convert.Input, t *tally) error {
	lines := convert.NewLines(in)
	for {
		line, ok := lines.Next()
		if !ok {
			return lines.Err()
		}
		if len(line) == 0 {
			continue
		}
		var r result
		if err := json.Unmarshal(line, &r); err != nil {
			return lines.At("is no result of vegeta: %w", err)
		}
		if err := t.add(&r); err != nil {
			return lines.At("%w", err)
		}
	}
}

// The columns that are used, of the twelve of vegeta encode --to csv. Older versions write nine: those up to the number.
const (
	atTime, atCode, atLatency, atError, atAttack, atMethod, atURL = 0, 1, 2, 5, 7, 9, 10
	leastColumns                                                  = 9
)

func readCSV(in convert.Input, t *tally) error {
	rows := csv.NewReader(convert.Bounded(in))
	rows.ReuseRecord = true
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return convert.CSVError(err)
		}
		line, _ := rows.FieldPos(0)
		r, err := resultOf(row)
		if err == nil {
			err = t.add(&r)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func resultOf(row []string) (r result, err error) {
	if len(row) < leastColumns {
		return r, fmt.Errorf("has %d columns; vegeta encode --to csv writes 12", len(row))
	}
	at, err := strconv.ParseInt(row[atTime], 10, 64)
	if err != nil {
		return r, fmt.Errorf("%.30q is no time in nanoseconds", row[atTime])
	}
	code, err := strconv.ParseUint(row[atCode], 10, 16)
	if err != nil {
		return r, fmt.Errorf("%.30q is no status", row[atCode])
	}
	took, err := strconv.ParseInt(row[atLatency], 10, 64)
	if err != nil {
		return r, fmt.Errorf("%.30q is no latency in nanoseconds", row[atLatency])
	}
	r = result{Attack: row[atAttack], Code: uint16(code), Timestamp: time.Unix(0, at), Latency: time.Duration(took), Error: row[atError]}
	if len(row) > atURL {
		r.Method, r.URL = row[atMethod], row[atURL]
	}
	return r, nil
}
