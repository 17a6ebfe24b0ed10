package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A Side is one of the two versions that are compared.
type Side string

// The sides.
const (
	Base Side = "base"
	Head Side = "head"
)

// A Service is one side: a tree that is built, prepared, started and stopped, in this order, started and stopped as often as wanted. Two
// sides have nothing in common and may be worked on at once; one is not for several goroutines.
type Service struct {
	definition bench.Service
	tree       *Tree
	side       Side
	logs       string  // folder
	data       string  // folder; empty once it is removed
	janitor    janitor // of data
	secrets    []string

	port    int
	running *process   // nil: it is stopped
	from    int64      // where in its log the running one began to speak
	beside  []*process // commands of start that ended and left something running
	left    []*process // the same of other phases, as a database that prepare started
}

// MissingEnv is environment variables that a service needs and that are not set.
type MissingEnv []string

func (m MissingEnv) Error() string {
	return "service needs environment variables that are not set: " + strings.Join(m, ", ")
}

// New is one side, with an empty folder for its data. What its commands say goes to files in the folder logs, named by side and phase. The
// caller closes it, and then the tree. The error is a MissingEnv, or a folder that cannot be made.
func New(definition bench.Service, tree *Tree, side Side, logs string) (*Service, error) {
	var missing MissingEnv
	for _, name := range definition.NeedsEnv() {
		if _, set := os.LookupEnv(name); !set {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, missing
	}
	logs, err := filepath.Abs(logs)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return nil, err
	}
	data, err := temporary("data")
	if err != nil {
		return nil, err
	}
	s := &Service{definition: definition, tree: tree, side: side, logs: logs, data: data}
	if s.janitor, err = newJanitor(data, ""); err != nil {
		return nil, errors.Join(err, os.Remove(data))
	}
	environment, err := s.environment(true)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.secrets = secretsIn(environment)
	return s, nil
}

// Build builds the side in its tree. The error is a *Failure, that of ctx, or the system's.
func (s *Service) Build(ctx context.Context) error { return s.run(ctx, Build, s.definition.Build) }

// Prepare gives the side what it needs of its own. Errors are as of Build.
func (s *Service) Prepare(ctx context.Context) error {
	return s.run(ctx, Prepare, s.definition.Prepare)
}

// Reset puts the side's data back, whether it runs or not. Errors are as of Build.
func (s *Service) Reset(ctx context.Context) error { return s.run(ctx, Reset, s.definition.Reset) }

// tries is how many ports are tried: that another process takes one in a moment is rare, that it happens twice rarer.
const tries = 3

// Start starts the side on a port and returns its base URL once it is ready. Port 0 is a free one, and another when something else takes it first;
// any other port that is taken is a PortTaken. ctx bounds the start alone: a measurement that ends in order still needs the service, which Stop
// and Close end. Errors are as of Build; with one, nothing is left running.
func (s *Service) Start(ctx context.Context, port int) (string, error) {
	if s.running != nil {
		return "", fmt.Errorf("%s is started already", s.side)
	}
	if port != 0 {
		return s.startOn(ctx, port)
	}
	for try := 1; ; try++ {
		port, err := FreePort()
		if err != nil {
			return "", err
		}
		base, err := s.startOn(ctx, port)
		if _, taken := errors.AsType[PortTaken](err); !taken || try == tries {
			return base, err
		}
	}
}

func (s *Service) startOn(ctx context.Context, port int) (base string, err error) {
	s.port = port
	defer func() {
		if err != nil {
			err = errors.Join(err, end(&s.beside, cancelGrace))
		}
	}()
	lines := s.definition.Start
	if err := s.run(ctx, Start, lines[:len(lines)-1]); err != nil {
		return "", err
	}
	last := lines[len(lines)-1]
	if err := free(port); err != nil {
		return "", &Failure{Side: s.side, Phase: Start, Command: last, Err: err, Log: s.log(Start)}
	}
	path, err := plain(s.definition.Ready.Path, s.values())
	if err != nil {
		return "", err
	}
	p, from, err := s.begin(Start, last)
	if err != nil {
		return "", err
	}
	base, err = p.ready(ctx, port, path, s.definition.Ready.Timeout)
	if err == nil {
		s.running, s.from = p, from
		return base, nil
	}
	early := errors.Is(err, errEnded)
	grace := stopGrace
	if ctx.Err() != nil {
		grace = cancelGrace
	}
	stopped := p.end(grace)
	if early && answers(port) { // with all of ours ended
		err = fmt.Errorf("%w: %w", PortTaken(port), err)
	}
	return "", s.failure(ctx, Start, last, from, errors.Join(err, stopped))
}

// Port is the one that the side was started on last; 0: it never was.
func (s *Service) Port() int { return s.port }

