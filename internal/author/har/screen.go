package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/author"
)

// Why a request is left out.
const (
	static    = "static files and pages"
	preflight = "preflights"
	failed    = "failed or blocked"
	analytics = "of analytics"
	foreign   = "of other hosts"
	otherKind = "of other kinds, as websockets"
)

var (
	staticTypes = []string{"image/", "font/", "text/css", "text/html", "video/", "audio/", "application/javascript", "text/javascript", "application/x-javascript", "application/font", "application/wasm", "application/manifest"}
	staticKinds = []string{"document", "stylesheet", "script", "image", "font", "media", "manifest", "texttrack"}
	staticFiles = []string{".js", ".mjs", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".otf", ".map", ".mp4", ".webm", ".html", ".htm", ".webmanifest", ".wasm"}
	watchers    = []string{"google-analytics.", "googletagmanager.", "analytics.", "segment.io", "segment.com", "mixpanel.", "sentry.io", "hotjar.", "doubleclick.", "amplitude.", "nr-data.net", "newrelic.", "datadoghq.", "browser-intake", "bugsnag.",
		"fullstory.", "clarity.ms", "posthog.", "matomo.", "plausible.", "intercom.", "facebook.", "rollbar.", "logrocket.", "heapanalytics.", "cloudflareinsights.", "launchdarkly.", "optimizely.", "stats."}
	watched = []string{"collect", "beacon", "track", "tracking", "telemetry", "rum", "envelope", "pixel", "analytics", "csp-report", "metrics", "pageview", "log-event", "sentry"}
)

// screen keeps the calls of the API that the page belongs to.
func (r *reader) screen(entries []entry, pages []page) (calls []*call) {
	var kept []*entry
	urls := map[*entry]*url.URL{}
	site := ""
	for _, p := range pages {
		if u, err := url.Parse(p.Title); err == nil && u.Host != "" && site == "" {
			site = siteOf(u.Hostname())
		}
	}
	for i := range entries {
		e := &entries[i]
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || e.Kind == "websocket" || e.Kind == "eventsource" || !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, e.Request.Method) {
			r.left[otherKind]++
			continue
		}
		if site == "" && (e.Kind == "document" || strings.HasPrefix(e.Response.Content.Type, "text/html")) {
			site = siteOf(u.Hostname())
		}
		if why := leaveOut(e, u); why != "" {
			r.left[why]++
			continue
		}
		urls[e] = u
		kept = append(kept, e)
	}
	r.host = mainHost(kept, urls, site)
	r.others = map[string]int{}
	for _, e := range kept {
		if urls[e].Host != r.host {
			r.left[foreign]++
			r.others[urls[e].Host]++
			continue
		}
		calls = append(calls, r.call(e, urls[e]))
	}
	slices.SortStableFunc(calls, func(a, b *call) int { return a.started.Compare(b.started) })
	return calls
}

func leaveOut(e *entry, u *url.URL) string {
	begins := func(text string, all []string) bool {
		return slices.ContainsFunc(all, func(p string) bool { return strings.HasPrefix(text, p) })
	}
	contentType := strings.ToLower(e.Response.Content.Type)
	host := strings.ToLower(u.Hostname())
	switch {
	case e.Request.Method == http.MethodOptions:
		return preflight
	case slices.ContainsFunc(watchers, func(w string) bool {
		return strings.HasPrefix(host, w) || strings.Contains(host, "."+w) || strings.HasSuffix(host, w)
	}):
		return analytics
	case slices.ContainsFunc(author.Segments(u.Path), func(s string) bool { return slices.Contains(watched, strings.ToLower(s)) }) && (e.Kind == "ping" || e.Request.Method == http.MethodPost):
		return analytics
	case e.Kind == "ping":
		return analytics
	case slices.Contains(staticKinds, e.Kind), slices.Contains(staticFiles, strings.ToLower(path.Ext(u.Path))), begins(contentType, staticTypes):
		return static
	case e.Response.Status == 0 || e.Response.Status >= 400:
		return failed
	}
	return ""
}

