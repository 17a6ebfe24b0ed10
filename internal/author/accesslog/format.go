package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A record is what a line says. Its texts are parts of the line.
type record struct {
	client, agent []byte
	method, uri   []byte // as sent: path and query
	status        int
	seconds       float64 // below 0: not told
	second        int64   // since 1970; 0: not told
}

// A parser reads lines of one format. It is used by one worker at a time, through a copy of its own.
type parser interface {
	name() string
	parse(line []byte, r *record, clock *clock) bool
}

// known formats, in the order in which they are tried. A field of the rest swallows what follows.
var known = []struct{ name, format string }{
	{"combined with the request's time", `$remote_addr $x $remote_user [$time_local] "$request" $status $x "$x" "$http_user_agent" $request_time$rest`},
	{"combined", `$remote_addr $x $remote_user [$time_local] "$request" $status $x "$x" "$http_user_agent"$rest`},
	{"common with the request's time", `$remote_addr $x $remote_user [$time_local] "$request" $status $x $request_time`},
	{"common", `$remote_addr $x $remote_user [$time_local] "$request" $status $x$rest`},
	{"combined behind the host's name", `$x $remote_addr $x $remote_user [$time_local] "$request" $status $x "$x" "$http_user_agent"$rest`},
	{"AWS ALB", `$x $time_iso8601 $x $remote_addr $x $part $part $part $status $x $x $x "$request" "$http_user_agent"$rest`},
}

// parserFor finds the format that reads the most of some lines.
func parserFor(sample []byte, format string) (parser, error) {
	if format != "" {
		return compile("the given format", format)
	}
	if bytes.IndexByte(sample[:min(len(sample), 4096)], 0) >= 0 {
		return nil, errors.New("is a binary file: an access log is lines of text, plain, gzip or zstd")
	}
	lines := firstLines(sample)
	if len(lines) > 0 && len(lines[0]) > 0 && lines[0][0] == '{' {
		if bytes.Contains(lines[0], []byte(`"log"`)) && bytes.Contains(sample[:min(len(sample), 1000)], []byte(`"entries"`)) {
			return nil, errors.New("is a HAR capture: pass it with --har")
		}
		return jsonParser{}, nil
	}
	var best parser
	most := -1
	for _, k := range known {
		p, err := compile(k.name, k.format)
		if err != nil {
			return nil, err
		}
		n := 0
		var c clock
		for _, line := range lines {
			var r record
			if p.parse(line, &r, &c) && r.second > 0 {
				n++
			}
		}
		if n > most {
			best, most = p, n
		}
	}
	return best, nil
}

const sampleLines = 200

