// Package metrics gathers what a service tells of its own process: the metrics that it offers to Prometheus, and, where it runs on this
// machine, what the system says of the process that listens on its port.
//
// Its stance: names differ from one runtime to the next, meanings do not. A metric that is known by name becomes a gauge of one of the kinds
// that a diagnosis understands; all others are left alone.
package metrics

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	every      = time.Second
	pause      = 20 // a scrape is followed by a pause of so many times its length at least: the service has to compute its answer
	scrapeTime = 2 * time.Second
	mostBody   = 4 << 20
	mostKept   = 4000 // samples: an hour of them
)

// A Collector is an evidence.Collector.
type Collector struct {
	url     string // of the metrics; empty: there are none
	client  *http.Client
	process *process // nil: it does not run here

	ending  chan struct{}
	ended   chan struct{}
	samples []sample
	failed  error // of the first scrape that did
}

var _ evidence.Collector = (*Collector)(nil)

// A sample is what was known at one moment.
type sample struct {
	at     time.Time
	values map[series]float64
}

// New makes a collector of the metrics at a URL, and of the process that answers at a target's base URL, if that is here. Either may be
// empty. The error is about the URLs.
func New(location, target string) (*Collector, error) {
	c := &Collector{client: client()}
	if location != "" {
		u, err := url.Parse(location)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errors.New("metrics: write a URL, as http://host:port/metrics") // it may hold a password
		}
		c.url = location
	}
	if target != "" {
		u, err := url.Parse(target)
		if err != nil {
			return nil, errors.New("metrics: the target is no URL")
		}
		c.process = listener(u)
	}
	return c, nil
}

// Probe reports whether metrics in Prometheus' format are to be had at a URL.
func Probe(ctx context.Context, location string) bool {
	c := &Collector{url: location, client: client()}
	defer c.client.CloseIdleConnections()
	found, err := c.scrape(ctx)
	return err == nil && len(found) > 0
}

func client() *http.Client {
	transport := &http.Transport{MaxIdleConns: 1, IdleConnTimeout: time.Minute, Proxy: http.ProxyFromEnvironment}
	return &http.Client{Transport: transport, Timeout: scrapeTime}
}

// Begin implements evidence.Collector.
func (c *Collector) Begin(ctx context.Context, _ *bench.Scenario) {
	c.samples, c.failed = nil, nil
	c.ending, c.ended = make(chan struct{}), make(chan struct{})
	if c.process != nil {
		c.process.find()
	}
	go func() {
		defer close(c.ended)
		c.watch(context.WithoutCancel(ctx)) // until stop
	}()
}

// watch samples until it is stopped, at once and once more at the end.
func (c *Collector) watch(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for over := false; !over; {
		select {
		case <-c.ending:
			over = true
		case <-timer.C:
		}
		start := time.Now()
		c.sample(ctx)
		timer.Reset(max(every, pause*time.Since(start)))
	}
}

func (c *Collector) sample(ctx context.Context) {
	values := map[series]float64{}
	if c.url != "" {
		ctx, cancel := context.WithTimeout(ctx, scrapeTime)
		defer cancel()
		found, err := c.scrape(ctx)
		if err != nil && c.failed == nil {
			c.failed = err
		}
		values = found
	}
	at := time.Now()
	if c.process != nil {
		values = c.process.add(values)
	}
	if len(values) > 0 && len(c.samples) < mostKept {
		c.samples = append(c.samples, sample{at, values})
	}
}

// End implements evidence.Collector.
func (c *Collector) End(_ context.Context, span evidence.Span) bench.Evidence {
	c.stop()
	if len(c.samples) < 2 {
		return evidence.Missing(bench.FromMetrics, span, c.why())
	}
	return bench.Evidence{Source: bench.FromMetrics, From: c.samples[0].at, To: c.samples[len(c.samples)-1].at, Samples: int64(len(c.samples)), Gauges: gauges(c.samples)}
}

func (c *Collector) why() string {
	switch {
	case c.failed != nil:
		return "metrics: " + c.failed.Error()
	case len(c.samples) == 1:
		return "metrics: the load was too short for two scrapes"
	case c.url == "":
		return "metrics: the process that answers does not run on this machine; name the service's metrics: evidence: {metrics: /metrics}"
	}
	return "metrics: none of those offered is of a runtime or a pool that is known"
}

// stop ends the watch that is going on.
func (c *Collector) stop() {
	if c.ending == nil {
		return
	}
	close(c.ending)
	<-c.ended
	c.ending = nil
}

// Close implements evidence.Collector.
func (c *Collector) Close() error {
	c.stop()
	c.client.CloseIdleConnections()
	return nil
}
