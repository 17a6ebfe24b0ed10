package author

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A SegmentForm is what a segment of a path looks like.
type SegmentForm int

// The forms.
const (
	WordSegment SegmentForm = iota
	IntegerSegment
	UUIDSegment
	HashSegment // hexadecimal or base64-like, with digits: an id that a machine made
)

var (
	integer = regexp.MustCompile(`^\d{1,19}$`)
	uuid    = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	ulid    = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`)
	hash    = regexp.MustCompile(`^[0-9a-fA-F]{16,}$`)
	mixed   = regexp.MustCompile(`^([a-z]{2,8}_)?[A-Za-z0-9_-]{10,}$`)
	digits  = regexp.MustCompile(`\d`)
	capital = regexp.MustCompile(`[A-Z]`)
)

// SegmentKind says what a segment of a path looks like.
func SegmentKind(s string) SegmentForm {
	switch {
	case integer.MatchString(s):
		return IntegerSegment
	case uuid.MatchString(s), ulid.MatchString(s):
		return UUIDSegment
	case hash.MatchString(s):
		return HashSegment
	case mixed.MatchString(s) && len(digits.FindAllString(s, -1)) >= 2 && (capital.MatchString(s) || len(s) >= 20 && !strings.Contains(s, "-")):
		return HashSegment
	}
	return WordSegment
}

// PageParam adds a query parameter to how pages are had, if its name says that it has to do with pages; else it returns nil.
func PageParam(p *Pages, name string) *Pages {
	q := Pages{First: 1}
	if p != nil {
		q = *p
	}
	switch strings.Join(Words(name), " ") {
	case "page", "page number", "page no", "p", "pagenumber", "current page", "page num", "page index":
		q.Number = name
		if strings.Contains(strings.ToLower(name), "index") {
			q.First = 0
		}
	case "offset", "skip", "start index", "first result":
		q.Offset = name
	case "per page", "page size", "limit", "size", "pagesize", "perpage", "take", "max results", "maxresults", "page limit", "count", "results per page", "items per page", "top", "first":
		if q.Size != "" {
			return nil
		}
		q.Size = name
	default:
		return nil
	}
	return &q
}

// EnvName is a name for an environment variable.
func EnvName(words ...string) string { return envName(words...) }

// Clean takes secrets out of a value and puts environment variables in their place. It returns them too. What is personal or has to
// differ from request to request is made anew, and ids of other things are looked for when the suite is written.
func Clean(v Value) (clean Value, secrets []string) {
	clean = walk(v, "", func(name string, v Value) Value {
		if a, ok := v.(Array); ok {
			return repeated(a)
		}
		l, ok := v.(Literal)
		if !ok {
			return v
		}
		text, isText := l.V.(string)
		switch {
		case isText && text != "" && (SecretName(name) || SecretValue(text)):
			if !strings.ContainsAny(text, "<>${}") {
				secrets = append(secrets, text)
			}
			if name == "" {
				name = "SECRET"
			}
			return Text{Expression("env." + envName(name))}
		case isText && email.MatchString(text):
			return unique("bench-", "@example.com")
		case nounOfID(name) != "" && (isText && SegmentKind(text) != WordSegment || !isText && integer.MatchString(marshal(l.V))):
			kind := IntegerKind
			if isText {
				kind = StringKind
			}
			return ID{Noun: nounOfID(name), Name: name, Kind: kind, Else: l}
		case name == "quantity" || name == "qty":
			if !isText {
				return ByName("quantity", IntegerKind)
			}
		}
		return v
	})
	return clean, secrets
}

// repeated is a list whose elements are all made in the same way, as one that says so.
func repeated(a Array) Value {
	for i, v := range a {
		if _, plain := v.(Literal); plain || i > 0 && marshalled(v) != marshalled(a[0]) {
			return a
		}
	}
	if len(a) < 2 {
		return a
	}
	return Repeat{Of: a[0], Low: len(a), High: len(a)}
}

// marshalled tells values apart.
func marshalled(v Value) string {
	return walk(v, "", func(_ string, v Value) Value {
		if id, ok := v.(ID); ok {
			return Expression("id of " + id.Noun)
		}
		return v
	}).expression()
}

var email = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

// Walk replaces the values in v from the inside out, by what f makes of each under the name that it has.
func Walk(v Value, f func(name string, v Value) Value) Value { return walk(v, "", f) }

// ParseForm reads what an HTML form sends, or returns nil.
func ParseForm(body string) Value {
	if !strings.Contains(body, "=") {
		return nil
	}
	o := Object{}
	for _, part := range strings.Split(body, "&") {
		name, value, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err != nil || err2 != nil || name == "" {
			return nil
		}
		o = append(o, Field{name, Literal{value}})
	}
	return o
}

// AuthFrom reads the header Authorization. What it proves with becomes an environment variable.
func AuthFrom(value string) (a *Auth, secrets []string) {
	scheme, credentials, _ := strings.Cut(strings.TrimSpace(value), " ")
	credentials = strings.TrimSpace(credentials)
	if credentials != "" && !strings.ContainsAny(credentials, "<>${}") {
		secrets = append(secrets, credentials)
	}
	switch strings.ToLower(scheme) {
	case "bearer":
		name := "API_TOKEN"
		if m := variable.FindStringSubmatch(credentials); m != nil {
			name = m[1]
		}
		return &Auth{Kind: Bearer, Value: "${env." + name + "}"}, secrets
	case "basic":
		if plain, err := base64.StdEncoding.DecodeString(credentials); err == nil {
			_, password, _ := strings.Cut(string(plain), ":")
			secrets = append(secrets, password)
		}
		return &Auth{Kind: Basic, User: "${env.API_USER}", Value: "${env.API_PASSWORD}"}, secrets
	case "":
		return nil, nil
	}
	if credentials == "" {
		return &Auth{Kind: Header, Header: "Authorization", Value: "${env.API_KEY}"}, append(secrets, scheme)
	}
	return &Auth{Kind: Header, Header: "Authorization", Value: scheme + " ${env.API_KEY}"}, secrets
}

var variable = regexp.MustCompile(`^\$\{?([A-Z][A-Z0-9_]*)\}?$`)

// notPlain are headers that belong to a connection, a browser or a trace, and not to a request of a benchmark.
var notPlain = []string{"host", "connection", "content-length", "content-type", "accept-encoding", "user-agent", "referer", "origin", "cookie", "date", "te", "upgrade", "keep-alive",
	"transfer-encoding", "cache-control", "pragma", "dnt", "priority", "accept-language", "traceparent", "tracestate", "baggage", "sentry-trace", "upgrade-insecure-requests", "if-none-match", "if-modified-since", "range",
	"accept", "authorization", "expect", "via", "forwarded", "x-request-id", "x-correlation-id", "x-real-ip"}

// PlainHeader reports whether a header belongs to the request itself.
func PlainHeader(name string) bool {
	low := strings.ToLower(name)
	return name != "" && !slices.Contains(notPlain, low) && !strings.HasPrefix(low, "sec-") && !strings.HasPrefix(low, "x-forwarded") && !strings.HasPrefix(low, ":") && !strings.HasPrefix(low, "proxy-") &&
		!strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) })
}