func firstLines(sample []byte) (lines [][]byte) {
	for len(sample) > 0 && len(lines) < sampleLines {
		line := sample
		if at := bytes.IndexByte(sample, '\n'); at >= 0 {
			line, sample = sample[:at], sample[at+1:]
		} else {
			sample = nil
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// A role is what a field of a line means.
type role int

const (
	ignored role = iota
	client
	agent
	request // GET /path HTTP/1.1
	method
	uri // path with its query
	path
	query
	status
	secondsTook
	milliTook
	microTook
	partTook // of the time; several add up
	timeLocal
	timeISO
	timeUnix
	rest
)

var roles = map[string]role{
	"remote_addr": client, "http_x_forwarded_for": ignored, "http_user_agent": agent, "request": request, "request_method": method, "request_uri": uri, "uri": uri, "args": query, "query_string": query, "status": status,
	"request_time": secondsTook, "part": partTook, "time_local": timeLocal, "time_iso8601": timeISO, "msec": timeUnix, "rest": rest,
}

var apache = map[string]role{"h": client, "a": client, "r": request, "m": method, "U": path, "q": query, "s": status, ">s": status, "T": secondsTook, "D": microTook, "{ms}T": milliTook, "{us}T": microTook, "{s}T": secondsTook, "t": timeLocal, "{User-Agent}i": agent, "{user-agent}i": agent}

// A field is one value of a line and the literal that ends it.
type fieldForm struct {
	role   role
	quoted bool   // stands in quotes, and may hold escaped ones
	until  string // empty: the line's end
}

// A textParser reads lines of fields between literals.
type textParser struct {
	title  string
	prefix string
	fields []fieldForm
}

var (
	nginxVariable  = regexp.MustCompile(`\$\{?([a-z_0-9]+)\}?`)
	apacheVariable = regexp.MustCompile(`%(>?(?:\{[^}]*\})?[a-zA-Z])`)
	logFormat      = regexp.MustCompile(`^\s*log_format\s+\S+\s+(?:escape=\w+\s+)?`)
)

// compile makes a parser of nginx's log_format or Apache's LogFormat.
func compile(name, format string) (*textParser, error) {
	form, lookup := nginxVariable, roles
	format = strings.TrimSuffix(strings.TrimSpace(logFormat.ReplaceAllString(format, "")), ";")
	if n := len(format); n > 1 && format[0] == '\'' && format[n-1] == '\'' {
		format = strings.Trim(regexp.MustCompile(`'\s+'`).ReplaceAllString(format, ""), "'")
	}
	if !nginxVariable.MatchString(format) && apacheVariable.MatchString(format) {
		form, lookup = apacheVariable, apache
		format = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(format, `\"`, `"`), "%t", "[%t]"), "[[%t]]", "[%t]")
	}
	at := form.FindAllStringSubmatchIndex(format, -1)
	if len(at) == 0 {
		return nil, fmt.Errorf("--log-format %q has no variables: write nginx's log_format, as '$remote_addr … \"$request\" $status $request_time'", format)
	}
	p := &textParser{title: name, prefix: format[:at[0][0]]}
	seen := map[role]bool{}
	for i, m := range at {
		f := fieldForm{role: lookup[format[m[2]:m[3]]]}
		end := len(format)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		f.until = format[m[1]:end]
		before := p.prefix
		if i > 0 {
			before = p.fields[i-1].until
		}
		f.quoted = strings.HasSuffix(before, `"`) && strings.HasPrefix(f.until, `"`)
		if f.until == "" && i+1 < len(at) && f.role != secondsTook && format[at[i+1][2]:at[i+1][3]] != "rest" {
			return nil, fmt.Errorf("--log-format: nothing stands between %s and %s, so they cannot be told apart", format[m[0]:m[1]], format[at[i+1][0]:at[i+1][1]])
		}
		seen[f.role] = true
		p.fields = append(p.fields, f)
	}
	if !seen[request] && !seen[uri] && !seen[path] {
		return nil, errors.New(`--log-format: it has no "$request" and no $request_uri, so there is nothing to learn`)
	}
	return p, nil
}

func (p *textParser) name() string { return p.title }

func (p *textParser) parse(line []byte, r *record, c *clock) bool {
	if p.prefix != "" {
		if !bytes.HasPrefix(line, []byte(p.prefix)) {
			return false
		}
		line = line[len(p.prefix):]
	}
	r.seconds = -1
	ok := true
	for i := range p.fields {
		f := &p.fields[i]
		var value []byte
		if f.until == "" {
			value = line
			if i+1 < len(p.fields) { // a number before the rest
				end := 0
				for end < len(line) && (line[end] >= '0' && line[end] <= '9' || line[end] == '.') {
					end++
				}
				value, line = line[:end], line[end:]
			} else {
				line = nil
			}
		} else {
			end := find(line, f.until, f.quoted)
			if end < 0 {
				return false
			}
			value, line = line[:end], line[end+len(f.until):]
		}
		if f.role != ignored && f.role != rest {
			ok = r.set(f.role, value, c) && ok
		}
	}
	return ok && len(r.uri) > 0 && r.status > 0
}

// find is where a literal begins, past quotes that are escaped.
func find(line []byte, until string, quoted bool) int {
	from := 0
	for {
		at := bytes.IndexByte(line[from:], until[0])
		if at < 0 {
			return -1
		}
		at += from
		if quoted && at > 0 && line[at-1] == '\\' && !bytes.HasSuffix(line[:at], []byte(`\\`)) {
			from = at + 1
			continue
		}
		if len(until) == 1 || len(line)-at >= len(until) && string(line[at:at+len(until)]) == until {
			return at
		}
		from = at + 1
	}
}

// set takes a field's value.
func (r *record) set(what role, v []byte, c *clock) bool {
	switch what {
	case client:
		r.client = v
	case agent:
		r.agent = v
	case request:
		first := bytes.IndexByte(v, ' ')
		if first <= 0 {
			return false
		}
		r.method = v[:first]
		v = v[first+1:]
		if last := bytes.LastIndexByte(v, ' '); last > 0 {
			v = v[:last]
		}
		return r.setURI(v)
	case method:
		r.method = v
	case uri, path:
		return r.setURI(v)
	case query:
		if len(v) > 0 && v[0] == '?' {
			v = v[1:]
		}
		if len(v) > 0 && string(v) != "-" && bytes.IndexByte(r.uri, '?') < 0 {
			r.uri = append(append(append([]byte{}, r.uri...), '?'), v...)
		}
	case status:
		r.status = number(v)
	case secondsTook:
		r.took(v, 1)
	case milliTook:
		r.took(v, 1e-3)
	case microTook:
		r.took(v, 1e-6)
	case partTook:
		before := r.seconds
		if r.took(v, 1); before > 0 && r.seconds >= 0 {
			r.seconds += before
		}
	case timeLocal:
		r.second = c.local(v)
	case timeISO:
		r.second = c.iso(v)
	case timeUnix:
		r.second = int64(decimal(v))
	}
	return true
}

// setURI takes a path, or an address, of which the host is left out.
func (r *record) setURI(v []byte) bool {
	if len(v) > 0 && v[0] == '/' {
		r.uri = v
		return true
	}
	if at := bytes.Index(v, []byte("://")); at > 0 {
		if slash := bytes.IndexByte(v[at+3:], '/'); slash >= 0 {
			r.uri = v[at+3+slash:]
			return true
		}
		r.uri = []byte("/")
		return true
	}
	return false
}

func (r *record) took(v []byte, unit float64) {
	r.seconds = -1
	if len(v) > 0 && v[0] >= '0' && v[0] <= '9' {
		r.seconds = decimal(v) * unit
	}
}

func number(v []byte) int {
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' || n > 1e8 {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// decimal reads a number as logs have them, and the first of several with commas.
func decimal(v []byte) float64 {
	n, scale, point := 0.0, 1.0, false
	for _, c := range v {
		switch {
		case c >= '0' && c <= '9':
			if n = 10*n + float64(c-'0'); point {
				scale *= 10
			}
		case c == '.' && !point:
			point = true
		default:
			return n / scale
		}
	}
	return n / scale
}
