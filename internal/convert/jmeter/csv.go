package jmeter

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tidemark/tidemark/internal/convert"
)

func readCSV(in convert.Input, t *convert.Tally) error {
	rows := csv.NewReader(convert.Bounded(in))
	rows.LazyQuotes, rows.ReuseRecord = true, true
	buffered, _ := in.Reader.(interface{ Peek(n int) ([]byte, error) })
	if buffered != nil {
		head, _ := buffered.Peek(len("timeStamp") + 1) // the column that stands first by default; where it does not, commas are meant
		if c := strings.TrimPrefix(string(head), "timeStamp"); len(c) == 1 && c != string(head) {
			rows.Comma = rune(c[0])
		}
	}
	names, err := rows.Read()
	if err != nil {
		return convert.CSVError(err)
	}
	columns := map[string]int{}
	for i, name := range names {
		columns[strings.TrimSpace(name)] = i
	}
	for _, name := range []string{"timeStamp", "elapsed", "label", "success"} {
		if _, there := columns[name]; !there {
			return fmt.Errorf("line 1: has no column %s: set jmeter.save.saveservice.%s=true", name, map[string]string{"timeStamp": "timestamp_format", "elapsed": "time", "label": "label", "success": "successful"}[name])
		}
	}
	rows.FieldsPerRecord = len(names)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return convert.CSVError(err)
		}
		line, _ := rows.FieldPos(0)
		field := func(name string) string {
			if at, there := columns[name]; there {
				return row[at]
			}
			return ""
		}
		s := sample{field("timeStamp"), field("elapsed"), strings.Clone(field("label")), field("responseCode"), field("responseMessage"), field("success"), field("failureMessage"), field("allThreads"), field("URL")}
		if err := s.add(t); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
