package diff

import (
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

var (
	nPlusOne = []bench.Kind{bench.NPlusOne, bench.RepeatingQueries}
	tooMuch  = []bench.Kind{bench.OversizedAnswer, bench.GCPressure, bench.CPUHotspot}
)

// eager is loading together what belongs together, as each framework writes it.
var eager = []struct {
	in, what     string
	expr, unless string
	beside       string
}{
	{"ruby", "ActiveRecord", `\.(?:includes|preload|eager_load)\b\(?([^)]+)`, ``, ``},
	{"python", "Django", `\.(?:select_related|prefetch_related)\(([^)]*)`, ``, ``},
	{"python", "SQLAlchemy", `\b(?:joinedload|selectinload|subqueryload|contains_eager)\(\s*(?:[A-Z]\w*\.)?(\w+)`, `^\s*(?:from|import)\b`, ``},
	{"python", "SQLAlchemy", `\b(\w+)\b.*\brelationship\(.*lazy\s*=\s*["'](?:joined|selectin|subquery|immediate)["']`, ``, ``},
	{"java", "JPA", `(?i)\bJOIN\s+FETCH\s+(?:\w+\.)?(\w+)`, ``, ``},
	{"java", "JPA", `@(?:EntityGraph|NamedAttributeNode)\((.*)`, ``, ``},
	{"java", "JPA", `@(?:One|Many)To(?:One|Many)\b.*\bFetchType\.EAGER\b(.*)`, ``, ``},
	{"java", "Hibernate", `@(?:BatchSize|Fetch)\((.*)\)`, ``, ``},
	{"go", "GORM", `\.(?:Preload|Joins)\(\s*(["` + "`" + `][^"` + "`" + `]+)`, ``, ``},
	{"go", "Ent", `\.With([A-Z]\w+)\(`, `\.With(?:Context|Timeout|Deadline|Value|Cancel|Err\w*|Field\w*|Label\w*|Option\w*|Attr\w*|Name|Group|Logger)\(`, `\.Query\w*\(`},
	{"js", "Prisma", `\binclude:\s*\{(.*)`, ``, ``},
	{"js", "Prisma", `^\s*(\w+):\s*(?:true|\{\s*include\b.*),?\s*$`, ``, `\binclude:\s*\{`},
	{"js", "Sequelize", `\binclude:\s*\[(.*)`, ``, ``},
	{"js", "Sequelize", `\{\s*model:\s*(\w+)`, ``, `\binclude:`},
	{"js", "TypeORM", `\brelations:\s*[\[{](.*)`, ``, ``},
	{"js", "TypeORM", `\.(?:leftJoinAndSelect|innerJoinAndSelect)\(\s*["'](?:\w+\.)?(\w+)`, ``, ``},
	{"js", "TypeORM", `@(?:One|Many)To(?:One|Many)\(.*\beager:\s*true(.*)`, ``, ``},
	{"php", "Eloquent", `(?:::|->)(?:with|load|loadMissing|withCount)\(\s*(\[[^\]$]*\]|['"][^$)]*)\)`, `\b(?:redirect|view|back|response|session)\(`, ``},
	{"php", "Eloquent", `\$with\s*=\s*(\[.+)`, ``, ``},
	{"elixir", "Ecto", `\bpreload:\s*(.+)`, ``, ``},
	{"elixir", "Ecto", `\bpreload\((.+)`, ``, ``},
	{"csharp", "EF Core", `\.(?:Then)?Include\((?:\s*\w+\s*=>\s*\w+)?([^)]*)\)`, ``, ``},
}

// eagerSigns: without it each row is loaded by a query of its own; with more of it each request reads and carries more.
var eagerSigns = func() (signs []sign) {
	for _, e := range eager {
		s := sign{in: e.in, expr: regexp.MustCompile(e.expr)}
		if e.unless != "" {
			s.unless = regexp.MustCompile(e.unless)
		}
		s.next = strings.HasPrefix(e.expr, "@(?:One|Many)") || strings.HasPrefix(e.expr, "@(?:Batch")
		if e.beside != "" {
			s.beside = regexp.MustCompile(e.beside)
		}
		gone := s
		gone.gone, gone.kinds, gone.why = true, nPlusOne, "eager loading of %s was removed ("+e.what+")"
		s.kinds, s.why = append([]bench.Kind{bench.MissingIndex}, tooMuch...), "eager loading of %s was added ("+e.what+")"
		signs = append(signs, gone, s)
	}
	return signs
}()

// loopSigns are queries and calls that stand in a loop: one for each of what it goes over.
var loopSigns = []sign{
	{in: "ruby", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\b([A-Z]\w+)\.(?:find|find_by|where|count|exists\?|pluck|first|last)\b`)},
	{in: "python", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\b(\w+)\.objects\.(?:get|filter|all|count|exclude)\b|\bsession\.(?:query|get|scalars?)\(\s*(\w+)|\bselect\((\w+)\)|\bcursor\.execute\((.*)`)},
	{in: "java", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\b(\w*?)(?:[rR]epository|[dD]ao|[mM]apper)\.(?:find|get|load|query|select|count|exists)\w*\(|\b(?:entityManager|em|session)\.(?:find|get|load)\((\w+)`)},
	{in: "go", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\.(?:Query|QueryRow|QueryContext|QueryRowContext|Queryx|QueryRowx|Select|SelectContext|GetContext)\((.*)|\.Where\(.*\)\.(?:First|Find|Take|Scan)\(&?(\w+)|\.Query(\w+)\(\)\.`)},
	{in: "js", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\b(\w+)\.(?:findOne|findOneBy|findUnique|findByPk|findFirst|findById|findAll|findMany|findBy|find)\((?:.*[^=]$|\s*\{)`), unless: regexp.MustCompile(`\.find\(\s*\(?\w*\)?\s*=>`)},
	{in: "php", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\b([A-Z]\w+)::(?:find|findOrFail|where|first|all|query)\(|->(\w+)\(\)->(?:get|first|where|count)\(`)},
	{in: "elixir", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\bRepo\.(?:get|get_by|one|all|preload)!?\(\s*(\w+)`)},
	{in: "csharp", loop: true, kinds: nPlusOne, why: "a query of %s was put into a loop",
		expr: regexp.MustCompile(`\b_?(?:\w*[cC]ontext|db)\.(\w+)\.(?:Find|First|Single|Where|Any|Count|ToList)\w*\(`)},
}
