package postgres

import (
	"regexp"
	"strings"
)

// A condition is one of those that a row has to meet, as the server writes it out: "(t.category_id = $1)".
type condition struct {
	column  string // as SQL names it, quoted where it must be; empty: none alone
	wrapped string // the expression that the column is hidden in, such as lower(email); empty: it stands as it is
	op      string
	text    string
}

const identifier = `(?:[a-z_\x80-\xff][a-z0-9_$\x80-\xff]*|"(?:[^"]|"")+")`

var (
	bare      = regexp.MustCompile(`^(` + identifier + `)\.(` + identifier + `)$`)
	recast    = regexp.MustCompile(`^\((` + identifier + `)\.(` + identifier + `)\)::(.+)$`)
	qualified = regexp.MustCompile(`(` + identifier + `)\.(` + identifier + `)`)
	callOf    = regexp.MustCompile(`^` + identifier + `\(.*\)$`)
)

// conditions takes a filter apart, as far as rows of alias are concerned. free reports whether casting a column to a type costs no index.
func conditions(filter, alias string, free func(column, to string) bool) []condition {
	var all []condition
	for _, part := range conjuncts(filter) {
		left, op, right := operands(part)
		if op == "" {
			continue
		}
		c := condition{op: op, text: part}
		side := left
		if !mentions(left, alias) {
			side = right
			if op != "=" {
				continue // $1 < column: rare, and not worth turning round
			}
		}
		if mentions(left, alias) && mentions(right, alias) {
			continue // of two columns of one row: no index helps
		}
		if m := bare.FindStringSubmatch(side); m != nil && m[1] == alias {
			c.column = m[2]
		} else if m := recast.FindStringSubmatch(side); m != nil && m[1] == alias && free(m[2], m[3]) {
			c.column = m[2]
		} else if columns := qualified.FindAllStringSubmatch(side, -1); len(columns) == 1 && columns[0][1] == alias {
			c.column = columns[0][2]
			c.wrapped = strings.Replace(side, columns[0][0], columns[0][2], 1)
		}
		if c.column != "" {
			all = append(all, c)
		}
	}
	return all
}

func mentions(expression, alias string) bool {
	for _, m := range qualified.FindAllStringSubmatch(expression, -1) {
		if m[1] == alias {
			return true
		}
	}
	return false
}

// conjuncts splits at the ANDs that are not within brackets or quotes.
func conjuncts(filter string) []string {
	filter = unwrap(filter)
	var parts []string
	start := 0
	outside(filter, func(at int) bool {
		if strings.HasPrefix(filter[at:], " AND ") {
			parts = append(parts, unwrap(filter[start:at]))
			start = at + len(" AND ")
		}
		return true
	})
	return append(parts, unwrap(filter[start:]))
}

// operators in the order in which they are looked for: longer ones first.
var operators = []string{" <= ", " >= ", " <> ", " = ", " < ", " > ", " ~~* ", " ~~ ", " @> ", " IS NULL"}

// operands takes a comparison apart. An operator that is not known gives none: nothing is said of what is not understood.
func operands(part string) (left, op, right string) {
	outside(part, func(at int) bool {
		for _, o := range operators {
			if strings.HasPrefix(part[at:], o) {
				left, op, right = unwrapColumn(part[:at]), strings.TrimSpace(o), strings.TrimSpace(part[at+len(o):])
				return false
			}
		}
		return true
	})
	if strings.HasPrefix(right, "ALL ") {
		return "", "", ""
	}
	return left, op, right
}

// outside calls visit with each place that is not within brackets or quotes, until it returns false.
func outside(text string, visit func(at int) bool) {
	depth := 0
	var quote byte
	for i := range len(text) {
		switch b := text[i]; {
		case quote != 0:
			if b == quote {
				quote = 0 // a doubled quote closes and opens again, which comes to the same
			}
		case b == '\'' || b == '"':
			quote = b
		case b == '(' || b == '[':
			depth++
		case b == ')' || b == ']':
			depth--
		case depth == 0:
			if !visit(i) {
				return
			}
		}
	}
}

// unwrap takes off brackets that hold all of a text.
func unwrap(text string) string {
	text = strings.TrimSpace(text)
	for len(text) > 1 && text[0] == '(' && text[len(text)-1] == ')' {
		whole := true // nothing stands beside the brackets, as in "(a) AND (b)"
		outside(text, func(int) bool { whole = false; return false })
		if !whole {
			break
		}
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// unwrapColumn takes brackets off a column, and leaves those of a cast.
func unwrapColumn(text string) string {
	text = strings.TrimSpace(text)
	if inner := unwrap(text); bare.MatchString(inner) {
		return inner
	}
	return text
}
