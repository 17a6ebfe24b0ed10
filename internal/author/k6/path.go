package k6

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ohler55/ojg/jp"
)

// selection puts a JSONPath into arguments of select. singular: it points at one value at most. An error says what has no counterpart.
func (f *file) selection(source string) (arguments string, singular bool, err error) {
	x, err := jp.ParseString(source)
	if err != nil {
		return "", false, err
	}
	var parts []string
	singular = true
	for _, fragment := range x {
		if _, root := fragment.(jp.Root); root {
			continue
		}
		part, err := f.fragment(fragment)
		if err != nil {
			return "", false, err
		}
		switch fragment.(type) {
		case jp.Child, jp.Nth:
		default:
			singular = false
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", "), singular, nil
}

func (f *file) fragment(fragment any) (string, error) {
	switch x := fragment.(type) {
	case jp.Child:
		return quoted(string(x)), nil
	case jp.Nth:
		return strconv.Itoa(int(x)), nil
	case jp.Wildcard:
		return f.use("ALL"), nil
	case jp.Descent:
		return f.use("DEEP"), nil
	case jp.Slice:
		parts := []string{"by: 1"}
		for i, name := range []string{"from", "to"} {
			if x[i] != jp.SliceNotSet {
				parts = append(parts, fmt.Sprintf("%s: %d", name, x[i]))
			}
		}
		if x[2] != jp.SliceNotSet {
			parts[0] = fmt.Sprintf("by: %d", x[2])
		}
		slices.Reverse(parts)
		return "{ " + strings.Join(parts, ", ") + " }", nil
	case jp.Union:
		parts := make([]string, len(x))
		for i, e := range x {
			switch e := e.(type) {
			case string:
				parts[i] = quoted(e)
			case int64:
				parts[i] = strconv.FormatInt(e, 10)
			default:
				return "", fmt.Errorf("%v in a union", e)
			}
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	}
	return "", fmt.Errorf("%v, a filter or function", fragment)
}
