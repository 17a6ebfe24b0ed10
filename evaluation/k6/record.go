//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A recorded is one request as the proxy saw it.
type recorded struct {
	at      time.Time
	request string // method and path, ids as :id
	headers string // that it brought
	shape   string // of its body
	values  map[string][]float64
}

// A recorder is a proxy on loopback that keeps what it passes on.
type recorder struct {
	*httptest.Server
	mu  sync.Mutex
	all []recorded
}

func record(to *url.URL) *recorder {
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		at := time.Now()
		body, err := io.ReadAll(q.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		q.Body = io.NopCloser(bytes.NewReader(body))
		one := look(q, body)
		one.at = at
		r.mu.Lock()
		r.all = append(r.all, one)
		r.mu.Unlock()
		proxy.ServeHTTP(w, q)
	}))
	return r
}

// URL is where the recorder listens.
func (r *recorder) URL() string { return r.Server.URL }

var number = regexp.MustCompile(`/\d+`)

// look takes a request apart: what is drawn in it becomes values.
func look(q *http.Request, body []byte) recorded {
	one := recorded{values: map[string][]float64{}}
	path := q.URL.Path
	for i, id := range number.FindAllString(path, -1) {
		one.add([]string{"id in the path", "second id in the path"}[min(i, 1)], json.Number(id[1:]))
	}
	one.request = q.Method + " " + number.ReplaceAllString(path, "/:id")
	var names []string
	for name := range q.URL.Query() {
		if v := q.URL.Query().Get(name); name == "page" {
			one.add(name, json.Number(v))
			names = append(names, name)
		} else {
			names = append(names, name+"="+v)
		}
	}
	if len(names) > 0 {
		one.request += " ?" + strings.Join(sorted(names), "&")
	}
	for _, name := range []string{"Authorization", "Content-Type", "Traceparent"} {
		if value := q.Header.Get(name); value != "" {
			one.headers += name + " "
			if name == "Content-Type" {
				one.headers += value + " "
			}
		}
	}
	if len(body) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			one.shape = "no JSON: " + err.Error()
			return one
		}
		one.shape = one.walk("", v)
	}
	return one
}

func (one *recorded) add(name string, n json.Number) {
	if f, err := n.Float64(); err == nil {
		one.values[name] = append(one.values[name], f)
	}
}

// walk is the shape of a value; its numbers and the lengths of its lists are kept.
func (one *recorded) walk(name string, v any) string {
	switch v := v.(type) {
	case json.Number:
		one.add(name, v)
		return "number"
	case []any:
		one.values["length of "+name] = append(one.values["length of "+name], float64(len(v)))
		shapes := map[string]bool{}
		for _, e := range v {
			shapes[one.walk(name+"[]", e)] = true
		}
		return "[" + strings.Join(keys(shapes), " or ") + "]"
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, k := range keys(v) {
			parts = append(parts, k+": "+one.walk(strings.TrimPrefix(name+"."+k, "."), v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case string:
		return "text"
	case nil:
		return "null"
	}
	return "true or false"
}
