package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
)

// A position follows a text of some format, to know where in it a value stands.
type position struct {
	format          Format
	query           bool // Path: past the ?
	quoted, escaped bool // JSON: inside a string, after a backslash
}

func newPosition(f Format) *position { return &position{format: f} }

func (p *position) pass(literal string) {
	switch p.format {
	case Path:
		p.query = p.query || strings.Contains(literal, "?")
	case JSON:
		for i := range len(literal) {
			switch c := literal[i]; {
			case p.escaped:
				p.escaped = false
			case p.quoted && c == '\\':
				p.escaped = true
			case c == '"':
				p.quoted = !p.quoted
			}
		}
	}
}

func (p *position) escape() escape {
	switch {
	case p.format == Path && p.query:
		return asQuery
	case p.format == Path:
		return asSegment
	case p.format == Header:
		return asHeader
	case p.format == JSON && p.quoted:
		return asString
	case p.format == JSON:
		return asJSON
	}
	return asIs
}

// An escape is a way to write a value.
type escape int

const (
	asIs escape = iota
	asSegment
	asQuery
	asHeader
	asString
	asJSON
)

var errNoValue = errors.New("has no value")

func (e escape) append(b []byte, v any) ([]byte, error) {
	if e == asJSON {
		return appendJSON(b, v)
	}
	if s, ok := v.(string); ok {
		return e.appendString(b, s)
	}
	switch n := v.(type) {
	case nil:
		return b, errNoValue
	case int:
		return strconv.AppendInt(b, int64(n), 10), nil
	case int64:
		return strconv.AppendInt(b, n, 10), nil
	case float64:
		return appendNumber(b, n)
	case bool:
		return strconv.AppendBool(b, n), nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return b, err
	}
	return e.appendString(b, string(text))
}

func (e escape) appendString(b []byte, s string) ([]byte, error) {
	switch e {
	case asSegment:
		return append(b, url.PathEscape(s)...), nil
	case asQuery:
		return append(b, url.QueryEscape(s)...), nil
	case asHeader:
		if strings.ContainsAny(s, "\r\n\x00") {
			return b, errors.New("its value has a line break, which no header can hold")
		}
	case asString:
		quoted, err := json.Marshal(s)
		if err != nil {
			return b, err
		}
		return append(b, quoted[1:len(quoted)-1]...), nil
	}
	return append(b, s...), nil
}

func appendJSON(b []byte, v any) ([]byte, error) {
	switch n := v.(type) {
	case int:
		return strconv.AppendInt(b, int64(n), 10), nil
	case float64:
		return appendNumber(b, n)
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}

// appendNumber writes whole numbers without an exponent: ids come from JSON as float64.
func appendNumber(b []byte, f float64) ([]byte, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return b, fmt.Errorf("%v is no number to send", f)
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return strconv.AppendInt(b, int64(f), 10), nil
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64), nil
}
