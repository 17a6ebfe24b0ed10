package diff

import (
	"regexp"

	"github.com/tidemark/tidemark/bench"
)

var noIndex = []bench.Kind{bench.MissingIndex, bench.PlanChange}

// migrationSigns are changes of the schema: indexes that go, and columns that come without one.
var migrationSigns = []sign{
	{in: "sql", kinds: noIndex, why: "the index of %s is dropped",
		expr: regexp.MustCompile(`(?i)\bDROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?([\w."` + "`" + `]+)(?:\s+ON\s+([\w."` + "`" + `]+))?`)},
	{in: "sql", kinds: noIndex, why: "the index of %s is dropped", expr: regexp.MustCompile(`(?i)\bALTER\s+TABLE\s+([\w."` + "`" + `]+)\s+DROP\s+(?:INDEX|KEY|CONSTRAINT)\s+([\w."` + "`" + `]+)`)},
	{in: "sql", gone: true, kinds: noIndex, why: "the index of %s was removed from the schema",
		expr: regexp.MustCompile(`(?i)\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?[\w."` + "`" + `]*\s+ON\s+([\w."` + "`" + `]+)\s*(?:USING\s+\w+\s*)?\((.*)`)},
	{in: "sql", kinds: noIndex, why: "the column %s is added", expr: regexp.MustCompile(`(?i)\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?([\w."` + "`" + `]+)\s+ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?([\w"` + "`" + `]+)`),
		unless: regexp.MustCompile(`(?i)\bADD\s+(?:CONSTRAINT|INDEX|KEY|UNIQUE|PRIMARY|FOREIGN|CHECK)\b`)},

	{in: "ruby", kinds: noIndex, why: "the index of %s is dropped", expr: regexp.MustCompile(`\bremove_index\b\s*\(?(.+)`)},
	{in: "ruby", gone: true, kinds: noIndex, why: "the index of %s was removed from the schema", expr: regexp.MustCompile(`\b(?:add_index|t\.index)\b\s*\(?([^#]+?)(?:,\s*name:.*)?$`)},
	{in: "ruby", kinds: noIndex, why: "the column %s is added", expr: regexp.MustCompile(`\badd_column\b\s*\(?\s*(:\w+,\s*:\w+)`)},
	{in: "ruby", kinds: noIndex, why: "a reference without an index is added: %s", expr: regexp.MustCompile(`\badd_(?:reference|belongs_to)\b\s*\(?\s*(:\w+,\s*:\w+).*\bindex:\s*false`)},

	{in: "python", kinds: noIndex, why: "the index of %s is dropped", expr: regexp.MustCompile(`\bop\.drop_index\(([^)]*)`)},
	{in: "python", kinds: noIndex, why: "the column %s is added", expr: regexp.MustCompile(`\bop\.add_column\(\s*(["']\w+["'],\s*sa\.Column\(\s*["']\w+["'])`)},
	{in: "python", kinds: noIndex, why: "an index is dropped (Django)", expr: regexp.MustCompile(`\bmigrations\.RemoveIndex\((.*)`)},
	{in: "python", kinds: noIndex, why: "a column is added (Django)", expr: regexp.MustCompile(`\bmigrations\.AddField\((.*)`)},
	{in: "python", kinds: noIndex, expr: regexp.MustCompile(`\b(?:model_name|name)\s*=\s*["'](\w+)["']`), beside: regexp.MustCompile(`\bmigrations\.(?:RemoveIndex|AddField)\(`)},
	{in: "python", gone: true, kinds: noIndex, why: "the index of %s was removed (Django)", expr: regexp.MustCompile(`\b(\w+)\s*=\s*(?:models|db|Column|mapped_column)\b.*\b(?:db_index|index)\s*=\s*True`)},
	{in: "python", gone: true, kinds: noIndex, why: "the index of %s was removed from the model", expr: regexp.MustCompile(`\b(?:models\.)?Index\(\s*(.*)`)},

	{in: "js", kinds: noIndex, why: "the index of %s is dropped", expr: regexp.MustCompile(`\.(?:dropIndex|removeIndex|dropUnique)\((.*)`)},
	{in: "js", gone: true, kinds: noIndex, why: "the index of %s was removed from the model", expr: regexp.MustCompile(`@Index\((.*)|\bindexes:\s*\[(.*)`)},
	{in: "js", kinds: noIndex, why: "the column %s is added", expr: regexp.MustCompile(`\.addColumn\((.*)|\btable\.(?:string|integer|bigInteger|text|uuid|timestamp|date|boolean|enum)\(\s*(["']\w+["'])`)},
	{in: "prisma", gone: true, kinds: noIndex, why: "the index of %s was removed from the model", expr: regexp.MustCompile(`@@(?:index|unique)\(\s*\[(.*)\]`)},

	{in: "java", gone: true, kinds: noIndex, why: "the index of %s was removed from the entity", expr: regexp.MustCompile(`@Index\(.*columnList\s*=\s*"([^"]+)"`)},
	{in: "php", kinds: noIndex, why: "the index of %s is dropped", expr: regexp.MustCompile(`->dropIndex\((.*)\)`)},
	{in: "elixir", kinds: noIndex, why: "the index of %s is dropped", expr: regexp.MustCompile(`\bdrop(?:_if_exists)?\s*\(?\s*(?:unique_)?index\(?(.*)`)},
	{in: "csharp", kinds: noIndex, why: "an index is dropped (EF Core)", expr: regexp.MustCompile(`\bmigrationBuilder\.DropIndex\((.*)`)},
	{in: "csharp", kinds: noIndex, why: "a column is added (EF Core)", expr: regexp.MustCompile(`\bmigrationBuilder\.AddColumn<\w+>\((.*)`)},
	{in: "csharp", kinds: noIndex, expr: regexp.MustCompile(`^\s*(?:name|table):\s*"(\w+)"`), beside: regexp.MustCompile(`\bmigrationBuilder\.(?:DropIndex|AddColumn)`)},
}

