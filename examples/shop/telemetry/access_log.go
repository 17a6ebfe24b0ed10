package telemetry

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// A Format is how an access log is written.
type Format string

// The formats.
const (
	Combined Format = "combined" // nginx's, with the request's time in seconds at the end
	JSON     Format = "json"     // one object a line
)

// ParseFormat returns the format with a name.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); f == Combined || f == JSON {
		return f, nil
	}
	return "", fmt.Errorf("no access log format %q; there are %s, %s", name, Combined, JSON)
}

// An AccessLog writes a line for each exchange.
type AccessLog struct {
	mu     sync.Mutex // a line is one Write, and lines don't mix
	to     io.Writer
	line   []byte
	append func(line []byte, e *exchange, took time.Duration) []byte
}

// NewAccessLog returns a log that writes to a writer.
func NewAccessLog(to io.Writer, format Format) *AccessLog {
	log := &AccessLog{to: to, append: appendCombined}
	if format == JSON {
		log.append = appendJSON
	}
	return log
}

func (l *AccessLog) enter(e *exchange, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = append(l.append(l.line[:0], e, took), '\n')
	_, _ = l.to.Write(l.line) // a full disk must not stop the shop
}

func appendCombined(line []byte, e *exchange, took time.Duration) []byte {
	r := e.request
	line = append(line, clientAddress(r.RemoteAddr)...)
	line = append(line, " - - ["...)
	line = e.start.AppendFormat(line, "02/Jan/2006:15:04:05 -0700")
	line = append(line, "] "...)
	line = appendQuoted(line, r.Method+" "+r.RequestURI+" "+r.Proto)
	line = append(line, ' ')
	line = strconv.AppendInt(line, int64(e.status), 10)
	line = append(line, ' ')
	line = strconv.AppendInt(line, e.bytes, 10)
	line = append(line, ' ')
	line = appendQuoted(line, orDash(r.Referer()))
	line = append(line, ' ')
	line = appendQuoted(line, orDash(r.UserAgent()))
	line = append(line, ' ')
	return strconv.AppendFloat(line, took.Seconds(), 'f', 3, 64)
}

// appendQuoted escapes as nginx does: quotes, backslashes and control characters as \xHH, so that a line stays a line.
func appendQuoted(line []byte, text string) []byte {
	line = append(line, '"')
	for i := range len(text) {
		if c := text[i]; c == '"' || c == '\\' || c < ' ' || c >= 0x7f {
			line = fmt.Appendf(line, `\x%02X`, c)
		} else {
			line = append(line, c)
		}
	}
	return append(line, '"')
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// jsonLine has nginx's names for what nginx has names for.
type jsonLine struct {
	Time          time.Time `json:"time"`
	RemoteAddr    string    `json:"remote_addr"`
	Method        string    `json:"method"`
	URI           string    `json:"uri"`
	Route         string    `json:"route,omitempty"`
	Protocol      string    `json:"protocol"`
	Status        int       `json:"status"`
	RequestLength int64     `json:"request_length"`
	BytesSent     int64     `json:"bytes_sent"`
	RequestTime   float64   `json:"request_time"` // seconds
	UserAgent     string    `json:"user_agent,omitempty"`
	Referer       string    `json:"referer,omitempty"`
	Queries       int64     `json:"db_queries"`
}

func appendJSON(line []byte, e *exchange, took time.Duration) []byte {
	r := e.request
	queries, _ := e.account.asked()
	object, err := json.Marshal(jsonLine{
		Time:          e.start,
		RemoteAddr:    clientAddress(r.RemoteAddr),
		Method:        r.Method,
		URI:           r.RequestURI,
		Route:         route(r),
		Protocol:      r.Proto,
		Status:        e.status,
		RequestLength: max(0, r.ContentLength),
		BytesSent:     e.bytes,
		RequestTime:   float64(took.Microseconds()) / 1e6,
		UserAgent:     r.UserAgent(),
		Referer:       r.Referer(),
		Queries:       queries,
	})
	if err != nil {
		panic(err) // strings, numbers and a time of this century
	}
	return append(line, object...)
}

func clientAddress(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return orDash(remote)
	}
	return host
}
