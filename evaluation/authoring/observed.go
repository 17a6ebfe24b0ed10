//go:build unix

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
)

// observed is what a log of the shop shows: for each endpoint how often it was asked, and with what.
type observed struct {
	requests int
	by       map[string]*requests
}

// requests are those of one endpoint.
type requests struct {
	count  int
	values map[string][]string // by parameter: one for each request that had it; "" is the whole query's names
}

var (
	requestLine = regexp.MustCompile(`"([A-Z]+) (\S+) HTTP/[0-9.]+"`)
	number      = regexp.MustCompile(`/[0-9]+(/|$)`)
)

// observe reads a log that the shop wrote, by its own means and not by those that are evaluated.
func observe(file string) (*observed, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	o := &observed{by: map[string]*requests{}}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		found := requestLine.FindStringSubmatch(lines.Text())
		if found == nil {
			return nil, fmt.Errorf("%s: %q is no line of the shop's", file, lines.Text())
		}
		u, err := url.ParseRequestURI(found[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		o.add(found[1], u)
	}
	return o, lines.Err()
}

func (o *observed) add(method string, u *url.URL) {
	name := method + " " + number.ReplaceAllString(u.Path, "/{id}$1")
	r := o.by[name]
	if r == nil {
		r = &requests{values: map[string][]string{}}
		o.by[name] = r
	}
	o.requests++
	r.count++
	if at := number.FindString(u.Path); at != "" {
		r.values["{id}"] = append(r.values["{id}"], strings.Trim(at, "/"))
	}
	query := u.Query()
	names := slices.Sorted(maps.Keys(query))
	r.values["which parameters"] = append(r.values["which parameters"], strings.Join(names, "&"))
	for _, p := range names {
		r.values[p] = append(r.values[p], query.Get(p))
	}
}

func (o *observed) share(endpoint string) float64 {
	if r := o.by[endpoint]; r != nil {
		return float64(r.count) / float64(o.requests)
	}
	return 0
}

// A distribution is how often each value was seen.
type distribution struct {
	counts map[string]int
	total  int
}

func distributionOf(values []string) distribution {
	d := distribution{map[string]int{}, len(values)}
	for _, v := range values {
		d.counts[v]++
	}
	return d
}

// head is the share of some values.
func (d distribution) head(of []string) float64 {
	n := 0
	for _, v := range of {
		n += d.counts[v]
	}
	return float64(n) / float64(max(d.total, 1))
}

// most are the values that were seen most often.
func (d distribution) most(n int) []string {
	all := slices.SortedFunc(maps.Keys(d.counts), func(a, b string) int { return cmp.Or(cmp.Compare(d.counts[b], d.counts[a]), strings.Compare(a, b)) })
	return all[:min(n, len(all))]
}

// distance is the total variation distance: the largest difference in probability that any set of values has.
func distance(a, b distribution) (sum float64) {
	for v := range a.counts {
		sum += max(0, float64(a.counts[v])/float64(a.total)-float64(b.counts[v])/float64(max(b.total, 1)))
	}
	return sum
}

// shuffles is how often two logs are dealt anew.
const shuffles = 400

// chance is the distance that two logs of one traffic would have by chance alone, exceeded by one pair in twenty: the requests of both are
// dealt to them anew.
func chance(a, b []string) float64 {
	rng := rand.New(rand.NewPCG(1, 1))
	both := slices.Concat(a, b)
	found := make([]float64, shuffles)
	for i := range found {
		rng.Shuffle(len(both), func(x, y int) { both[x], both[y] = both[y], both[x] })
		found[i] = distance(distributionOf(both[:len(a)]), distributionOf(both[len(a):]))
	}
	slices.Sort(found)
	return found[shuffles*95/100]
}
