package otlp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A File gathers traces from a file of OTLP JSON lines, as the Collector's file exporter writes them while the load runs.
type File struct {
	path   string
	store  *store
	mark   string
	traces *traces
	from   int64 // bytes that were there before
	broken int64 // lines that are no spans
}

// NewFile is a collector of a file, which need not be there yet.
func NewFile(path string) *File { return &File{path: path, store: newStore()} }

// Follow implements evidence.Follower.
func (f *File) Follow(mark string) {
	f.mark, f.traces, f.from = mark, f.store.follow(mark), 0
	if info, err := os.Stat(f.path); err == nil {
		f.from = info.Size()
	}
}

// Begin implements evidence.Collector.
func (f *File) Begin(context.Context, *bench.Scenario) {}

// poll is how often a place is looked at that does not tell by itself that more has come.
const poll = 250 * time.Millisecond

// End implements evidence.Collector.
func (f *File) End(ctx context.Context, span evidence.Span) bench.Evidence {
	if f.traces == nil {
		return evidence.Missing(bench.FromTraces, span, "no requests were followed")
	}
	defer f.store.forget(f.mark)
	err := until(ctx, span, func() (enough bool, err error) {
		err = f.read()
		_, joined, _ := f.store.progress(f.traces)
		return joined >= nearlyAll*float64(span.Requests), err
	})
	t := f.store.summarise(f.traces)
	t.Dropped += f.broken
	if err != nil && t.Joined == 0 {
		return evidence.Missing(bench.FromTraces, span, "the file of traces: "+err.Error())
	}
	return found(t, span, "no span of a measured request was added to "+f.path+": a service's exporter, or the Collector's file exporter, has to write OTLP JSON lines there, and to continue the trace of the header traceparent")
}

// Close implements evidence.Collector.
func (f *File) Close() error { return nil }

// until looks again and again, until there is enough or what may still be on its way is late.
func until(ctx context.Context, span evidence.Span, look func() (enough bool, err error)) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		enough, err := look()
		if enough || ctx.Err() != nil || time.Since(span.To) > lateness {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// read takes the whole lines that were added since it read before.
func (f *File) read() error {
	file, err := os.Open(f.path)
	if err != nil {
		if pe, ok := errors.AsType[*os.PathError](err); ok {
			err = pe.Err
		}
		return fmt.Errorf("%s: %w", f.path, err)
	}
	defer func() { _ = file.Close() }() // only read
	if info, err := file.Stat(); err == nil && info.Size() < f.from {
		f.from = 0 // it was begun anew
	}
	if _, err := file.Seek(f.from, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(file, 1<<20)
	for {
		line, length, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return nil // half a line is read when it is whole
		}
		if err != nil {
			return err
		}
		f.from += length
		f.take(line)
	}
}

// readLine is a line without its end, nil if it is longer than an export may be, and how long it is.
func readLine(in *bufio.Reader) (line []byte, length int64, err error) {
	for {
		part, err := in.ReadSlice('\n')
		length += int64(len(part))
		if length <= mostBody {
			line = append(line, part...)
		} else {
			line = nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSpace(line), length, err
		}
	}
}

// take takes a line that may have spans of ours: others are not decoded.
func (f *File) take(line []byte) {
	if !bytes.Contains(line, []byte(f.mark)) {
		return
	}
	batch, err := new(ptrace.JSONUnmarshaler).UnmarshalTraces(line)
	if err != nil {
		f.broken++
		return
	}
	f.store.add(batch)
}
