package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

type runFlags struct {
	users                     int
	rate, method, body        string
	headers, thresholds       []string
	duration, warmup, timeout time.Duration
	poisson, json             bool
	results                   string
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run URL",
		Short: "Measure a URL, judge it against thresholds, save the run",
		Example: "  tidemark run http://127.0.0.1:8080/api/v1/products --users 50 --threshold p95=300ms\n" +
			"  tidemark run http://127.0.0.1:8080/ --rate 200/s --poisson --duration 60s",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return run(c, args[0], f) },
	}
	flags := c.Flags()
	flags.IntVar(&f.users, "users", 0, "closed model: users who each wait for their answer (default 10 without --rate)")
	flags.StringVar(&f.rate, "rate", "", "open model: arrivals, whatever the answers do, as 200/s or 6000/m")
	flags.BoolVar(&f.poisson, "poisson", false, "with --rate: arrivals at random instead of evenly spaced")
	flags.DurationVar(&f.duration, "duration", 10*time.Second, "length of the measurement")
	flags.DurationVar(&f.warmup, "warmup", 2*time.Second, "sent before it, and not counted")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Second, "for one request")
	flags.StringVar(&f.method, "method", "GET", "HTTP method")
	flags.StringArrayVar(&f.headers, "header", nil, `header, as "Name: value" (may be repeated)`)
	flags.StringVar(&f.body, "body", "", "body of each request")
	flags.StringArrayVar(&f.thresholds, "threshold", nil, "p50, p95 or p99=300ms, errors=0.1%, throughput=100 (may be repeated)")
	flags.StringVar(&f.results, "results", "results", "folder that the run is saved in")
	flags.BoolVar(&f.json, "json", false, "print the run's record on standard output, and nothing else there")
	return c
}

func run(c *cobra.Command, rawURL string, f runFlags) error {
	plan, err := f.plan(rawURL)
	if err != nil {
		return inputError{err}
	}
	result, err := pipeline.Run(c.Context(), plan, progress(c.ErrOrStderr()))
	if err != nil {
		var unreachable *pipeline.Unreachable
		if errors.As(err, &unreachable) {
			return err
		}
		return &oursError{err}
	}
	path, saveErr := report.Save(f.results, result)
	show := report.Text
	if f.json || saveErr != nil { // what cannot be saved must not be lost
		show = report.JSON
	}
	if err := show(c.OutOrStdout(), result); err != nil {
		return &oursError{err}
	}
	if saveErr != nil {
		return &oursError{saveErr}
	}
	fmt.Fprintln(c.ErrOrStderr(), "saved", path)
	switch {
	case result.Partial:
		return verdict(exitInterrupted)
	case result.Verdict.Status == bench.Fail:
		return verdict(exitFail)
	case result.Verdict.Status == bench.Void:
		return verdict(exitVoid)
	}
	return nil
}

// progress prints a line for each second.
func progress(w io.Writer) func(*bench.Scenario, load.Progress) {
	return func(s *bench.Scenario, p load.Progress) {
		phase := ""
		if p.Warmup {
			phase = " (warm-up)"
		}
		line := "no request done"
		if sl := p.Slice; sl != nil {
			line = fmt.Sprintf("%d req, p95 %s, %d errors", sl.Requests(), report.Duration(bench.Milliseconds(sl.Response.Quantile(.95))), sl.Errors())
		}
		fmt.Fprintf(w, "%s  %s%s  %s\n", s.Name, p.Elapsed.Round(time.Second), phase, line)
	}
}

// maxInFlight is the default cap of an open model: a stall of a second at 2,000 a second still fits.
const maxInFlight = 2000

// plan is the plan that the flags stand for.
func (f runFlags) plan(rawURL string) (*bench.Plan, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is no URL; write http://host:port/path", rawURL)
	}
	l := bench.Load{Users: f.users, Poisson: f.poisson, MaxInFlight: maxInFlight, Warmup: f.warmup, Duration: f.duration, Timeout: f.timeout, MaxBody: 64 << 20}
	switch {
	case f.rate != "" && f.users != 0:
		return nil, errors.New("--users and --rate are two different loads; give one")
	case f.rate != "":
		if l.Rate, err = parseRate(f.rate); err != nil {
			return nil, err
		}
	case f.poisson:
		return nil, errors.New("--poisson goes with --rate")
	case f.users == 0:
		l.Users = 10
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
		Request: bench.Request{Method: f.method, Path: u.RequestURI(), Body: f.body}}
	for _, h := range f.headers {
		name, value, found := strings.Cut(h, ":")
		if value = strings.TrimSpace(value); !found || name == "" || strings.ContainsAny(h, "\r\n") || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf(`--header %q: write "Name: value"`, name)
		}
		s.Request.Headers = append(s.Request.Headers, bench.Field{Name: name, Value: value})
	}
	for _, t := range f.thresholds {
		if err := setThreshold(&s.Thresholds, t); err != nil {
			return nil, err
		}
	}
	return &bench.Plan{Target: (&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), Scenarios: []bench.Scenario{s}}, nil
}

// parseRate reads "200/s", "6000/m", "200".
func parseRate(s string) (float64, error) {
	number, unit, _ := strings.Cut(s, "/")
	per, known := map[string]float64{"": 1, "s": 1, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !known || !(n > 0 && n <= 1e7) {
		return 0, fmt.Errorf("--rate %q: write a number above 0 and a unit, as 200/s, 6000/m or 100/h", s)
	}
	return n / per, nil
}

func setThreshold(t *bench.Thresholds, s string) error {
	name, value, _ := strings.Cut(s, "=")
	number := func(text string, scale float64) (*float64, error) {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !(n >= 0) {
			return nil, fmt.Errorf("--threshold %q: %q is no number", s, text)
		}
		n *= scale
		return &n, nil
	}
	var err error
	switch name {
	case "p50", "p95", "p99":
		d, e := time.ParseDuration(value)
		if e != nil || d <= 0 {
			return fmt.Errorf("--threshold %q: write a duration with its unit, as %s=300ms", s, name)
		}
		*map[string]**time.Duration{"p50": &t.P50, "p95": &t.P95, "p99": &t.P99}[name] = &d
	case "errors":
		t.ErrorRate, err = number(strings.TrimSuffix(value, "%"), 0.01)
	case "throughput":
		t.Throughput, err = number(value, 1)
	default:
		return fmt.Errorf("--threshold %q: know p50, p95, p99, errors and throughput", s)
	}
	return err
}
