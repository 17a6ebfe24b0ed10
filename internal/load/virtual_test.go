package load

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load/wire"
)

const ms = time.Millisecond

// A server under virtual time: it answers every request after a while, and remembers when each was sent.
type server struct {
	now  wire.Clock
	work func(nth int) time.Duration
	dead bool // nobody listens
	mu   sync.Mutex
	sent []time.Duration
	path []string
	by   []int // the connection that each was sent on
}

// A line is one connection to it.
type line struct {
	*server
	number int
}

func (l line) Do(x *wire.Exchange) {
	l.mu.Lock()
	nth := len(l.sent)
	l.sent, l.path, l.by = append(l.sent, l.now()), append(l.path, string(x.Request.Path)), append(l.by, l.number)
	l.mu.Unlock()
	a := &x.Answer
	if *a = (wire.Answer{Status: 200, Sent: l.now()}); l.dead {
		a.Done, a.Outcome = a.Sent, bench.Refused
		return
	}
	time.Sleep(l.work(nth))
	a.FirstByte, a.Done = l.now(), l.now()
}

func (l line) Close() {}

// virtual is an engine whose clock is the bubble's, and the server that it sends to.
func virtual(t *testing.T, s *bench.Scenario, work func(nth int) time.Duration) (*engine, *server) {
	t.Helper()
	p, err := compile(wire.Target{}, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{program: p, load: s.Load, seed: 1}
	srv := &server{work: work, now: func() time.Duration { return e.clock() }}
	e.connect = func() wire.Conn { return line{srv, -1} } // for logins
	session := &Session{e: e}
	e.worker = func(number int) (*user, wire.Conn) {
		u, _ := session.worker(number)
		return u, line{srv, number}
	}
	e.begin(time.Now(), e.load.Warmup+e.load.Duration)
	return e, srv
}

func always(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

// sleep is an alarm that nobody stops.
func sleep(d time.Duration) bool { time.Sleep(d); return true }

func (e *engine) collect(s *bench.Scenario) bench.Result {
	e.recorder.merge(e.end)
	return bench.Collect(*s, e.recorder.result(e.load.Duration), e.load.Duration)
}

func TestOpenModelSendsOnTimeWhateverTheAnswersDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Rate: 100, MaxInFlight: 100, Warmup: 50 * ms, Duration: 450 * ms})
		e, srv := virtual(t, s, func(nth int) time.Duration {
			if nth == 20 {
				return time.Second // one answer takes a second; nobody else waits for it
			}
			return 4 * ms
		})
		e.open(sleep)
		for i, at := range srv.sent {
			if at != time.Duration(i)*10*ms {
				t.Fatalf("arrival %d was sent at %v, want %v", i, at, time.Duration(i)*10*ms)
			}
		}
		// Two slots do: while one waits for its answer, the other leads. The slow answer takes one away, so a third comes.
		if most := slices.Max(srv.by); len(srv.sent) != 50 || most != 2 {
			t.Errorf("%d requests over %d connections", len(srv.sent), most+1)
		}
		if r := e.collect(s); r.Requests != 45 || r.Delayed != 0 || r.Generator.LagP99 > 0.001 {
			t.Errorf("%d counted, %d delayed, lag %g ms", r.Requests, r.Delayed, r.Generator.LagP99)
		}
		if e.clock() != 1200*ms {
			t.Errorf("ended at %v: the last answer, sent at 200ms, came at 1.2s", e.clock())
		}
	})
}

// One slot, 100 arrivals a second, 20 ms of work: arrival i is due at 10i ms and sent at 20i, so its response time is 20+10i ms.
func TestOpenModelWithoutFreeSlotsCountsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Rate: 100, MaxInFlight: 1, Duration: 500 * ms})
		e, srv := virtual(t, s, always(20*ms))
		e.open(sleep)
		for i, at := range srv.sent {
			if at != time.Duration(i)*20*ms {
				t.Fatalf("arrival %d was sent at %v, want %v", i, at, time.Duration(i)*20*ms)
			}
		}
		r := e.collect(s)
		if r.Requests != 50 || r.Delayed != 49 {
			t.Errorf("%d requests, %d delayed; want all 50, and all but the first", r.Requests, r.Delayed)
		}
		// The 25th smallest of 20, 30, … 510 ms is 260 ms. Service time is 20 ms throughout.
		if p50 := r.Latency.P50; p50 < 259.9 || p50 > 260.3 || r.Latency.Max < 509.5 || r.Service.Max > 20.1 {
			t.Errorf("p50 %g, max %g, service max %g", p50, r.Latency.Max, r.Service.Max)
		}
	})
}