// siteOf is what hosts of one owner have in common: example.com, example.co.uk. Addresses and bare names are their own.
func siteOf(host string) string {
	labels := strings.Split(strings.ToLower(host), ".")
	n := len(labels)
	if net.ParseIP(host) != nil || n < 3 {
		return host
	}
	if len(labels[n-1]) == 2 && slices.Contains([]string{"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"}, labels[n-2]) {
		return strings.Join(labels[n-3:], ".")
	}
	return strings.Join(labels[n-2:], ".")
}

// mainHost is the host with the most calls that answer JSON; one of the page's own site counts three times.
func mainHost(entries []*entry, urls map[*entry]*url.URL, site string) string {
	scores := map[string]int{}
	for _, e := range entries {
		score := 1
		if strings.Contains(e.Response.Content.Type, "json") {
			score = 4
		}
		if siteOf(urls[e].Hostname()) == site {
			score *= 3
		}
		scores[urls[e].Host] += score
	}
	best := ""
	for _, host := range slices.Sorted(maps.Keys(scores)) {
		if best == "" || scores[host] > scores[best] {
			best = host
		}
	}
	return best
}

// told says what was left out, for people.
func (r *reader) told() string {
	if len(r.left) == 0 {
		return ""
	}
	var parts []string
	for _, why := range slices.Sorted(maps.Keys(r.left)) {
		part := fmt.Sprintf("%d %s", r.left[why], why)
		if why == foreign {
			hosts := slices.Sorted(maps.Keys(r.others))
			part += " (" + strings.Join(hosts[:min(3, len(hosts))], ", ") + ")"
		}
		parts = append(parts, part)
	}
	return "; left out: " + strings.Join(parts, ", ")
}

// call takes what is needed of an entry, and notes its secrets.
func (r *reader) call(e *entry, u *url.URL) *call {
	c := &call{method: e.Request.Method, url: u, headers: e.Request.Headers, status: e.Response.Status, started: e.Started, took: time.Duration(max(0, min(e.Took, 3.6e6)) * float64(time.Millisecond))}
	for _, f := range e.Request.Cookies {
		r.secret(f.Value)
	}
	for _, f := range e.Response.Cookies {
		r.secret(f.Value)
	}
	for _, f := range slices.Concat(e.Request.Headers, e.Response.Headers) {
		switch low := strings.ToLower(f.Name); {
		case low == "cookie" || low == "set-cookie":
			for i, part := range strings.Split(f.Value, ";") {
				if _, v, found := strings.Cut(part, "="); found && (low == "cookie" || i == 0) {
					r.secret(strings.Trim(strings.TrimSpace(v), `"`))
				}
			}
		case low == "authorization":
			_, secrets := author.AuthFrom(f.Value)
			for _, s := range secrets {
				r.secret(s)
			}
		case author.SecretName(f.Name) || author.SecretValue(f.Value):
			r.secret(f.Value)
		}
	}
	if b := e.Request.Body; b != nil {
		c.bodyType, _, _ = strings.Cut(b.Type, ";")
		switch {
		case strings.HasPrefix(b.Type, "multipart/"):
			c.upload = true
		case b.Text != "":
			v, err := author.ParseJSON([]byte(b.Text))
			if err == nil {
				c.body = v
			} else if v := author.ParseForm(b.Text); v != nil && strings.HasPrefix(b.Type, "application/x-www-form-urlencoded") {
				c.body = v
			} else {
				c.body = author.Literal{V: b.Text}
			}
		case len(b.Params) > 0:
			o := make(author.Object, 0, len(b.Params))
			for _, p := range b.Params {
				o = append(o, author.Field{Name: p.Name, Value: author.Literal{V: p.Value}})
			}
			c.body = o
		}
		_, secrets := author.Clean(c.bodyOr())
		for _, s := range secrets {
			r.secret(s)
		}
	}
	for name, values := range u.Query() {
		for _, v := range values {
			if author.SecretName(name) || author.SecretValue(v) {
				r.secret(v)
			}
		}
	}
	if content := text(e); len(content) > 0 && (strings.Contains(e.Response.Content.Type, "json") || content[0] == '{' || content[0] == '[') {
		d := json.NewDecoder(bytes.NewReader(content))
		d.UseNumber()
		if d.Decode(&c.answer) != nil {
			c.answer = nil // it said that it is JSON, and is not
		}
	}
	return c
}

func (c *call) bodyOr() author.Value {
	if c.body == nil {
		return author.Literal{}
	}
	return c.body
}
