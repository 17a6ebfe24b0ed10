package pipeline

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
	"github.com/tidemark/tidemark/internal/convert/ab"
	"github.com/tidemark/tidemark/internal/convert/artillery"
	"github.com/tidemark/tidemark/internal/convert/gatling"
	"github.com/tidemark/tidemark/internal/convert/h2load"
	"github.com/tidemark/tidemark/internal/convert/hdr"
	"github.com/tidemark/tidemark/internal/convert/jmeter"
	"github.com/tidemark/tidemark/internal/convert/k6"
	"github.com/tidemark/tidemark/internal/convert/locust"
	"github.com/tidemark/tidemark/internal/convert/vegeta"
	"github.com/tidemark/tidemark/internal/convert/wrk"
	"github.com/tidemark/tidemark/internal/gate"
)

// ImportFormats are the formats of other tools' results, in the order in which they are offered.
func ImportFormats() []convert.Format {
	return []convert.Format{k6.StreamFormat, k6.SummaryFormat, vegeta.Format, jmeter.Format, locust.Format, gatling.Format, artillery.Format, wrk.Wrk2, wrk.Wrk, hdr.Log, hdr.Table, ab.Format, h2load.Format}
}

// ImportOptions say what is imported, and what its files do not tell.
type ImportOptions struct {
	Files      []string // of one run; - is Stdin
	Format     string   // empty: told by how the files begin
	Unit       time.Duration
	Thresholds bench.Thresholds            // of all names of requests
	ByName     map[string]bench.Thresholds // of one, by its name or id; what it does not set is that of all
	Commit     string                      // empty: what is checked out
	Branch     string                      // empty: git's
	Name       string                      // of requests in files that do not name them; empty: the file's
	Suite      string                      // that the run is kept under; empty: the format's name
	Time       time.Time                   // when it began; zero: the files tell it, or it is now
	Stdin      io.Reader
}

// Import makes a run of what another tool measured, and judges it. Any error is about the input.
func Import(ctx context.Context, o ImportOptions) (*bench.Run, []bench.Series, error) {
	tally := convert.NewTally()
	tally.Unit = o.Unit
	format := ""
	var files []string
	for _, file := range o.Files {
		used, err := o.read(file, format, tally)
		if err != nil {
			return nil, nil, err
		}
		format = used
		files = append(files, filepath.Base(file))
	}
	if !tally.Settle() {
		return nil, nil, fmt.Errorf("%s: nothing was measured in it", strings.Join(o.Files, ", "))
	}
	run := &bench.Run{Schema: bench.Schema, ID: ulid.Make().String(), Suite: o.Suite, Commit: commit(ctx, o.Commit), Target: bench.Target{URL: tally.Where()},
		Environment: bench.Environment{Tidemark: Version(), Engine: tally.Tool}, Imported: &bench.Import{Format: format, Tool: tally.Tool, Files: files}}
	if run.Suite == "" {
		run.Suite = format
	}
	if o.Branch != "" {
		if run.Commit == nil {
			return nil, nil, errors.New("--branch without a commit: say --commit too, since none is checked out here")
		}
		run.Commit.Branch = o.Branch
	}
	if err := o.began(run, tally); err != nil {
		return nil, nil, err
	}
	run.Imported.Notes = tally.Notes()
	series, err := o.judge(run, tally.Results())
	return run, series, err
}

// began settles when the run began.
func (o *ImportOptions) began(run *bench.Run, t *convert.Tally) error {
	run.Started = t.Started()
	switch told := !run.Started.IsZero(); {
	case told && !o.Time.IsZero():
		return fmt.Errorf("--time: the files tell that the run began at %s", run.Started.Format(time.RFC3339))
	case told:
	case !o.Time.IsZero():
		run.Started = o.Time.UTC()
	default:
		run.Started = time.Now().UTC()
		t.Note("when it began is not told: it is kept as of the import; --time says when")
	}
	return nil
}

