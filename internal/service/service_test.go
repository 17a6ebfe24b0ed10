//go:build unix

package service

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// A bed is where a service is tried: a folder for its logs, one in which its processes leave their numbers, and what temporary
// folders are made in.
type bed struct {
	t                *testing.T
	tree             *Tree
	logs, pids, temp string
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{t: t, logs: t.TempDir(), pids: t.TempDir(), temp: filepath.Join(t.TempDir(), "with a space")}
	if err := os.Mkdir(b.temp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", b.temp)
	t.Setenv("PIDS", b.pids)
	b.tree = &Tree{Dir: t.TempDir()}
	return b
}

func (b *bed) side(side Side, d bench.Service) *Service {
	b.t.Helper()
	s, err := New(d, b.tree, side, b.logs)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.t.Error(err)
		}
	})
	return s
}

// processes are those that left a note and are alive.
func (b *bed) processes() (pids []int) {
	entries, err := os.ReadDir(b.pids)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && alive(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// nothingIsLeft demands that no process, no listener and no folder of a closed side remains.
func (b *bed) nothingIsLeft(s *Service) {
	b.t.Helper()
	if err := s.Close(); err != nil {
		b.t.Error(err)
	}
	if err := s.Close(); err != nil {
		b.t.Errorf("a second time: %v", err)
	}
	if pids := b.processes(); len(pids) > 0 {
		b.t.Errorf("processes %v are left", pids)
	}
	if s.Port() != 0 && answers(s.Port()) {
		b.t.Errorf("port %d is still listened on", s.Port())
	}
	if left, _ := os.ReadDir(b.temp); len(left) > 0 {
		b.t.Errorf("folders are left: %v", left)
	}
}

func (b *bed) log(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.logs, name))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// failed demands a *Failure of a phase that says some words.
func failed(t *testing.T, err error, phase Phase, words ...string) {
	t.Helper()
	f, ok := errors.AsType[*Failure](err)
	if !ok || f.Phase != phase {
		t.Fatalf("%v is no failure of %s", err, phase)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in\n%v", w, err)
		}
	}
}

