package har

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// A source is where in an answer a value stands.
type source struct {
	call int
	path string
	key  string
}

// mostValues bounds what is remembered of all answers.
const mostValues = 200_000

// An index knows where values of answers came from, the first first.
type index struct {
	sources map[string][]source
	values  int
}

func newIndex() *index { return &index{sources: map[string][]source{}} }

// add remembers the values of an answer.
func (x *index) add(call int, answer any) {
	var walk func(path, key string, v any, depth int)
	walk = func(path, key string, v any, depth int) {
		if x.values > mostValues || depth > 12 {
			return
		}
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(path+author.PathMember(name), name, v[name], depth+1)
			}
		case []any:
			for i := range v[:min(len(v), 200)] {
				walk(fmt.Sprintf("%s[%d]", path, i), key, v[i], depth+1)
			}
		case string:
			if v != "" && len(v) <= 4096 {
				x.values++
				x.sources[v] = append(x.sources[v], source{call, path, key})
			}
		case json.Number:
			x.values++
			x.sources[v.String()] = append(x.sources[v.String()], source{call, path, key})
		}
	}
	walk("$", "", answer, 0)
}

// idWords end the names of members that later requests use.
var idWords = []string{"id", "ids", "uuid", "guid", "token", "slug", "key", "code", "sku", "cursor", "next", "ref", "reference", "number", "handle", "nonce", "csrf", "version", "etag", "hash", "gid", "sid", "after"}

// find is where a value of a request came from: the first answer that had it, under a name that ids have, or under any name if nobody
// would write such a value by chance.
func (x *index) find(value string) (source, bool) {
	all := x.sources[value]
	for i := range all {
		words := author.Words(all[i].key)
		named := len(words) > 0 && slices.Contains(idWords, words[len(words)-1])
		form := author.SegmentKind(value)
		if named || form == author.UUIDSegment || form == author.HashSegment || len(value) >= 24 && !strings.ContainsAny(value, " /") {
			return all[i], true
		}
	}
	return source{}, false
}
