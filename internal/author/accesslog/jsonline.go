package accesslog

import "bytes"

// A jsonParser reads lines that are JSON objects, by the names that servers have for things.
type jsonParser struct{}

func (jsonParser) name() string { return "JSON" }

var jsonRoles = map[string]role{
	"method": method, "request_method": method, "RequestMethod": method, "httpMethod": method, "http_method": method, "verb": method,
	"uri": uri, "request_uri": uri, "RequestPath": uri, "path": uri, "url": uri, "requestUri": uri, "x_envoy_original_path": uri, "target": uri, "request": request,
	"args": query, "query_string": query, "query": query,
	"status": status, "DownstreamStatus": status, "response_code": status, "status_code": status, "statusCode": status, "code": status,
	"request_time": secondsTook, "duration_ms": milliTook, "latency_ms": milliTook, "response_time_ms": milliTook, "took_ms": milliTook, "elapsed_ms": milliTook, "duration_us": microTook, "latency_us": microTook,
	"time": timeISO, "time_iso8601": timeISO, "timestamp": timeISO, "@timestamp": timeISO, "StartUTC": timeISO, "start_time": timeISO, "ts": timeUnix, "msec": timeUnix, "time_local": timeLocal,
	"remote_addr": client, "remote_ip": client, "client_ip": client, "ClientHost": client, "downstream_remote_address": client, "remoteAddr": client,
	"user_agent": agent, "http_user_agent": agent, "request_User-Agent": agent, "userAgent": agent, "User-Agent": agent,
}

// Names whose unit goes by who wrote the line: Caddy's is seconds, Envoy's milliseconds, Traefik's nanoseconds.
const (
	duration = "duration"
	traefik  = "Duration"
)

// parse reads an object, and those in it: Caddy has the request in one of its own.
func (jsonParser) parse(line []byte, r *record, c *clock) bool {
	r.seconds = -1
	s := scanner{line: line, r: r, clock: c}
	if !s.object(0) {
		return false
	}
	if len(s.query) > 0 {
		r.set(query, s.query, c)
	}
	return len(r.uri) > 0 && r.status > 0
}

// A scanner goes through one line.
type scanner struct {
	line  []byte
	at    int
	r     *record
	clock *clock
	query []byte
}

func (s *scanner) space() {
	for s.at < len(s.line) && (s.line[s.at] == ' ' || s.line[s.at] == '\t') {
		s.at++
	}
}

// text reads a string without its quotes, its escapes as they are.
func (s *scanner) text() ([]byte, bool) {
	if s.at >= len(s.line) || s.line[s.at] != '"' {
		return nil, false
	}
	begin := s.at + 1
	for i := begin; ; {
		n := bytes.IndexByte(s.line[i:], '"')
		if n < 0 {
			return nil, false
		}
		i += n
		slashes := 0
		for j := i - 1; j >= begin && s.line[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			s.at = i + 1
			return s.line[begin:i], true
		}
		i++
	}
}

func (s *scanner) object(depth int) bool {
	s.space()
	if s.at >= len(s.line) || s.line[s.at] != '{' || depth > 8 {
		return false
	}
	s.at++
	for {
		s.space()
		if s.at < len(s.line) && s.line[s.at] == '}' {
			s.at++
			return true
		}
		name, ok := s.text()
		if !ok {
			return false
		}
		s.space()
		if s.at >= len(s.line) || s.line[s.at] != ':' {
			return false
		}
		s.at++
		if !s.value(name, depth) {
			return false
		}
		s.space()
		if s.at < len(s.line) && s.line[s.at] == ',' {
			s.at++
		}
	}
}

func (s *scanner) value(name []byte, depth int) bool {
	s.space()
	if s.at >= len(s.line) {
		return false
	}
	switch s.line[s.at] {
	case '{':
		return s.object(depth + 1)
	case '[':
		return s.list(name, depth)
	case '"':
		v, ok := s.text()
		if ok {
			s.take(name, unescape(v))
		}
		return ok
	}
	begin := s.at
	for s.at < len(s.line) && s.line[s.at] != ',' && s.line[s.at] != '}' && s.line[s.at] != ']' && s.line[s.at] != ' ' {
		s.at++
	}
	s.take(name, s.line[begin:s.at])
	return s.at > begin
}

// list passes a list. Caddy has headers as lists of one text.
func (s *scanner) list(name []byte, depth int) bool {
	s.at++
	for first := true; ; first = false {
		s.space()
		if s.at >= len(s.line) {
			return false
		}
		if s.line[s.at] == ']' {
			s.at++
			return true
		}
		of := name
		if !first {
			of = nil
		}
		if depth > 8 || !s.value(of, depth+1) {
			return false
		}
		s.space()
		if s.at < len(s.line) && s.line[s.at] == ',' {
			s.at++
		}
	}
}

func (s *scanner) take(name, v []byte) {
	what, known := jsonRoles[string(name)]
	switch {
	case string(name) == traefik:
		s.r.took(v, 1e-9)
	case string(name) == duration:
		unit := 1.0
		if bytes.IndexByte(v, '.') < 0 { // whole numbers are milliseconds: Envoy's
			unit = 1e-3
		}
		s.r.took(v, unit)
	case !known:
	case what == query:
		s.query = v
	case what == status && s.r.status > 0: // of the upstream too
	case what == uri && len(s.r.uri) > 0:
	case what == timeISO && len(v) > 0 && v[0] >= '0' && v[0] <= '9' && bytes.IndexByte(v, '-') < 0:
		s.r.second = int64(decimal(v))
	case what == timeISO && len(v) > 2 && v[2] == '/':
		s.r.second = s.clock.local(v)
	default:
		s.r.set(what, v, s.clock)
	}
}

// unescape undoes what JSON escapes in addresses: slashes and ampersands. Other escapes stay, and are somebody's text.
func unescape(v []byte) []byte {
	if bytes.IndexByte(v, '\\') < 0 {
		return v
	}
	v = bytes.ReplaceAll(v, []byte(`\/`), []byte("/"))
	return bytes.ReplaceAll(v, []byte(`\u0026`), []byte("&"))
}
