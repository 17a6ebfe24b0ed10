package template

import "strings"

// A Piece is a stretch of a source: literal text, or an expression without its ${ and }.
type Piece struct {
	Text       string
	Expression bool
	Offset     int // of Text in the source, in bytes
}

// Split finds the expressions of a source.
func Split(source string) ([]Piece, error) {
	var pieces []Piece
	literal := 0
	flush := func(to int) {
		if to > literal {
			pieces = append(pieces, Piece{Text: strings.ReplaceAll(source[literal:to], "$${", "${"), Offset: literal})
		}
	}
	for i := 0; i < len(source); {
		switch {
		case strings.HasPrefix(source[i:], "$${"):
			i += len("$${")
		case strings.HasPrefix(source[i:], "${"):
			flush(i)
			end := closing(source, i+2)
			if end < 0 {
				return nil, &Error{Offset: i, Message: "${ without its }: write ${…}, or $${ for the characters themselves"}
			}
			pieces = append(pieces, Piece{Text: source[i+2 : end], Expression: true, Offset: i + 2})
			i = end + 1
			literal = i
		default:
			i++
		}
	}
	flush(len(source))
	return pieces, nil
}

// End is where the expression that begins with ${ at offset i of source ends, after its }; -1: nowhere.
func End(source string, i int) int {
	if end := closing(source, i+2); end >= 0 {
		return end + 1
	}
	return -1
}

// closing is the offset of the } that ends an expression, past those of its own braces and quoted texts; -1: none.
func closing(source string, i int) int {
	depth, quote := 0, byte(0)
	for ; i < len(source); i++ {
		c := source[i]
		switch {
		case quote != 0 && c == '\\' && quote != '`':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return i
		case c == '}':
			depth--
		}
	}
	return -1
}

// Literal is a source that renders as text, whatever text holds.
func Literal(text string) string { return strings.ReplaceAll(text, "${", "$${") }
