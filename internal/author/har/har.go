// Package har reads captures of browsers and proxies (HTTP Archive 1.2).
//
// Its stance: of what a page loads, only the calls of its own API are a benchmark's; all else is left out and counted. What one answer
// says and a later request uses is saved where it comes from. Cookies, tokens and passwords are replaced by environment variables
// before anything else looks at them.
package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/author"
)

// Bounds of what is looked at.
const (
	mostEntries = 20_000
	mostAnswer  = 4 << 20 // of one body
)

// The parts of a capture that are used.
type (
	entry struct {
		Started  time.Time `json:"startedDateTime"`
		Took     float64   `json:"time"` // milliseconds
		Kind     string    `json:"_resourceType"`
		Request  request   `json:"request"`
		Response response  `json:"response"`
	}
	request struct {
		Method  string  `json:"method"`
		URL     string  `json:"url"`
		Headers []field `json:"headers"`
		Cookies []field `json:"cookies"`
		Body    *struct {
			Type   string  `json:"mimeType"`
			Text   string  `json:"text"`
			Params []field `json:"params"`
		} `json:"postData"`
	}
	response struct {
		Status  int     `json:"status"`
		Headers []field `json:"headers"`
		Cookies []field `json:"cookies"`
		Content struct {
			Type     string `json:"mimeType"`
			Text     string `json:"text"`
			Encoding string `json:"encoding"`
		} `json:"content"`
	}
	field struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	page struct {
		Title string `json:"title"`
	}
)

// Read reads a capture.
func Read(content []byte) (*author.Known, error) {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")):
		return nil, errors.New("is UTF-16: save it as UTF-8")
	case bytes.HasPrefix(content, []byte("\x1f\x8b")):
		return nil, errors.New("is compressed: unpack it with gunzip")
	case len(bytes.TrimSpace(content)) == 0:
		return nil, errors.New("is empty")
	case bytes.TrimSpace(content)[0] != '{':
		return nil, errors.New("is no HAR capture: it begins with no {")
	}
	entries, pages, err := decode(content)
	if err != nil {
		return nil, err
	}
	r := &reader{known: &author.Known{Source: author.HAR, Totals: map[string]int{}}, left: map[string]int{}, secrets: map[string]bool{}}
	r.calls = r.screen(entries, pages)
	if len(r.calls) == 0 {
		return nil, fmt.Errorf("has no calls of an API%s", r.told())
	}
	r.authenticate()
	r.endpoints()
	r.flow()
	for s := range r.secrets {
		r.known.Secrets = append(r.known.Secrets, s)
	}
	r.known.Notes = append(r.known.Notes, fmt.Sprintf("capture: %d calls of %s%s", len(r.calls), r.host, r.told()))
	return r.known, nil
}

// decode reads the entries one by one: a capture holds all bodies, and most are of no use.
func decode(content []byte) (entries []entry, pages []page, err error) {
	d := json.NewDecoder(bytes.NewReader(content))
	found := false
	in := func(names map[string]func() error) error {
		if t, err := d.Token(); err != nil || t != json.Delim('{') {
			return errors.Join(err, errors.New("an object belongs here"))
		}
		for d.More() {
			t, err := d.Token()
			if err != nil {
				return err
			}
			if read := names[fmt.Sprint(t)]; read != nil {
				err = read()
			} else {
				var skipped json.RawMessage
				err = d.Decode(&skipped)
			}
			if err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	}
	err = in(map[string]func() error{"log": func() error {
		return in(map[string]func() error{
			"pages": func() error { return d.Decode(&pages) },
			"entries": func() error {
				found = true
				if t, err := d.Token(); err != nil || t != json.Delim('[') {
					return errors.Join(err, errors.New("entries is no list"))
				}
				for d.More() {
					var e entry
					if err := d.Decode(&e); err != nil {
						return fmt.Errorf("entry %d: %w", len(entries)+1, err)
					}
					if len(e.Response.Content.Text) > mostAnswer {
						e.Response.Content.Text = ""
					}
					if len(entries) < mostEntries {
						entries = append(entries, e)
					}
				}
				_, err := d.Token()
				return err
			},
		})
	}})
	switch {
	case err == nil && !found:
		return nil, nil, errors.New("is no HAR capture: it has no log.entries")
	case err == nil:
		return entries, pages, nil
	}
	line := 1 + bytes.Count(content[:min(d.InputOffset(), int64(len(content)))], []byte("\n"))
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, fmt.Errorf("line %d: the capture ends too early, after %d entries: save it again", line, len(entries))
	}
	return nil, nil, fmt.Errorf("line %d: %w", line, err)
}

// A reader knows what was read so far.
type reader struct {
	known   *author.Known
	host    string
	calls   []*call
	left    map[string]int // how many were left out, by why
	others  map[string]int // calls of other hosts
	secrets map[string]bool
}

// A call is one request of the API and its answer.
type call struct {
	method   string
	url      *url.URL
	headers  []field
	body     author.Value // nil: none
	bodyType string
	upload   bool
	status   int
	answer   any // decoded JSON; nil: none
	started  time.Time
	took     time.Duration

	segments []string // of the path
	params   []bool   // which of them are values
	graphQL  string   // the operation's name
	login    bool
}

func (r *reader) secret(text string) {
	if text != "" {
		r.secrets[text] = true
	}
}

func text(e *entry) []byte {
	if e.Response.Content.Encoding == "base64" {
		plain, err := base64.StdEncoding.DecodeString(e.Response.Content.Text)
		if err != nil {
			return nil
		}
		return plain
	}
	return []byte(e.Response.Content.Text)
}

func header(fields []field, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
