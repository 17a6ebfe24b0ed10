package author

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	mostDataFiles = 100
	mostDataBytes = 256 << 20 // of one file: it is held in memory
)

// ReadData reads the seed data in a folder: CSV files with a first line of names, and JSON files that are lists of objects. A file that
// holds something else is told in Notes and left out.
func ReadData(dir string) (*Known, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	k := &Known{Source: "seed data"}
	for _, entry := range entries {
		form := strings.ToLower(filepath.Ext(entry.Name()))
		if entry.IsDir() || form != ".csv" && form != ".json" {
			continue
		}
		if len(k.Tables) == mostDataFiles {
			k.Notes = append(k.Notes, fmt.Sprintf("seed data: only the first %d files of %s are looked at", mostDataFiles, dir))
			break
		}
		t := Table{Name: strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name())), File: entry.Name()}
		if err := t.read(filepath.Join(dir, entry.Name()), form); err != nil {
			k.Notes = append(k.Notes, fmt.Sprintf("seed data: %s left out: %v", entry.Name(), err))
			continue
		}
		k.Tables = append(k.Tables, t)
		k.Total(identifier(Singular(t.Name)), len(t.Rows))
	}
	if len(k.Tables) == 0 {
		return nil, fmt.Errorf("%s has no .csv and no .json file with rows%s", dir, strings.Join(append([]string{""}, k.Notes...), "\n"))
	}
	return k, nil
}

func (t *Table) read(file, form string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	content, err := io.ReadAll(io.LimitReader(f, mostDataBytes+1))
	switch {
	case err != nil:
		return err
	case len(content) > mostDataBytes:
		return fmt.Errorf("is larger than %d MB", mostDataBytes>>20)
	case bytes.IndexByte(content, 0) >= 0:
		return errors.New("is a binary file")
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if form == ".json" {
		err = t.readJSON(content)
	} else {
		err = t.readCSV(content)
	}
	if err == nil && len(t.Rows) == 0 {
		err = errors.New("has no rows")
	}
	return err
}

func (t *Table) readCSV(content []byte) error {
	r := csv.NewReader(bytes.NewReader(content))
	head, _, _ := bytes.Cut(content, []byte("\n"))
	if bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) { // as spreadsheets write it where the comma is decimal
		r.Comma = ';'
	}
	rows, err := r.ReadAll()
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return errors.New("is empty")
	}
	for _, name := range rows[0] {
		t.Columns = append(t.Columns, strings.TrimSpace(name))
	}
	t.Rows = rows[1:]
	return nil
}

// readJSON reads a list of objects. Members that are no plain values are left out.
func (t *Table) readJSON(content []byte) error {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	var list []map[string]any
	if err := d.Decode(&list); err != nil {
		return fmt.Errorf("is no list of objects: %w", err)
	}
	for _, object := range list {
		for name, v := range object {
			if _, nested := v.(map[string]any); !nested && !slices.Contains(t.Columns, name) {
				if _, nested := v.([]any); !nested {
					t.Columns = append(t.Columns, name)
				}
			}
		}
	}
	slices.Sort(t.Columns)
	for _, object := range list {
		row := make([]string, len(t.Columns))
		for i, name := range t.Columns {
			switch v := object[name].(type) {
			case nil, map[string]any, []any:
			case string:
				row[i] = v
			default:
				row[i] = fmt.Sprint(v)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return nil
}
