package author

import (
	"slices"
	"strconv"
	"strings"
)

// table finds the seed data that have ids of a thing, and the column.
func (k *Known) table(id ID) (*Table, string) {
	for i := range k.Tables {
		t := &k.Tables[i]
		own := identifier(Singular(t.Name)) == id.Noun || identifier(t.Name) == id.Noun
		for _, c := range t.Columns {
			name := identifier(c)
			if own && (name == "id" || name == id.Noun+"_id" || name == "uuid" || name == identifier(id.Name)) {
				return t, c
			}
		}
	}
	for i := range k.Tables { // a column of another table will do: orders.csv with product_id
		t := &k.Tables[i]
		for _, c := range t.Columns {
			if identifier(c) == id.Noun+"_id" {
				return t, c
			}
		}
	}
	return nil, ""
}

// sizes are the columns that say how large a row's thing is: whole numbers that are no ids.
func (t *Table) sizes(id string) (columns []string) {
	for i, c := range t.Columns {
		if c == id || nounOfID(c) != "" || identifier(c) == "id" || !plainKey.MatchString(c) || SecretName(c) || !isPlural(c) && !strings.HasSuffix(identifier(c), "count") {
			continue
		}
		if !slices.ContainsFunc(t.Rows, func(row []string) bool { n, err := strconv.Atoi(row[i]); return err != nil || n < 0 }) {
			columns = append(columns, c)
		}
	}
	return columns
}

// mostRows is how many rows of seed data a suite takes over: enough that caches of the API see what they see in production.
const mostRows = 10_000

// table takes columns of seed data over into the suite: those that are used, and no others, because seed data have names and
// passwords too.
func (s *Suite) table(t Table, columns []string) {
	name := fileStem(t.Name)
	for i := range s.Tables {
		if s.Tables[i].Name == name {
			for _, c := range s.Tables[i].Columns {
				if !slices.Contains(columns, c) {
					columns = append([]string{c}, columns...)
				}
			}
			s.Tables = slices.Delete(s.Tables, i, i+1)
			break
		}
	}
	columns = slices.Compact(columns)
	cut := Table{Name: name, File: t.File, Columns: columns}
	step := max(1, (len(t.Rows)+mostRows-1)/mostRows)
	for r := 0; r < len(t.Rows); r += step { // evenly over the whole file
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = t.Rows[r][slices.Index(t.Columns, c)]
		}
		if slices.Contains(row, "") {
			continue
		}
		cut.Rows = append(cut.Rows, row)
	}
	s.Tables = append(s.Tables, cut)
}

// withSamples is an endpoint whose parameters have the values of a row of what was asked.
func (b *builder) withSamples(e *Endpoint, name string) *Endpoint {
	if e.Samples == nil {
		return e
	}
	if reservedNames[name] {
		name += "_rows"
	}
	b.useSamples(e, name)
	c := *e
	c.Params, c.Pages = slices.Clone(e.Params), nil // the pages are those that were asked for
	for i := range c.Params {
		if p := &c.Params[i]; p.Column != "" {
			p.Value = Expression(name + "." + p.Column)
		}
	}
	return &c
}

// useSamples makes the rows of what was asked of e known under a name.
func (b *builder) useSamples(e *Endpoint, name string) {
	file := b.suite.sampled[e.Samples]
	if file == "" {
		stem := scenarioID(e)
		file = stem
		for n := 2; slices.ContainsFunc(b.suite.Tables, func(t Table) bool { return t.Name == file }); n++ {
			file = stem + "-" + strconv.Itoa(n)
		}
		if b.suite.sampled == nil {
			b.suite.sampled = map[*Table]string{}
		}
		b.suite.sampled[e.Samples] = file
		t := *e.Samples
		t.Name = file
		b.suite.Tables = append(b.suite.Tables, t)
	}
	if use := (dataUse{name, file + ".csv"}); !slices.Contains(b.s.data, use) {
		b.s.data = append(b.s.data, use)
	}
}

// fromSamples takes an id from what was asked of another endpoint, as a user's from /users/{id}/orders.
func (b *builder) fromSamples(id ID) Value {
	for i := range b.known.Endpoints {
		e := &b.known.Endpoints[i]
		for n, param := range paramNames(e.Path) {
			if p := e.param(param); e.Samples != nil && p.Column != "" && nounOf(e.Path, n) == id.Noun {
				name := identifier(scenarioID(e))
				b.useSamples(e, name)
				return Expression(name + "." + p.Column)
			}
		}
	}
	return nil
}

// sizeOf is the expression for what the cost may grow with: a column of the data that is named as what is asked for.
func (b *builder) sizeOf(e *Endpoint) string {
	for _, d := range b.s.data {
		for i := range b.suite.Tables {
			t := &b.suite.Tables[i]
			if t.Name+".csv" != d.file {
				continue
			}
			for _, c := range t.Columns {
				if noun := nounOfList(e.Path); identifier(Singular(strings.TrimSuffix(identifier(c), "_count"))) == identifier(Singular(noun)) {
					return "${" + d.name + "." + c + "}"
				}
			}
		}
	}
	return ""
}
