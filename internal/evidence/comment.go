package evidence

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

var (
	commentOf = regexp.MustCompile(`(?s)/\*(.*?)\*/`)
	// sqlcommenter writes key='value', the value URL-encoded; Rails' query logs write key:value.
	commenter = regexp.MustCompile(`([\w.]+)='([^']*)'`)
	queryLog  = regexp.MustCompile(`(?:^|,)\s*(\w+):([^,]*)`)
)

// CodeOf is the place in the service's source that a statement's comment names, as sqlcommenter and Rails' query logs write it; nil: it
// names none. Of executions with different comments databases keep the first one's.
func CodeOf(statement string) *bench.Location {
	if len(statement) > mostStatement {
		return nil // comments stand at the ends, and reading all of a text this long is not worth one
	}
	for _, comment := range commentOf.FindAllStringSubmatch(statement, 4) {
		tags := map[string]string{}
		for _, m := range commenter.FindAllStringSubmatch(comment[1], 20) {
			if value, err := url.QueryUnescape(m[2]); err == nil {
				tags[m[1]] = value
			}
		}
		if len(tags) == 0 {
			for _, m := range queryLog.FindAllStringSubmatch(comment[1], 20) {
				tags[m[1]] = strings.TrimSpace(m[2])
			}
		}
		if l := location(tags); l != nil {
			return l
		}
	}
	return nil
}

// location is the place that tags name; nil: none.
func location(tags map[string]string) *bench.Location {
	first := func(names ...string) string {
		for _, n := range names {
			if tags[n] != "" {
				return Short(Plain(tags[n]), 300)
			}
		}
		return ""
	}
	l := bench.Location{File: first("code.file.path", "code.filepath", "source_location", "file"), Function: first("code.function.name", "code.function", "func")}
	l.Line, _ = strconv.Atoi(first("code.line.number", "code.lineno", "line")) // 0: not known
	if parts := strings.SplitN(l.File, ":", 3); len(parts) > 1 {               // app/models/order.rb:12:in 'total'
		if n, err := strconv.Atoi(parts[1]); err == nil {
			l.File, l.Line = parts[0], n
		}
	}
	if controller, action := first("controller"), first("action"); l.Function == "" && controller != "" && action != "" {
		l.Function = controller + "#" + action
	}
	if l.File == "" && l.Function == "" {
		return nil
	}
	return &l
}
