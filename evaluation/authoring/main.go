//go:build unix

// Command authoring shows what a suite written from an access log is worth. It is called in this repository:
//
//	go run ./evaluation/authoring        how fast a log becomes a suite, beside goaccess reading the same log
//	go run ./evaluation/authoring mix    whether that suite, when run, makes the traffic that the log is of; a quarter of an hour
//
// The first log is made of lines that the example shop wrote of real requests, again and again with other times and clients; the second is
// what it wrote of two minutes of a known mix.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

func main() {
	megabytes := flag.Int64("mb", 1024, "size of the log")
	rounds := flag.Int("rounds", 3, "how often each program reads it, in turns")
	drive := flag.Duration("drive", 2*time.Minute, "mix: how long the known traffic is recorded")
	each := flag.Duration("each", time.Minute, "mix: how long each scenario of the suite runs")
	keep := flag.String("keep", "", "mix: `folder` for the two logs and the suite; empty: they are removed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	switch flag.Arg(0) {
	case "":
		err = speed(ctx, *megabytes<<20, *rounds)
	case "mix":
		err = mix(ctx, *keep, *drive, *each, os.Stdout, os.Stderr)
	default:
		err = fmt.Errorf("%q is nothing to evaluate: write mix, or nothing", flag.Arg(0))
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "authoring:", err)
		os.Exit(1)
	}
}

// speed measures how fast a log of some size is read.
func speed(ctx context.Context, size int64, rounds int) (err error) {
	dir, err := os.MkdirTemp("", "authoring-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	tidemark, shop := filepath.Join(dir, "tidemark"), filepath.Join(dir, "shop")
	for program, pkg := range map[string]string{tidemark: "./cmd/tidemark", shop: "./examples/shop/cmd/shop"} {
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, pkg).CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w: %s", pkg, err, out)
		}
	}
	lines, err := visit(ctx, shop, filepath.Join(dir, "shop.log"))
	if err != nil {
		return err
	}
	log := filepath.Join(dir, "access.log")
	written, err := multiply(log, lines, size)
	if err != nil {
		return err
	}
	programs := []program{
		{"tidemark init --access-log", func(i int) *exec.Cmd {
			return exec.CommandContext(ctx, tidemark, "init", filepath.Join(dir, fmt.Sprint("suite", i)), "--access-log", log)
		}},
	}
	if goaccess, err := exec.LookPath("goaccess"); err == nil {
		programs = append(programs, program{"goaccess", func(int) *exec.Cmd {
			return exec.CommandContext(ctx, goaccess, log, "--no-global-config", `--log-format=%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T`, "--date-format=%d/%b/%Y", "--time-format=%H:%M:%S", "--no-progress", "-o", filepath.Join(dir, "goaccess.json"))
		}})
	} else {
		fmt.Fprintln(os.Stderr, "goaccess is not installed (Debian: apt-get install goaccess); measuring without it")
	}
	return compare(programs, rounds, written)
}

// open starts the shop, which writes to a log from now on until it is ended.
func open(ctx context.Context, program, log string) (ready shop.Ready, end func(), err error) {
	c := exec.CommandContext(ctx, program, "--access-log", log, "--database", log+".db")
	c.Stderr = os.Stderr
	said, err := c.StdoutPipe()
	if err != nil {
		return ready, nil, err
	}
	if err := c.Start(); err != nil {
		return ready, nil, err
	}
	end = func() {
		_ = c.Process.Signal(os.Interrupt) // it has ended already if it cannot be
		_ = c.Wait()                       // an interrupted program
	}
	if err := json.NewDecoder(said).Decode(&ready); err != nil {
		end()
		return ready, nil, err
	}
	return ready, end, nil
}

