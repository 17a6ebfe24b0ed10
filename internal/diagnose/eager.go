package diagnose

import (
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// An idiom is how a library loads what belongs together at once. %s is the association, as its tables are named.
type idiom struct{ mark, remedy string }

// idioms are known by a part of the instrumentation scope's name, in lower case.
var idioms = []idiom{
	{"active_record", "load it with the rest: `includes(:%s)`"},
	{"activerecord", "load it with the rest: `includes(:%s)`"},
	{"django", "load it with the rest: `prefetch_related(\"%s\")`, or `select_related` where there is one of each"},
	{"sqlalchemy", "load it with the rest: `selectinload(….%s)`"},
	{"hibernate", "load it with the rest: `JOIN FETCH`, an entity graph, or `@BatchSize` on %s"},
	{"jpa", "load it with the rest: `JOIN FETCH` or an entity graph for %s"},
	{"gorm", "load it with the rest: `Preload` of %s"},
	{"entgo", "load it with the rest: the `With…` method for %s"},
	{"prisma", "load it with the rest: `include` of %s"},
	{"typeorm", "load it with the rest: `relations` or `leftJoinAndSelect` of %s"},
	{"sequelize", "load it with the rest: `include` of %s"},
	{"eloquent", "load it with the rest: `with('%s')`"},
	{"laravel", "load it with the rest: `with('%s')`"},
	{"ecto", "load it with the rest: `preload: :%s`"},
	{"entityframework", "load it with the rest: `Include` of %s"},
}

// condition is the column that a statement selects by: WHERE order_id = ?.
var condition = regexp.MustCompile(`(?i)\bWHERE\s+(?:[\w"]+\.)?([\w"]+)\s*=\s*\?`)

// together is how to do with one query what an operation does with many, in the terms of the library if it is known.
func together(o bench.Operation) string {
	table := o.About
	if table == "" {
		table = "it"
	}
	library := strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(o.Library))
	for _, i := range idioms {
		if strings.Contains(library, strings.ReplaceAll(i.mark, "_", "")) {
			return strings.ReplaceAll(i.remedy, "%s", table)
		}
	}
	if strings.HasPrefix(o.Name, "INSERT") {
		return "insert all rows with one statement: `VALUES (…), (…)`"
	}
	if column := condition.FindStringSubmatch(o.Name); column != nil {
		return "read all with one query: `WHERE " + column[1] + " IN (…)`, or a join"
	}
	return "read all with one query: an `IN (…)`, or a join"
}
