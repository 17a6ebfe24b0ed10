package suite

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/ohler55/ojg/jp"

	"github.com/tidemark/tidemark/bench"
)

func (d *document) expect(f expectFile) (e bench.Expect) {
	for _, v := range f.Status {
		d.use(v, func(text string) error {
			r, err := statusRange(text)
			e.Status = append(e.Status, r)
			return err
		})
	}
	for _, name := range sorted(f.Headers) {
		d.use(f.Headers[name], func(text string) error {
			if text == string(bench.Exists) {
				text = ""
			}
			e.Headers = append(e.Headers, bench.Field{Name: name, Value: text})
			if !isToken(name) {
				return fmt.Errorf("%q is no header's name", name)
			}
			return nil
		})
	}
	for _, path := range sorted(f.JSON) {
		t := f.JSON[path]
		m, err := jsonMatch(path, t)
		if err != nil {
			d.at(t.at.line, t.at.column, err.Error())
		}
		e.JSON = append(e.JSON, m)
	}
	for _, v := range f.Contains {
		d.use(v, func(text string) error { e.Contains = append(e.Contains, text); return nil })
	}
	if f.Size != nil {
		d.use(f.Size.Min, size(&e.MinSize))
		d.use(f.Size.Max, size(&e.MaxSize))
	}
	return e
}

// statusRange reads 201 or 2xx.
func statusRange(text string) (bench.StatusRange, error) {
	if class, found := strings.CutSuffix(strings.ToLower(text), "xx"); found && len(class) == 1 && class >= "1" && class <= "5" {
		first := int(class[0]-'0') * 100
		return bench.StatusRange{First: first, Last: first + 99}, nil
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < 100 || status > 599 {
		return bench.StatusRange{}, fmt.Errorf("%q is no HTTP status: write one from 100 to 599, or a class as 2xx", text)
	}
	return bench.StatusRange{First: status, Last: status}, nil
}

func jsonMatch(path string, t tree) (bench.JSONMatch, error) {
	m := bench.JSONMatch{Path: path}
	if err := jsonPath(path); err != nil {
		return m, err
	}
	v, err := t.decode()
	if err != nil {
		return m, err
	}
	switch v {
	case string(bench.Exists):
		m.Presence = bench.Exists
		return m, nil
	case string(bench.Absent):
		m.Presence = bench.Absent
		return m, nil
	}
	m.Value, err = asJSON(v)
	return m, err
}

// asJSON is a value as encoding/json would have decoded it.
func asJSON(v any) (any, error) {
	text, err := json.Marshal(unordered(v))
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal(text, &plain)
	return plain, err
}

// unordered is a tree without the order of its mappings.
func unordered(v any) any {
	switch v := v.(type) {
	case yaml.MapSlice:
		m := make(map[string]any, len(v))
		for _, item := range v {
			m[fmt.Sprint(item.Key)] = unordered(item.Value)
		}
		return m
	case []any:
		for i := range v {
			v[i] = unordered(v[i])
		}
	}
	return v
}

// jsonPath says what is wrong with a JSONPath.
func jsonPath(path string) error {
	if !strings.HasPrefix(path, "$") {
		return fmt.Errorf("%q is no JSONPath: write one that begins with $, as $.data[0].id", path)
	}
	if _, err := jp.ParseString(path); err != nil {
		return fmt.Errorf("%q is no JSONPath: %w", path, err)
	}
	return nil
}