func (o *ImportOptions) judge(run *bench.Run, measured []convert.Measured) (series []bench.Series, err error) {
	used := map[string]bool{}
	names := make([]string, 0, len(measured))
	for i := range measured {
		r := &measured[i].Result
		names = append(names, r.Name)
		limits := o.Thresholds
		for _, name := range []string{r.Name, r.ID} {
			if own, given := o.ByName[name]; given && !used[name] {
				limits, used[name] = own.Merge(limits), true
			}
		}
		r.Thresholds = limits.Record()
		gate.Judge(r, measured[i].Slices, limits, false)
		run.Scenarios = append(run.Scenarios, *r)
		if len(measured[i].Slices) > 0 {
			series = append(series, bench.Series{Scenario: r.ID, Slices: measured[i].Slices})
		}
	}
	for name := range o.ByName {
		if !used[name] {
			return nil, fmt.Errorf("--threshold: no requests are named %q, but %s", name, strings.Join(names, ", "))
		}
	}
	run.Verdict = gate.Whole(run.Scenarios)
	return series, nil
}

// read adds a file to a tally, and returns its format. before is that of the files before it.
func (o *ImportOptions) read(file, before string, t *convert.Tally) (string, error) {
	in := o.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	r := bufio.NewReaderSize(in, convert.HeadSize)
	head, err := convert.Head(r)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	if marked := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")); len(marked) < len(head) { // the mark of UTF-8 that Windows writes
		_, _ = r.Discard(len(head) - len(marked)) // it was just looked at
		head = marked
	}
	format, err := o.formatOf(head)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	if before != "" && format.Name != before {
		return "", fmt.Errorf("%s: is of the format %s, and the files before it are of %s: they are not one run", file, format.Name, before)
	}
	name := o.Name
	if name == "" {
		name = stem(file)
	}
	if err := format.Read(convert.Input{Reader: r, Name: name}, t); err != nil {
		return "", fmt.Errorf("%s (%s): %w", file, format.Name, err)
	}
	return format.Name, nil
}

// stem names what is measured in a file that does not say it.
func stem(file string) string {
	base := filepath.Base(file)
	if name := strings.TrimSuffix(base, filepath.Ext(base)); name != "" && file != "-" {
		return name
	}
	return "requests"
}

// packed are the first bytes of files that have to be unpacked first.
var packed = map[string]string{"\x1f\x8b": "gunzip --stdout", "\x28\xb5\x2f\xfd": "zstd --decompress --stdout", "PK\x03\x04": "unzip -p"}

// formatOf is the format of a file that begins like that.
func (o *ImportOptions) formatOf(head []byte) (convert.Format, error) {
	for magic, command := range packed {
		if bytes.HasPrefix(head, []byte(magic)) {
			return convert.Format{}, fmt.Errorf("is compressed: %s FILE | tidemark import -", command)
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return convert.Format{}, errors.New("is UTF-16, as PowerShell's > writes it: write it as UTF-8 (Out-File -Encoding utf8)")
	}
	if len(head) == 0 {
		return convert.Format{}, errors.New("is empty")
	}
	var all []string
	var asked, looks *convert.Format
	for _, f := range ImportFormats() {
		all = append(all, f.Name)
		if f.Name == o.Format {
			asked = &f
		}
		if looks == nil && f.Looks(head) {
			looks = &f
		}
	}
	switch {
	case o.Format != "" && asked == nil:
		return convert.Format{}, fmt.Errorf("no format is named %q: know %s", o.Format, strings.Join(all, ", "))
	case asked != nil && looks != nil && looks.Name != asked.Name && !asked.Looks(head):
		return convert.Format{}, fmt.Errorf("does not look like %s, but like %s: --format %s", asked.About, looks.About, looks.Name)
	case asked != nil:
		return *asked, nil
	case looks != nil:
		return *looks, nil
	case bytes.IndexByte(head, 0) >= 0:
		return convert.Format{}, fmt.Errorf("is binary, and of no format that is known by how it begins: say --format, one of %s", strings.Join(all, ", "))
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return convert.Format{}, fmt.Errorf("its beginning, %.60q, is of no format that is known: say --format, one of %s", first, strings.Join(all, ", "))
}