func TestTwoSidesAtOnce(t *testing.T) {
	b := newBed(t)
	d := definition("server")
	d.Build = []bench.Text{"pwd >${service.data}/dir", "echo built ${service.side}"}
	d.Prepare = []bench.Text{"test -f '${service.data}/dir'; echo \"data of ${service.side}\" >\"${service.data}/db\""}
	d.Reset = []bench.Text{"echo ${service.port} >>${service.data}/resets"}
	sides := map[Side]*Service{Base: b.side(Base, d), Head: b.side(Head, d)}
	ports := map[Side]int{}
	for name, s := range sides {
		if err := errors.Join(s.Build(t.Context()), s.Prepare(t.Context())); err != nil {
			t.Fatal(err)
		}
		url, err := s.Start(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := get(t, url), string(name)+" of shop_"+string(name); got != want {
			t.Errorf("%s answers %q, want %q", name, got, want)
		}
		if err := s.Reset(t.Context()); err != nil {
			t.Error(err)
		}
		ports[name] = s.Port()
		if text, err := os.ReadFile(filepath.Join(s.data, "db")); err != nil || string(text) != "data of "+string(name)+"\n" {
			t.Errorf("%s: %q %v", name, text, err)
		}
	}
	if ports[Base] == ports[Head] || sides[Base].data == sides[Head].data {
		t.Errorf("the sides share a port or a folder: %v", ports)
	}
	if _, err := sides[Base].Start(t.Context(), 0); err == nil {
		t.Error("a side was started twice")
	}

	// The sides are stopped, and started again with their ports swapped; their data are still there.
	for _, s := range sides {
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	for name, port := range map[Side]int{Base: ports[Head], Head: ports[Base]} {
		s := sides[name]
		url, err := s.Start(t.Context(), port)
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, url); !strings.HasPrefix(got, string(name)) || !strings.HasSuffix(url, ":"+strconv.Itoa(port)) {
			t.Errorf("%s at %s answers %q", name, url, got)
		}
		if err := s.Reset(t.Context()); err != nil {
			t.Error(err)
		}
		resets, err := os.ReadFile(filepath.Join(s.data, "resets"))
		if want := strconv.Itoa(ports[name]) + "\n" + strconv.Itoa(port) + "\n"; err != nil || string(resets) != want {
			t.Errorf("%s: resets %q, want %q, %v", name, resets, want, err)
		}
	}
	for name, s := range sides {
		if dir, err := os.ReadFile(filepath.Join(s.data, "dir")); err != nil || filepath.Base(strings.TrimSpace(string(dir))) != filepath.Base(b.tree.Dir) {
			t.Errorf("%s was built in %q, not in %q: %v", name, dir, b.tree.Dir, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if got, want := b.log(string(name)+"-build.log"), "built "+string(name)+"\n"; !strings.Contains(got, want) || !strings.Contains(got, "$ pwd >${service.data}/dir\n") {
			t.Errorf("the build's log is %q", got)
		}
		if got := b.log(string(name) + "-start.log"); strings.Count(got, "goodbye") != 2 {
			t.Errorf("the service was not asked to end twice: %q", got)
		}
	}
	b.nothingIsLeft(sides[Base])
}

func TestWhatFails(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench.Service)
		phase  Phase
		words  []string
	}{
		"build": {
			func(d *bench.Service) {
				d.Build = []bench.Text{"echo compiling; echo 'main.go:3: no such thing' >&2; exit 2", "touch never"}
			},
			Build, []string{"base: build failed: exit status 2", "| compiling\n", "| main.go:3: no such thing\n", "command: echo compiling;", "base-build.log"},
		},
		"a line in the middle": {func(d *bench.Service) { d.Build = []bench.Text{"false\ntouch never"} }, Build, []string{"exit status 1", "it said nothing", "command: false\n           touch never"}},
		"prepare":              {func(d *bench.Service) { d.Prepare = []bench.Text{"echo migrating", "no-such-program"} }, Prepare, []string{"exit status 127", "no-such-program"}},
		"before the start":     {func(d *bench.Service) { d.Start = append([]bench.Text{"exit 5"}, d.Start...) }, Start, []string{"exit status 5"}},
		"ends at once":         {func(d *bench.Service) { d.Env[0].Value = "crash" }, Start, []string{"it ended before it was ready: exit status 3", "| cannot open database postgres://shop:REDACTED@db/shop with REDACTED\n"}},
		"kills its group":      {func(d *bench.Service) { d.Start = []bench.Text{"kill -s KILL 0"} }, Start, []string{"it ended before it was ready: signal: killed"}},
		"a daemon":             {func(d *bench.Service) { d.Start = []bench.Text{"true"} }, Start, []string{"with exit status 0; start has to stay in the foreground"}},
		"never ready":          {func(d *bench.Service) { d.Env[0].Value, d.Ready.Timeout = "warming", time.Second }, Start, []string{"it was not ready after 1s: GET http://127.0.0.1:", "503 Service Unavailable", "| this is warming\n"}},
		"another port":         {func(d *bench.Service) { d.Env[1].Value, d.Ready.Timeout = "0", time.Second }, Start, []string{"connection refused; does it listen on ${service.port}?"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DB_PASSWORD", "swordfish")
			b := newBed(t)
			d := definition("server")
			c.change(&d)
			s := b.side(Base, d)
			err := s.Build(t.Context())
			if err == nil {
				err = s.Prepare(t.Context())
			}
			if err == nil {
				_, err = s.Start(t.Context(), 0)
			}
			failed(t, err, c.phase, c.words...)
			if _, err := os.Stat(filepath.Join(b.tree.Dir, "never")); err == nil {
				t.Error("it went on after the failure")
			}
			if s.Ended() != nil || len(b.processes()) > 0 {
				t.Errorf("processes %v are left before it is closed", b.processes())
			}
			b.nothingIsLeft(s)
		})
	}
}

func TestStopEndsAllThatWasStarted(t *testing.T) {
	for role, most := range map[string]int{"stubborn": 1, "family": 3} {
		t.Run(role, func(t *testing.T) {
			b := newBed(t)
			s := b.side(Head, definition(role))
			if _, err := s.Start(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			if !eventually(time.Minute, func() bool { return len(b.processes()) == most }) {
				t.Fatalf("processes %v, want %d", b.processes(), most)
			}
			if err := s.running.end(100 * time.Millisecond); err != nil { // none of them heeds a request to end, whatever the grace
				t.Error(err)
			}
			if pids := b.processes(); len(pids) > 0 {
				t.Errorf("processes %v are left", pids)
			}
			s.running = nil
			b.nothingIsLeft(s)
		})
	}
}

func TestWhatPrepareLeavesRunningEndsWithTheSide(t *testing.T) {
	b := newBed(t)
	d := definition("server")
	d.Prepare = []bench.Text{bench.Text(be + "=orphans " + strings.TrimPrefix(string(d.Start[0]), "exec "))}
	s := b.side(Head, d)
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	there := func(n int) {
		t.Helper()
		if !eventually(time.Minute, func() bool { return len(b.processes()) == n }) {
			t.Errorf("processes %v, want %d", b.processes(), n)
		}
	}
	there(2)
	if _, err := s.Start(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	there(3)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	there(2) // a database that was prepared is needed for the next start
	for _, p := range s.left {
		if err := p.end(0); err != nil {
			t.Error(err)
		}
	}
	s.left = nil
	b.nothingIsLeft(s)
}

// What start leaves beside the service, as a worker, is started anew each time.
func TestWhatStartLeavesRunningEndsWithTheService(t *testing.T) {
	b := newBed(t)
	d := definition("server")
	d.Start = []bench.Text{bench.Text(be + "=helper " + strings.TrimPrefix(string(d.Start[0]), "exec ") + " &"), d.Start[0]}
	s := b.side(Head, d)
	for range 2 {
		if _, err := s.Start(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if !eventually(time.Minute, func() bool { return len(b.processes()) == 2 }) {
			t.Errorf("processes %v, want 2", b.processes())
		}
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if len(b.processes()) != 0 {
			t.Errorf("processes %v are left", b.processes())
		}
	}
	s.definition.Start = append(s.definition.Start[:1:1], "exit 3") // it goes too when the service does not come
	if _, err := s.Start(t.Context(), 0); err == nil || len(b.processes()) != 0 {
		t.Errorf("%v, processes %v", err, b.processes())
	}
	b.nothingIsLeft(s)
}

// A service that is told to listen on "localhost" may take that for the one address or the other.
func TestAServiceOnTheOtherLoopback(t *testing.T) {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here")
	}
	_ = l.Close()
	b := newBed(t)
	d := definition("server")
	d.Env = append(d.Env, bench.Variable{Name: "SERVICE_TEST_HOST", Value: "::1"})
	s := b.side(Head, d)
	url, err := s.Start(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(url, "http://[::1]:") || get(t, url) != "head of shop_head" {
		t.Errorf("%s answers %q", url, get(t, url))
	}
	b.nothingIsLeft(s)
}

func TestAServiceThatEndsByItself(t *testing.T) {
	b := newBed(t)
	s := b.side(Head, definition("server"))
	url, err := s.Start(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Err(); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	if _, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url + "/crash"); err == nil {
		t.Error("it answered")
	}
	<-s.Ended()
	failed(t, s.Err(), Serve, "head: service failed: it ended by itself: exit status 7", "| out of memory")
	b.nothingIsLeft(s)
}

func TestAPortThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port

	b := newBed(t)
	s := b.side(Head, definition("server"))
	_, err = s.Start(t.Context(), port)
	failed(t, err, Start, "is taken by another process")
	if taken, ok := errors.AsType[PortTaken](err); !ok || int(taken) != port {
		t.Errorf("%v does not tell which port", err)
	}
	_ = l.Close()
	b.nothingIsLeft(s)
}

func TestAPortThatIsTakenInBetween(t *testing.T) {
	b := newBed(t)
	for name, lines := range map[string][]bench.Text{
		"before the start": {"echo ${service.port} >>${service.data}/ports; while [ ! -e ${service.data}/go ]; do sleep 0.01; done", definition("server").Start[0]},
		"in the start":     {"echo ${service.port} >>${service.data}/ports; while [ ! -e ${service.data}/go ]; do sleep 0.01; done; " + definition("server").Start[0]},
	} {
		d := definition("server")
		d.Start = lines
		s := b.side(Base, d)
		ports := func() []string {
			text, _ := os.ReadFile(filepath.Join(s.data, "ports"))
			return strings.Fields(string(text))
		}
		taken := make(chan net.Listener)
		go func() { // takes the first port, and answers nothing
			var l net.Listener
			if eventually(time.Minute, func() bool { return len(ports()) == 1 }) {
				l, _ = net.Listen("tcp4", "127.0.0.1:"+ports()[0])
			}
			_ = os.WriteFile(filepath.Join(s.data, "go"), nil, 0o600)
			taken <- l
		}()
		url, err := s.Start(t.Context(), 0)
		l := <-taken
		if err != nil || l == nil {
			t.Fatalf("%s: %v %v", name, err, l)
		}
		if tried := ports(); len(tried) != 2 || !strings.HasSuffix(url, ":"+tried[1]) || tried[0] == tried[1] {
			t.Errorf("%s: %s, tried %v", name, url, tried)
		}
		_ = l.Close()
		b.nothingIsLeft(s)
	}
}

func TestCancelledInEachPhase(t *testing.T) {
	hang := bench.Text("touch hangs; echo hanging; sleep 1000 & wait")
	for phase, change := range map[Phase]func(*bench.Service){
		Build:   func(d *bench.Service) { d.Build = []bench.Text{hang, "touch never"} },
		Prepare: func(d *bench.Service) { d.Prepare = []bench.Text{hang, "touch never"} },
		Start:   func(d *bench.Service) { d.Start = []bench.Text{hang} },
		Reset:   func(d *bench.Service) { d.Reset = []bench.Text{hang, "touch never"} },
	} {
		t.Run(string(phase), func(t *testing.T) {
			b := newBed(t)
			d := definition("server")
			change(&d)
			s := b.side(Base, d)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				eventually(time.Minute, func() bool { _, err := os.Stat(filepath.Join(b.tree.Dir, "hangs")); return err == nil })
				cancel()
			}()
			err := s.Build(ctx)
			if err == nil {
				err = s.Prepare(ctx)
			}
			if err == nil {
				_, err = s.Start(ctx, 0)
			}
			if err == nil {
				err = s.Reset(ctx)
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
			if _, err := os.Stat(filepath.Join(b.tree.Dir, "never")); err == nil {
				t.Error("it went on")
			}
			b.nothingIsLeft(s)
		})
	}
}

// What a measurement needs outlives the context that it was started with.
func TestAServiceOutlivesTheContextOfItsStart(t *testing.T) {
	b := newBed(t)
	s := b.side(Base, definition("server"))
	ctx, cancel := context.WithCancel(t.Context())
	url, err := s.Start(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if got := get(t, url); got != "base of shop_base" {
		t.Errorf("answers %q", got)
	}
	b.nothingIsLeft(s)
}

func TestVariablesThatAreMissing(t *testing.T) {
	d := definition("server")
	d.Prepare = []bench.Text{"createdb ${env.SERVICE_TEST_NOT_SET}"}
	_, err := New(d, &Tree{}, Base, t.TempDir())
	if missing, ok := errors.AsType[MissingEnv](err); !ok || !slices.Equal(missing, []string{"SERVICE_TEST_NOT_SET"}) {
		t.Errorf("%v", err)
	}
}
