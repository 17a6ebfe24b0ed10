package evidence

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/DataDog/go-sqllexer"
)

// A Statement is what many executions of one SQL statement have in common.
type Statement struct {
	Text   string   // with ? for each value and each list of values, spaces and keywords alike, without comments and control characters
	Verb   string   // SELECT, INSERT …, in capitals; empty: not known
	Tables []string // that it names, in lower case, without schema and quotes
	// Inline reports whether values stood in the text itself, so that executions with different values have different texts.
	Inline bool
}

// mostStatement is how many bytes of a statement are looked at. One that differs from another only beyond it, or is cut there, is that one.
const mostStatement = 16 << 10

var (
	values = sqllexer.NewObfuscator(sqllexer.WithReplacePositionalParameter(true), sqllexer.WithReplaceBindParameter(true),
		sqllexer.WithReplaceBoolean(true), sqllexer.WithReplaceNull(true), sqllexer.WithDollarQuotedFunc(true))
	form = sqllexer.NewNormalizer(sqllexer.WithUppercaseKeywords(true), sqllexer.WithCollectTables(true), sqllexer.WithCollectCommands(true),
		sqllexer.WithKeepSQLAlias(true), sqllexer.WithRemoveSpaceBetweenParentheses(true))
)

// ReadStatement takes a statement's text apart, as a service or a database wrote it; system is the database's, as OpenTelemetry names it,
// or empty. What is no SQL comes back much as it is, with its numbers taken out. It holds no value of the text: those may be secrets.
func ReadStatement(text, system string) Statement {
	if len(text) > mostStatement {
		text = text[:mostStatement]
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' { // a line's end is the end of a comment
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	dialect := sqllexer.WithDBMS(dialects[system])
	normal, facts, err := sqllexer.ObfuscateAndNormalize(text, values, form, dialect)
	if err != nil {
		return Statement{}
	}
	s := Statement{Text: Plain(collapse(normal, deepest))}
	if len(facts.Commands) > 0 {
		s.Verb = strings.ToUpper(facts.Commands[0])
	}
	for _, t := range facts.Tables {
		if t = Plain(table(t)); t != "" {
			s.Tables = append(s.Tables, t)
		}
	}
	s.Inline = hasValues(sqllexer.New(text, dialect))
	return s
}

// dialects differ in what quotes and braces mean.
var dialects = map[string]sqllexer.DBMSType{
	"mysql": sqllexer.DBMSMySQL, "mariadb": sqllexer.DBMSMySQL, "postgresql": sqllexer.DBMSPostgres,
	"microsoft.sql_server": sqllexer.DBMSSQLServer, "mssql": sqllexer.DBMSSQLServer, "oracle.db": sqllexer.DBMSOracle, "oracle": sqllexer.DBMSOracle,
}

// collapse makes one of groups in parentheses that are repeated one after another, as the rows of an INSERT are: how many there are
// differs from one execution to the next. Groups within groups are looked at down to a depth.
func collapse(text string, depth int) string {
	var b strings.Builder
	last := "" // the group that was written last, if nothing else was since
	for i := 0; i < len(text); {
		start := i
		if last != "" && strings.HasPrefix(text[i:], ", (") {
			start += len(", ")
		}
		end := group(text, start)
		if end == 0 || depth == 0 {
			b.WriteByte(text[i])
			last = ""
			i++
			continue
		}
		inner := "(" + collapse(text[start+1:end-1], depth-1) + ")"
		if start == i || inner != last {
			b.WriteString(text[i:start] + inner)
		}
		last, i = inner, end
	}
	return b.String()
}

// deepest is how deep in parentheses lists of rows are looked for.
const deepest = 6

// group is where a group in parentheses that begins at i ends; 0: none begins there.
func group(text string, i int) int {
	if text[i] != '(' {
		return 0
	}
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// hasValues reports whether a text has values other than a mark for one.
func hasValues(lexer *sqllexer.Lexer) bool {
	for {
		switch token := lexer.Scan(); token.Type {
		case sqllexer.EOF:
			return false
		case sqllexer.NUMBER, sqllexer.STRING, sqllexer.INCOMPLETE_STRING, sqllexer.DOLLAR_QUOTED_STRING:
			return true
		}
	}
}

// table is a table's name without schema and quotes, in lower case.
func table(name string) string {
	name = name[strings.LastIndexByte(name, '.')+1:]
	return strings.ToLower(strings.Trim(name, "\"`[]"))
}

// Plain is a text in one line, without control characters and such that change the direction of writing: what a peer sends is shown on
// terminals and in comments.
func Plain(text string) string {
	clean := true
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			clean = false
			break
		}
	}
	if clean {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// Short is a text cut to so many letters, with an ellipsis where something was cut.
func Short(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
