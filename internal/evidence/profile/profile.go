// Package profile gathers where a Go service spends its CPU and what it allocates, from net/http/pprof, for some seconds of the load.
//
// Its stance: the reader wants the function of theirs that is to be changed. What the standard library, other modules and the runtime do on
// its behalf is counted as its own; the garbage collector is named as a whole.
package profile

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/profile"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	shortest = time.Second      // the least that pprof measures
	longest  = 9 * time.Second  // servers with a limit of ten seconds for an answer refuse to take as long
	grace    = 10 * time.Second // beyond the profile's own time, on a busy server
	mostBody = 64 << 20         // decompressed
)

// A Collector is an evidence.Collector.
type Collector struct {
	base   *url.URL // of pprof
	client *http.Client
	cancel context.CancelFunc
	taken  *taken // nil: none is on its way
}

var _ evidence.Collector = (*Collector)(nil)

// taken are the profiles of one scenario.
type taken struct {
	from, to        time.Time
	cpu, alloc      *profile.Profile
	cpuErr, allocEr error
	done            chan struct{}
}

// New makes a collector of the profiles at a URL, as http://host:6060/debug/pprof. The error is about the URL.
func New(location string) (*Collector, error) {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("profile: write a URL, as http://host:6060/debug/pprof") // it may hold a password
	}
	return &Collector{base: u, client: &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}}, nil
}

// Begin implements evidence.Collector.
func (c *Collector) Begin(ctx context.Context, s *bench.Scenario) {
	c.stop()
	length := min(max(s.Load.Duration-time.Second, shortest), longest).Truncate(time.Second) // it has to end while there is load
	ctx, c.cancel = context.WithTimeout(context.WithoutCancel(ctx), length+grace)
	t := &taken{from: time.Now(), done: make(chan struct{})}
	c.taken = t
	var both sync.WaitGroup
	both.Go(func() { t.cpu, t.cpuErr = c.fetch(ctx, "profile", length) })
	both.Go(func() { t.alloc, t.allocEr = c.fetch(ctx, "allocs", length) })
	go func() {
		defer close(t.done)
		both.Wait()
		t.to = time.Now()
	}()
}

// End implements evidence.Collector. It waits for profiles that are still being taken: half of one is none.
func (c *Collector) End(_ context.Context, span evidence.Span) bench.Evidence {
	t := c.taken
	<-t.done
	c.stop()
	if t.cpuErr != nil {
		return evidence.Missing(bench.FromProfile, span, "profile: "+why(t.cpuErr))
	}
	requests := span.Between(t.from, t.to)
	e := bench.Evidence{Source: bench.FromProfile, From: t.from, To: t.to}
	e.Samples, e.Functions, e.Gauges = cpu(t.cpu)
	if t.allocEr == nil { // an old Go knows no allocations of a stretch of time; then there is the CPU
		functions, rate := allocations(t.alloc, requests)
		e.Functions = append(e.Functions, functions...)
		if seconds := t.to.Sub(t.from).Seconds(); rate > 0 && seconds > 0 {
			e.Gauges = append(e.Gauges, bench.Gauge{Name: "pprof", Kind: bench.AllocatedBytes, First: rate / seconds, Last: rate / seconds, Mean: rate / seconds, Max: rate / seconds})
		}
	}
	return e
}

// stop ends what is on its way.
func (c *Collector) stop() {
	if c.taken != nil {
		c.cancel()
		<-c.taken.done
		c.taken = nil
	}
}

// Close implements evidence.Collector.
func (c *Collector) Close() error {
	c.stop()
	return nil
}

// fetch takes one profile.
func (c *Collector) fetch(ctx context.Context, kind string, length time.Duration) (*profile.Profile, error) {
	at := c.base.JoinPath(kind)
	q := at.Query()
	q.Set("seconds", fmt.Sprintf("%.0f", length.Seconds()))
	at.RawQuery = q.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 200)) // for the words only
		return nil, fmt.Errorf("the answer is %s: %s", answer.Status, evidence.Plain(strings.TrimSpace(string(said))))
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, mostBody))
	if err != nil {
		return nil, err
	}
	return parse(raw)
}

// parse reads a profile, of which no more is decompressed than can be kept.
func parse(raw []byte) (*profile.Profile, error) {
	packed, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, errors.New("this is not a profile of pprof")
	}
	plain, err := io.ReadAll(io.LimitReader(packed, mostBody+1))
	if err != nil {
		return nil, err
	}
	if len(plain) > mostBody {
		return nil, fmt.Errorf("more than %d MB of profile", mostBody>>20)
	}
	p, err := profile.ParseUncompressed(plain)
	if err != nil {
		return nil, err
	}
	return p, p.CheckValid()
}

// why says what went wrong, without the URL, which may hold a password.
func why(err error) string {
	if at, ok := errors.AsType[*url.Error](err); ok {
		err = at.Err
	}
	words := evidence.Short(evidence.Plain(err.Error()), 300)
	if strings.Contains(words, "404") {
		words += `; a Go service offers profiles when it imports net/http/pprof and listens: go http.ListenAndServe("localhost:6060", nil)`
	}
	return words
}