// The server stalls from 200 to 1,200 ms. Whatever was due in that second waits for its end.
func TestAStallIsInEveryRequestThatWasDueInIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Rate: 100, MaxInFlight: 200, Duration: 2 * time.Second})
		e, srv := virtual(t, s, nil)
		srv.work = func(int) time.Duration {
			if now := srv.now(); now >= 200*ms && now < 1200*ms {
				return 1200*ms - now
			}
			return 0
		}
		e.open(sleep)
		r := e.collect(s)
		// 100 of 200 requests are due in the stall, and wait 10, 20, … 1,000 ms: p50 is 0, p75 500 ms, p90 800 ms, p95 900 ms.
		for _, c := range []struct{ got, want float64 }{{r.Latency.P50, 0}, {r.Latency.P90, 800}, {r.Latency.P95, 900}, {r.Latency.Max, 1000}} {
			if c.got < c.want || c.got > c.want*1.001+0.001 {
				t.Errorf("got %g ms, want %g", c.got, c.want)
			}
		}
	})
}

func TestOpenModelStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, srv := virtual(t, scenario(bench.Load{Rate: 100, MaxInFlight: 10, Duration: time.Hour}), always(25*ms))
		e.open(func(d time.Duration) bool {
			time.Sleep(d)
			return e.clock() < 100*ms
		})
		if n := len(srv.sent); n != 10 || e.clock() != 115*ms { // sent at 0 to 90 ms; the last answer is waited for
			t.Errorf("%d requests until %v", n, e.clock())
		}
	})
}

// A user sends, waits 10 ms for the answer and thinks 40 ms; the second is there from half the ramp on, which is at 0.75 s.
func TestClosedModelThinksAndRamps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Duration: time.Second, Think: bench.Think{Min: 40 * ms, Max: 40 * ms},
			Stages: []bench.Stage{{Users: 1, Duration: 500 * ms}, {Users: 3, Duration: 500 * ms}}})
		e, srv := virtual(t, s, always(10*ms))
		e.closed()
		sent := map[int][]time.Duration{}
		for i, by := range srv.by {
			sent[by] = append(sent[by], srv.sent[i])
		}
		for user, first := range map[int]time.Duration{0: 0, 1: 750 * ms} {
			var want []time.Duration
			for at := first; at < time.Second; at += 50 * ms {
				want = append(want, at)
			}
			if !slices.Equal(sent[user], want) {
				t.Errorf("user %d sent at %v, want %v", user, sent[user], want)
			}
		}
		if len(sent) != 2 { // the third would begin as the load ends
			t.Errorf("%d users sent", len(sent))
		}
		if r := e.collect(s); r.Requests != 25 || r.Latency.Max > 10.1 {
			t.Errorf("%d requests, max %g ms: thinking is no latency", r.Requests, r.Latency.Max)
		}
	})
}

func TestDataInOrderAndUnique(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Users: 2, Duration: 30 * ms})
		rows := []map[string]any{{"id": int64(1)}, {"id": int64(2)}, {"id": int64(3)}}
		s.Data = []bench.Data{{Name: "all", Order: bench.Sequential, Rows: rows}, {Name: "own", Order: bench.Unique, Rows: rows}}
		s.Setup, s.Steps = []bench.Step{do("GET", "/set-up")}, []bench.Step{do("GET", "/${all.id}/${own.id}")}
		e, srv := virtual(t, s, always(10*ms))
		if err := e.prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		e.begin(time.Now(), e.load.Duration)
		e.closed()
		seen := map[string]int{}
		for _, path := range srv.path {
			row, own, _ := strings.Cut(path[1:], "/")
			seen["row "+row]++
			seen["own "+own]++
		}
		// Two users send three times: the first of the three rows first, each of them twice; each user has a row of its own.
		if srv.path[1][1] != '1' && srv.path[2][1] != '1' || seen["row 1"] != 2 || seen["row 2"] != 2 || seen["row 3"] != 2 || seen["own 1"] != 3 || seen["own 2"] != 3 {
			t.Errorf("%q", srv.path)
		}
	})
}

