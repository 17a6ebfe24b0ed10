package brief_test

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/brief"
)

func TestWhatIsNoBrief(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"empty":      {" \n\t\r\n", "is empty"},
		"binary":     {"GET /a\x00\x01", "is a binary file"},
		"UTF-16":     {"\xff\xfeG\x00E\x00T\x00", "save it as UTF-8"},
		"Latin-1":    {"GET /a\nf\xfcr alle", "line 2: is no UTF-8"},
		"OpenAPI":    {"openapi: 3.1.0\ninfo: {}\n", "pass it with --openapi"},
		"Swagger":    {`{"swagger": "2.0"}`, "pass it with --openapi"},
		"HAR":        {`{"log": {"entries": []}}`, "pass it with --har"},
		"JSON":       {`{"a": 1}`, "is JSON"},
		"HTML":       {"<!DOCTYPE html><p>GET /a", "is HTML"},
		"access log": {`127.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /a HTTP/1.1" 200 1`, "is an access log"},
		"too large":  {strings.Repeat("GET /a\n", 100_000), "a few lines of prose"},
	} {
		if _, err := brief.Read([]byte(c.content)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	known, err := brief.Read([]byte("Make it fast, please."))
	if err == nil {
		_, err = author.Compose(known, author.Options{Top: 8})
	}
	if err == nil || !strings.Contains(err.Error(), "names no endpoint: write them as `GET /api/v1/products`") {
		t.Errorf("no endpoint: %v", err)
	}
}

// What may be read is read in a time that a person would wait, and what is longer is refused at once.
func TestLongLines(t *testing.T) {
	pieces := []string{"p95 < ", "GET /a ", "{\"a\":", "5 users ", "((((", "| a ", "/a/b", "a,b and ", "1.000.000 ", "at 5 ms or ", "between 1 and "}
	for _, piece := range pieces {
		line := "GET /a " + strings.Repeat(piece, 3000/len(piece)) + "\n"
		if _, err := brief.Read([]byte(strings.Repeat(line, 3))); err != nil {
			t.Errorf("%q: %v", piece, err)
		}
		if _, err := brief.Read([]byte("\nx " + strings.Repeat(piece, 30_000/len(piece)))); err == nil || !strings.Contains(err.Error(), "line 2: ") {
			t.Errorf("%q: %v", piece, err)
		}
	}
}