// Ended is closed when a started service has ended, by itself or because it was stopped; nil while none is started.
func (s *Service) Ended() <-chan struct{} {
	if s.running == nil {
		return nil
	}
	return s.running.done
}

// Err says how a service that was started and not stopped ended by itself: a *Failure; nil as long as it runs.
func (s *Service) Err() error {
	p := s.running
	if p == nil || !p.ended() {
		return nil
	}
	err := errors.New("it ended by itself, with exit status 0")
	if p.err != nil {
		err = fmt.Errorf("it ended by itself: %w", p.err)
	}
	lines := s.definition.Start
	return &Failure{s.side, Serve, lines[len(lines)-1], err, s.said(Start, s.from), s.log(Start)}
}

// Stop asks the service and all that it started to end, and ends at once what has not after some seconds. The error says what is left.
func (s *Service) Stop() error {
	if s.running == nil {
		return nil
	}
	err := errors.Join(s.running.end(stopGrace), end(&s.beside, stopGrace))
	s.running = nil
	// A process whose main thread is gone keeps its sockets until its other threads are too.
	if err == nil && !eventually(stopGrace, func() bool { return !answers(s.port) }) {
		err = fmt.Errorf("something that it started still listens on port %d", s.port)
	}
	if err != nil {
		return fmt.Errorf("stop %s: %w", s.side, err)
	}
	return nil
}

// Close stops the service and whatever its other commands left running, and removes its data. A second time it does nothing.
func (s *Service) Close() error {
	err := errors.Join(s.Stop(), end(&s.left, stopGrace))
	if s.data != "" {
		err = errors.Join(err, removeAll(s.data), s.janitor.off())
		s.data = ""
	}
	return err
}

// end ends some processes, and forgets them.
func end(all *[]*process, grace time.Duration) (err error) {
	for _, p := range *all {
		err = errors.Join(err, p.end(grace))
	}
	*all = nil
	return err
}

// run runs commands one after another.
func (s *Service) run(ctx context.Context, phase Phase, lines []bench.Text) error {
	for _, line := range lines {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p, from, err := s.begin(phase, line)
		if err != nil {
			return err
		}
		if err := p.wait(ctx); err != nil {
			return s.failure(ctx, phase, line, from, errors.Join(err, p.end(cancelGrace)))
		}
		switch {
		case p.group.empty():
			err = p.group.close()
		case phase == Start:
			s.beside = append(s.beside, p)
		default:
			s.left = append(s.left, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin starts one command. from is where in its log it begins to speak.
func (s *Service) begin(phase Phase, line bench.Text) (p *process, from int64, err error) {
	text, err := command(line)
	if err != nil {
		return nil, 0, err
	}
	environment, err := s.environment(phase == Start || phase == Reset)
	if err != nil {
		return nil, 0, err
	}
	log, err := os.OpenFile(s.log(phase), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }() // the command has its own hold on it
	if _, err := fmt.Fprintf(log, "$ %s\n", strings.TrimSpace(string(line))); err != nil {
		return nil, 0, err
	}
	info, err := log.Stat()
	if err != nil {
		return nil, 0, err
	}
	p, err = start(text, s.tree.Dir, environment, log)
	return p, info.Size(), err
}

// failure is what is told of a command that failed; when ctx ended, that is all there is to tell.
func (s *Service) failure(ctx context.Context, phase Phase, line bench.Text, from int64, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return &Failure{s.side, phase, line, err, s.said(phase, from), s.log(phase)}
}

func (s *Service) log(phase Phase) string {
	return filepath.Join(s.logs, fmt.Sprintf("%s-%s.log", s.side, phase))
}

func (s *Service) said(phase Phase, from int64) []string {
	return tail(s.log(phase), from, s.secrets)
}

func (s *Service) values() map[bench.Placeholder]string {
	values := map[bench.Placeholder]string{
		bench.ServicePort: strconv.Itoa(s.port), bench.ServiceSide: string(s.side), bench.ServiceDir: s.tree.Dir, bench.ServiceData: s.data,
	}
	for _, name := range s.definition.NeedsEnv() {
		values[bench.Placeholder("env."+name)] = os.Getenv(name)
	}
	return values
}

// environment is what commands get: ours, the placeholders' values, and what the suite says. Before a port is chosen there is nothing in it that
// tells one.
func (s *Service) environment(port bool) ([]string, error) {
	all, values := environ(), s.values()
	if !port {
		delete(values, bench.ServicePort)
	}
	for p, v := range values {
		all = append(all, variable(p)+"="+v)
	}
	for _, v := range s.definition.Env {
		if !port && v.Value.Has(bench.ServicePort) {
			continue
		}
		text, err := plain(v.Value, values)
		if err != nil {
			return nil, err
		}
		all = append(all, v.Name+"="+text)
	}
	return all, nil
}
