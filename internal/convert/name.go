package convert

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// value is a segment of a path that looks like an id: a number, a UUID, or a long run of hexadecimal digits.
var value = regexp.MustCompile(`^([0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,})$`)

// Endpoint names requests by their method and path, with ids as :id and without query, for tools that know addresses only. target is
// where the API is; empty: the address does not say.
func Endpoint(method, address string) (name, target string) {
	u, err := url.Parse(address)
	if err != nil {
		return strings.TrimSpace(method + " (an address that cannot be read)"), ""
	}
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if value.MatchString(s) {
			segments[i] = ":id"
		}
	}
	path := strings.Join(segments, "/")
	if path == "" {
		path = "/"
	}
	if u.Host != "" {
		target = u.Scheme + "://" + u.Host
	}
	return strings.TrimSpace(method + " " + path), target
}

var notInIDs = regexp.MustCompile(`[^a-z0-9]+`)

// longestID is how long the id of a scenario gets.
const longestID = 60

// ids gives names ids that differ. The same names in the same order always get the same.
func ids(names []string) []string {
	all, used := make([]string, len(names)), map[string]bool{}
	for i, name := range names {
		id := strings.Trim(notInIDs.ReplaceAllString(strings.ToLower(name), "-"), "-")
		if id == "" {
			id = "requests"
		}
		id = strings.TrimRight(id[:min(len(id), longestID)], "-")
		all[i] = id
		for n := 2; used[all[i]]; n++ {
			all[i] = id + "-" + strconv.Itoa(n)
		}
		used[all[i]] = true
	}
	return all
}
