package suite

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ohler55/ojg/oj"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// maxData bounds a data file: it is held in memory.
const maxData = 256 << 20

// data reads the tables of a scenario. It returns their columns.
func (d *document) data(s *bench.Scenario, files map[string]dataFile) template.Names {
	names := template.Names{}
	for _, name := range sorted(files) {
		f := files[name]
		at := f.File
		if !at.set() {
			d.atKey("data "+name+" has no file: write one as {file: ../data/users.csv}", "data", name)
			continue
		}
		table := bench.Data{Name: name, Order: bench.Sequential}
		var columns []string
		d.use(at, func(text string) (err error) {
			if err := goodName(name); err != nil {
				return err
			}
			table.Rows, columns, err = readTable(filepath.Join(d.dir, path.Dir(d.name), text), text)
			return err
		})
		d.use(f.Order, func(text string) error {
			table.Order = bench.Order(text)
			if !slices.Contains([]bench.Order{bench.Sequential, bench.Random, bench.Unique}, table.Order) {
				return fmt.Errorf("%q is no order: write sequential, random or unique", text)
			}
			if table.Order != bench.Unique {
				return nil
			}
			if s.Load.Open() {
				return errors.New("unique goes with users, who each keep a row of their own; with rate write random or sequential")
			}
			if n := s.Load.MostUsers(); len(table.Rows) > 0 && len(table.Rows) < n {
				return fmt.Errorf("unique: %d users need a row each, and %s has %d", n, d.lifted.restore(at.text), len(table.Rows))
			}
			return nil
		})
		s.Data, names[name] = append(s.Data, table), columns
	}
	return names
}

func readTable(file, name string) (rows []map[string]any, columns []string, err error) {
	content, err := readFile(file, maxData)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")) // spreadsheets write one
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		rows, columns, err = readCSV(content)
	case ".json":
		rows, columns, err = readJSON(content)
	default:
		err = errors.New("is neither .csv nor .json")
	}
	if err == nil && len(rows) == 0 {
		err = errors.New("has no rows")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, columns, nil
}

// readCSV reads a table whose first line names its columns. A column that holds only numbers gives numbers.
func readCSV(content []byte) ([]map[string]any, []string, error) {
	r := csv.NewReader(bytes.NewReader(content))
	columns, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, errors.New("is empty: write a line of names, and below it the rows")
	}
	if err != nil {
		return nil, nil, err
	}
	for i, name := range columns {
		if columns[i] = strings.TrimSpace(name); columns[i] == "" || slices.Contains(columns[:i], columns[i]) {
			return nil, nil, fmt.Errorf("column %d is named %q: each needs a name of its own", i+1, columns[i])
		}
	}
	records, err := r.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	rows := make([]map[string]any, len(records))
	for i := range rows {
		rows[i] = make(map[string]any, len(columns))
	}
	for c, name := range columns {
		numeric := !slices.ContainsFunc(records, func(record []string) bool { return number(record[c]) == nil })
		for i, record := range records {
			if rows[i][name] = record[c]; numeric {
				rows[i][name] = number(record[c])
			}
		}
	}
	return rows, columns, nil
}

// number is the number that a cell is written as: an int64, a float64, or nil. 007 and 1e5 are texts.
func number(cell string) any {
	if n, err := strconv.ParseInt(cell, 10, 64); err == nil && strconv.FormatInt(n, 10) == cell {
		return n
	}
	if f, err := strconv.ParseFloat(cell, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == cell && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return f
	}
	return nil
}

// readJSON reads a list of objects that have the same members.
func readJSON(content []byte) (rows []map[string]any, columns []string, err error) {
	parsed, err := oj.Parse(content) // whole numbers stay whole: ids may not fit a float64
	list, ok := parsed.([]any)
	if err != nil || !ok {
		return nil, nil, errors.Join(errors.New("is no list of objects"), err)
	}
	for i, element := range list {
		row, ok := element.(map[string]any)
		if !ok {
			return nil, nil, fmt.Errorf("element %d is no object", i+1)
		}
		rows = append(rows, row)
		for name := range row {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	slices.Sort(columns)
	for i, row := range rows {
		for _, name := range columns {
			if _, has := row[name]; !has {
				return nil, nil, fmt.Errorf("element %d has no %q, which others have", i+1, name)
			}
		}
	}
	return rows, columns, nil
}