// Nothing answers: a user tries again 100 times a second, and not as fast as the machine can.
func TestADeadTargetIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Users: 3, Duration: time.Second})
		e, srv := virtual(t, s, nil)
		srv.dead = true
		e.closed()
		if r := e.collect(s); r.Requests != 300 || r.Errors["refused"] != 300 {
			t.Errorf("%d requests, errors %v", r.Requests, r.Errors)
		}
	})
}

// In a flow the second step follows its pause; the iteration after it is due when its user is ready.
func TestStepsThinkInBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Users: 1, Duration: 100 * ms})
		s.Steps = []bench.Step{do("GET", "/a"), do("GET", "/b")}
		s.Steps[0].Think = bench.Think{Min: 20 * ms, Max: 20 * ms}
		e, srv := virtual(t, s, always(5*ms))
		e.closed()
		// /a at 0, /b at 25, /a at 30, /b at 55, /a at 60, /b at 85, /a at 90; the pause after it would end at 115.
		if want := []time.Duration{0, 25 * ms, 30 * ms, 55 * ms, 60 * ms, 85 * ms, 90 * ms}; !slices.Equal(srv.sent, want) {
			t.Errorf("sent at %v, want %v", srv.sent, want)
		}
	})
}

func TestThinkTimeIsDrawnEvenly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Users: 1, Duration: time.Hour, Think: bench.Think{Min: time.Second, Max: 3 * time.Second}})
		e, srv := virtual(t, s, always(0))
		e.closed()
		// 2 s in the mean with a standard deviation of 0.58 s: 1,800 pauses in an hour, with one of 12.
		if n := len(srv.sent); n < 1750 || n > 1850 {
			t.Errorf("%d requests in an hour", n)
		}
		for i := range len(srv.sent) - 1 {
			if pause := srv.sent[i+1] - srv.sent[i]; pause < time.Second || pause >= 3*time.Second {
				t.Fatalf("a pause of %v", pause)
			}
		}
	})
}

// The token is fetched anew after so long, and when an answer is 401, but at most once a second.
func TestLoginIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		login := do("POST", "/login")
		s := scenario(bench.Load{Users: 1, Duration: time.Minute})
		s.Auth = bench.Auth{Header: bench.Field{Name: "Authorization", Value: "x"}, Login: &bench.Login{Step: login, Refresh: 20 * time.Second}}
		e, srv := virtual(t, s, always(0))
		over := make(chan struct{})
		done := make(chan struct{})
		go func() { defer close(done); e.keepLoggedIn(context.Background(), over) }()
		time.Sleep(45 * time.Second)
		for range 8 { // 401 at 45.0, 45.3, … 47.1 s
			select {
			case e.program.refresh <- struct{}{}:
			default:
			}
			time.Sleep(300 * ms)
		}
		time.Sleep(5 * time.Second)
		close(over)
		<-done
		// What is asked for within a second of a login is done when that second is over.
		want := []time.Duration{20 * time.Second, 40 * time.Second, 45 * time.Second, 46 * time.Second, 47 * time.Second, 48 * time.Second}
		if !slices.Equal(srv.sent, want) {
			t.Errorf("logins at %v, want %v", srv.sent, want)
		}
	})
}

// Each second is reported once, those of the warm-up as such; nothing is reported twice while the last answers are waited for.
func TestProgressTellsEachSecondOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scenario(bench.Load{Rate: 10, MaxInFlight: 10, Warmup: 2 * time.Second, Duration: 3 * time.Second})
		e, _ := virtual(t, s, func(nth int) time.Duration {
			if nth == 49 {
				return 3 * time.Second
			}
			return ms
		})
		var told []string
		over, watched := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(watched)
			e.watch(over, func(p Progress) {
				n := int64(-1)
				if p.Slice != nil {
					n = p.Slice.Requests()
				}
				told = append(told, fmt.Sprintf("%v %t %d", p.Elapsed, p.Warmup, n))
			})
		}()
		e.open(sleep)
		close(over)
		<-watched
		want := []string{"1s true 10", "2s true 10", "3s false 10", "4s false 10", "5s false -1", "5s false -1", "5s false -1"}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}