// visit starts the shop and asks what a visitor asks; what the shop wrote of it are the lines. One after another: it is no load test.
func visit(ctx context.Context, shop, log string) (lines [][]byte, err error) {
	ready, end, err := open(ctx, shop, log)
	if err != nil {
		return nil, err
	}
	defer end()
	rng := rand.New(rand.NewPCG(1, 1))
	ask := func(method, path, body string) error {
		request, err := http.NewRequestWithContext(ctx, method, ready.URL+path, strings.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+ready.Token)
		request.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		return errors.Join(err, response.Body.Close())
	}
	for range 1000 {
		product := min(2000, 1+int(rng.ExpFloat64()*100)) // few are asked for often
		err := errors.Join(
			ask(http.MethodGet, fmt.Sprintf("/api/v1/products?page=%d&per_page=20", min(100, 1+int(rng.ExpFloat64()*4))), ""),
			ask(http.MethodGet, fmt.Sprintf("/api/v1/products/%d", product), ""))
		if rng.IntN(3) == 0 {
			err = errors.Join(err, ask(http.MethodGet, "/api/v1/search?q="+[]string{"oak", "oak+table", "lamp"}[rng.IntN(3)], ""))
		}
		if rng.IntN(4) == 0 {
			err = errors.Join(err, ask(http.MethodPost, "/api/v1/orders", fmt.Sprintf(`{"user_id": %d, "line_items": [{"product_id": %d, "quantity": 1}]}`, 1+rng.IntN(200), product)),
				ask(http.MethodGet, fmt.Sprintf("/api/v1/users/%d/orders", 1+rng.IntN(200)), ""))
		}
		if err != nil {
			return nil, err
		}
	}
	content, err := os.ReadFile(log)
	return bytes.SplitAfter(bytes.TrimSpace(content), []byte("\n")), err
}

// multiply writes lines again and again, until the file is so large: 25 a second, from a thousand clients.
func multiply(log string, lines [][]byte, size int64) (written int, err error) {
	f, err := os.Create(log)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	at := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for bytesOut := int64(0); bytesOut < size; {
		for i, line := range lines {
			begin, end := bytes.IndexByte(line, '['), bytes.IndexByte(line, ']')
			if begin < 0 || end < begin {
				return 0, fmt.Errorf("the shop wrote %q", line)
			}
			client := (written/7 + i/5) % 1000
			n, err := fmt.Fprintf(w, "10.1.%d.%d - - [%s%s\n", client/250, client%250, at.Format("02/Jan/2006:15:04:05 -0700"), bytes.TrimSpace(line[end:]))
			if err != nil {
				return 0, err
			}
			bytesOut += int64(n)
			if written++; written%25 == 0 {
				at = at.Add(time.Second)
			}
		}
	}
	return written, w.Flush()
}

// A program is what reads the log.
type program struct {
	name    string
	command func(round int) *exec.Cmd
}

// A run is what one reading took.
type run struct {
	wall, cpu time.Duration
	memory    float64 // MB at most
}

func compare(programs []program, rounds, lines int) error {
	runs := make([][]run, len(programs))
	for round := range rounds {
		for i := range programs {
			at := (i + round) % len(programs) // in turns
			c := programs[at].command(round)
			begin := time.Now()
			if out, err := c.CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w: %s", programs[at].name, err, out)
			}
			r := run{wall: time.Since(begin), cpu: c.ProcessState.UserTime() + c.ProcessState.SystemTime()}
			if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
				r.memory = float64(usage.Maxrss) / 1024 // kilobytes on Linux
			}
			runs[at] = append(runs[at], r)
		}
	}
	fmt.Printf("A log of %d lines, on %d cores; medians of %d rounds, in turns.\n\n| program | seconds | CPU seconds | lines a second | memory, MB |\n| --- | ---: | ---: | ---: | ---: |\n", lines, runtime.NumCPU(), rounds)
	for i, p := range programs {
		wall := median(runs[i], func(r run) float64 { return r.wall.Seconds() })
		fmt.Printf("| %s | %.1f | %.1f | %.0f | %.0f |\n", p.name, wall, median(runs[i], func(r run) float64 { return r.cpu.Seconds() }), float64(lines)/wall, median(runs[i], func(r run) float64 { return r.memory }))
	}
	return nil
}

func median(runs []run, value func(run) float64) float64 {
	all := make([]float64, len(runs))
	for i, r := range runs {
		all[i] = value(r)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
