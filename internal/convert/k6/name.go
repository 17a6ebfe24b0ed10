package k6

import (
	"net/url"
	"regexp"
	"strings"
)

// requestName is what a request is called, and the scheme and host that it went to where the tags tell them. The tag `name` says it; where that is
// the URL, as by default, it is method and path, without what makes each request its own, and without the query, which may hold secrets.
func requestName(t tags) (name, host string) {
	u, err := url.Parse(t.URL)
	if err == nil && u.Host != "" {
		host = u.Scheme + "://" + u.Host
	}
	name = t.Name
	if name == "" {
		name = t.URL
	}
	if name == "" {
		return "requests", host
	}
	if !strings.Contains(name, "://") {
		return name, host
	}
	named, err := url.Parse(name)
	if err != nil || named.Host == "" {
		named = &url.URL{Path: "/"}
		if rest := name[strings.Index(name, "://")+3:]; strings.Contains(rest, "/") { // http.url leaves ${} in it
			named.Path = rest[strings.IndexByte(rest, '/'):]
		}
		named.Path, _, _ = strings.Cut(named.Path, "?")
	}
	return strings.TrimSpace(t.Method + " " + template(named.Path)), host
}

var (
	numberSegment = regexp.MustCompile(`^\d+$`)
	uuidSegment   = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	hashSegment   = regexp.MustCompile(`^[0-9A-Fa-f]{8,}$`)
	ulidSegment   = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`)
)

// template is a path with its ids as :id.
func template(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s == "${}" || numberSegment.MatchString(s) || uuidSegment.MatchString(s) || ulidSegment.MatchString(s) || hashSegment.MatchString(s) && strings.ContainsAny(s, "0123456789") {
			segments[i] = ":id"
		}
	}
	if path = strings.Join(segments, "/"); path == "" {
		return "/"
	}
	return path
}

// slug is a name as an id.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
