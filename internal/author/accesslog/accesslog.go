// Package accesslog reads what a proxy or a server wrote of each request: nginx, Apache, Caddy, Traefik, Envoy, load balancers of AWS.
//
// Its stance: a log has no end, so memory is bounded whatever its size: a line is looked at once, by bytes, on all cores, and what is kept
// of it is a count, a sum and a place in a sample. A line that cannot be read is counted. Addresses, user agents and secrets are looked at
// and never kept.
package accesslog

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/tidemark/tidemark/internal/author"
)

// Options say how a log is to be read.
type Options struct {
	Format    string   // nginx's log_format or Apache's LogFormat, as given there; empty: found out
	Templates []string // paths of an OpenAPI document, which decide what is a parameter
	Workers   int      // 0: one for each core
}

// A Source is one log: a file, or standard input.
type Source struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Read reads logs. What they are compressed with is seen by how they begin.
func Read(sources []Source, o Options) (*author.Known, error) {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	tree := newTree(o.Templates)
	chunks := make(chan *chunk, o.Workers)
	free := make(chan *chunk, 4*o.Workers)
	workers := make([]*worker, o.Workers)
	var done sync.WaitGroup
	for i := range workers {
		workers[i] = newWorker(tree, uint64(i))
		done.Go(func() {
			for c := range chunks {
				workers[i].read(c)
				select {
				case free <- c:
				default:
				}
			}
		})
	}
	var err error
	var names []string
	for _, s := range sources {
		var p parser
		if p, err = feed(s, o.Format, chunks, free); err != nil {
			err = fmt.Errorf("%s: %w", s.Name, err)
			break
		}
		if p != nil {
			names = append(names, p.name())
		}
	}
	close(chunks)
	done.Wait()
	if err != nil {
		return nil, err
	}
	total := workers[0]
	for _, w := range workers[1:] {
		total.add(w)
	}
	if total.lines == 0 {
		return nil, errors.New("has no lines")
	}
	if total.broken == total.lines {
		return nil, fmt.Errorf("none of %d lines could be read as %s; say how they are written with --log-format '…', as log_format in nginx's or LogFormat in Apache's configuration", total.lines, strings.Join(names, ", "))
	}
	return total.known()
}
