package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// urlPlan is the plan that a URL and the flags stand for.
func (f runFlags) urlPlan(rawURL string) (*bench.Plan, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is no URL; write http://host:port/path", rawURL)
	}
	l := bench.Load{Users: f.users, Poisson: f.poisson, MaxInFlight: bench.DefaultMaxInFlight, Warmup: f.warmup, Duration: f.duration, Timeout: f.timeout, MaxBody: bench.DefaultMaxBody}
	switch {
	case f.rate != "" && f.users != 0:
		return nil, errors.New("--users and --rate are two different loads; give one")
	case f.rate != "":
		if l.Rate, err = bench.ParseRate(f.rate); err != nil {
			return nil, fmt.Errorf("--rate: %w", err)
		}
	case f.poisson:
		return nil, errors.New("--poisson goes with --rate")
	case f.users == 0:
		l.Users = bench.DefaultUsers
	}
	switch {
	case f.users < 0:
		return nil, fmt.Errorf("--users %d: must be 1 or more", f.users)
	case f.duration <= 0 || f.timeout <= 0 || f.warmup < 0:
		return nil, errors.New("--duration and --timeout must be above 0s, and --warmup not below it")
	case strings.ContainsFunc(f.method, func(r rune) bool { return r < 'A' || r > 'Z' }) || f.method == "":
		return nil, fmt.Errorf("--method %q: write it in capitals, as GET or POST", f.method)
	}
	name := u.EscapedPath()
	s := bench.Scenario{ID: "url", Name: f.method + " " + max(name, "/"), Load: l,
		Steps: []bench.Step{{Request: bench.Request{Method: f.method, Path: template.Literal(u.RequestURI()), Body: template.Literal(f.body)}}}}
	request := &s.Steps[0].Request
	for _, h := range f.headers {
		name, value, found := strings.Cut(h, ":")
		if value = strings.TrimSpace(value); !found || name == "" || strings.ContainsAny(h, "\r\n") || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf(`--header %q: write "Name: value"`, name)
		}
		request.Headers = append(request.Headers, bench.Field{Name: name, Value: template.Literal(value)})
	}
	for _, t := range f.thresholds {
		name, value, _ := strings.Cut(t, "=")
		if err := s.Thresholds.Set(name, value); err != nil {
			return nil, fmt.Errorf("--threshold %s: %w", t, err)
		}
	}
	return &bench.Plan{Target: (&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), Policy: bench.DefaultPolicy(), Scenarios: []bench.Scenario{s}}, nil
}