// querySigns are conditions and orders of queries that were added, which an index may be missing for.
var querySigns = []sign{
	{in: "ruby", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`\.(?:where|order|find_by|reorder|group)\b\(?\s*((?:["']?\w+["']?:?|:\w+|["'][^"']*["']).*)`)},
	{in: "python", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`\.(?:filter|exclude|order_by|filter_by|where)\((.*)`), unless: regexp.MustCompile(`\blambda\b`)},
	{in: "go", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`\.(?:Where|Order|OrderBy|Not|Or)\(\s*(["` + "`" + `][^"` + "`" + `]+|\w+\.\w+EQ)`)},
	{in: "js", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`\b(?:where|orderBy|order):\s*[\[{](.*)|\.(?:where|andWhere|orderBy|addOrderBy)\((.*)`)},
	{in: "php", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`(?:->|::)(?:where|orderBy|whereIn|whereDate|latest)\(\s*(['"]\w+['"])`)},
	{in: "elixir", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`\b(?:where|order_by):?\s*\(?\s*(.+)`)},
	{in: "csharp", kinds: noIndex, why: "a new condition or order: %s", expr: regexp.MustCompile(`\.(?:Where|OrderBy|OrderByDescending|ThenBy)\(\s*\w+\s*=>\s*\w+(.+)`)},
	{in: "java", kinds: noIndex, why: "a new query method: %s", expr: regexp.MustCompile(`\b(?:find|count|exists)(?:All|First\w*|Top\w*)?By(\w+)\s*\(`)},
	{in: "", kinds: []bench.Kind{bench.PlanChange, bench.MissingIndex}, why: "a column is hidden in a function or a pattern: %s",
		expr: regexp.MustCompile(`(?i)\b(?:lower|upper|date|trim|coalesce|date_trunc|to_char|cast|substring)\s*\(\s*((?:\w+\.)?\w+)[^)]*\)\s*(?:=|in\b|like\b|<|>)|([\w.]+)\s+i?like\s+(?:'%|\$\d+\s*\|\||concat\(\s*'%|"%)|(\w+)::(?:text|date|varchar)\s*(?:=|like|<|>)|(\w+)__i(?:contains|exact)\b`)},
}
