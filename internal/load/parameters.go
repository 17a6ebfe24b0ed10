package load

import (
	"encoding/json"
	"slices"

	"github.com/tidemark/tidemark/internal/template"
)

// longestParameter bounds what is kept of a value.
const longestParameter = 200

// parameters is the data that the step was made with, as a JSON object without secrets: a body is not kept, and without it nobody knew
// which user was slow.
func (u *user) parameters() string {
	if len(u.p.columns) == 0 {
		return ""
	}
	all := make(map[string]any, len(u.p.columns))
	for _, c := range u.p.columns {
		row, _ := u.scope.Get(c.Name).(map[string]any)
		v := row[c.Field]
		switch text := v.(type) {
		case []any, map[string]any:
			continue // of a JSON file: too large, and nobody can tell where in it a secret is
		case string:
			runes := []rune(u.p.redact(text))
			v = string(runes[:min(len(runes), longestParameter)])
		}
		if isSecret(c.Field) {
			v = redacted
		}
		all[c.Name+"."+c.Field] = v
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "" // cannot be: they come from a file
	}
	return string(text)
}

// use notes which columns of data a text takes values from.
func (p *program) use(t *template.Text) {
	for _, c := range t.Columns() {
		isData := slices.ContainsFunc(p.data, func(t *table) bool { return t.Name == c.Name })
		if isData && !slices.Contains(p.columns, c) {
			p.columns = append(p.columns, c)
		}
	}
}
