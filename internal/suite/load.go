package suite

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

func (d *document) load(f loadFile) bench.Load {
	l := bench.Load{Warmup: bench.DefaultWarmup, Duration: bench.DefaultDuration, Timeout: bench.DefaultTimeout, MaxInFlight: bench.DefaultMaxInFlight, MaxBody: bench.DefaultMaxBody}
	d.use(f.Users, count(&l.Users))
	d.use(f.MaxInFlight, count(&l.MaxInFlight))
	d.use(f.Connections, count(&l.Connections))
	d.use(f.Redirects, count(&l.Redirects))
	d.use(f.Rate, func(text string) (err error) { l.Rate, err = bench.ParseRate(text); return err })
	d.use(f.Arrivals, func(text string) error {
		if l.Poisson = text == "poisson"; !l.Poisson && text != "constant" {
			return fmt.Errorf("%q is no kind of arrivals: write constant or poisson", text)
		}
		return nil
	})
	d.use(f.Think, think(&l.Think))
	d.use(f.Warmup, duration(&l.Warmup, 0))
	d.use(f.Duration, duration(&l.Duration, 1))
	d.use(f.Timeout, duration(&l.Timeout, 1))
	d.use(f.MaxBody, func(text string) error {
		if err := size(&l.MaxBody)(text); err != nil {
			return err
		}
		if l.MaxBody == 0 {
			return errors.New("no answer has a body of nothing: leave it out for 64MB")
		}
		return nil
	})
	d.stages(&l, f)
	open := l.Open() || f.Rate.set()
	switch {
	case f.Users.set() && f.Rate.set():
		d.at(f.Rate.line, f.Rate.column, "users and rate are two different loads: keep one")
	case f.Arrivals.set() && !open:
		d.at(f.Arrivals.line, f.Arrivals.column, "arrivals goes with rate")
	case f.MaxInFlight.set() && !open:
		d.at(f.MaxInFlight.line, f.MaxInFlight.column, "max_in_flight goes with rate; with users there are never more on their way than users")
	case f.Think.set() && open:
		d.at(f.Think.line, f.Think.column, "think goes with users; with rate nobody waits between iterations")
	case !f.Users.set() && !f.Rate.set() && len(f.Stages) == 0:
		l.Users = bench.DefaultUsers
	}
	return l
}

func (d *document) stages(l *bench.Load, f loadFile) {
	if len(f.Stages) == 0 {
		return
	}
	l.Duration = 0
	for _, v := range []value{f.Users, f.Rate, f.Duration} {
		if v.set() {
			d.at(v.line, v.column, "stages say the load and the duration: keep one of the two")
		}
	}
	for _, s := range f.Stages {
		var stage bench.Stage
		d.use(s.Users, count(&stage.Users))
		d.use(s.Rate, func(text string) (err error) { stage.Rate, err = bench.ParseRate(text); return err })
		d.use(s.Duration, duration(&stage.Duration, 1))
		switch at := max(s.Users.line, s.Rate.line, s.Duration.line); {
		case s.Users.set() == s.Rate.set():
			d.at(max(at, 1), 1, "a stage has users or rate, as {users: 50, duration: 1m}")
		case !s.Duration.set():
			d.at(max(at, 1), 1, "a stage has a duration, as {users: 50, duration: 1m}")
		case s.Users.set() != f.Stages[0].Users.set():
			d.at(max(at, 1), 1, "all stages have users, or all have rate")
		}
		l.Stages, l.Duration = append(l.Stages, stage), l.Duration+stage.Duration
	}
}

// most bounds users and connections: beyond it memory would end before the run.
const most = 1_000_000

func count(n *int) func(string) error {
	return func(text string) (err error) {
		if *n, err = strconv.Atoi(text); err == nil && *n > 0 && *n <= most {
			return nil
		} else if err == nil && *n > most {
			return fmt.Errorf("%q is more than one machine can be: write at most %d", text, most)
		}
		// The letter O for a zero, the letter l for a one: they look alike in many fonts.
		if guess, e := strconv.Atoi(strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1", "_", "", ",", "").Replace(text)); e == nil && guess > 0 {
			return fmt.Errorf("%q is no number; did you mean %d?", text, guess)
		}
		return fmt.Errorf("%q is no whole number above 0", text)
	}
}

func duration(d *time.Duration, least time.Duration) func(string) error {
	return func(text string) (err error) {
		if *d, err = time.ParseDuration(text); err != nil {
			return fmt.Errorf("%q is no duration: write a number and a unit, as 500ms, 60s or 5m", text)
		}
		if *d < least {
			return fmt.Errorf("%q is too short", text)
		}
		return nil
	}
}

// think reads 1s, or 1s..3s.
func think(t *bench.Think) func(string) error {
	return func(text string) error {
		low, high, isRange := strings.Cut(text, "..")
		if err := duration(&t.Min, 0)(low); err != nil {
			return err
		}
		t.Max = t.Min
		if !isRange {
			return nil
		}
		if err := duration(&t.Max, 0)(high); err != nil {
			return err
		}
		if t.Max < t.Min {
			return fmt.Errorf("%q: the shorter pause comes first", text)
		}
		return nil
	}
}

// size reads 512, 64KB or 10MB.
func size(n *int64) func(string) error {
	return func(text string) error {
		digits, factor := text, int64(1)
		for unit, f := range map[string]int64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30} {
			if d, found := strings.CutSuffix(text, unit); found {
				digits, factor = d, f
			}
		}
		v, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 32)
		if err != nil || v < 0 {
			return fmt.Errorf("%q is no size: write bytes as 512, 64KB or 10MB", text)
		}
		*n = v * factor
		return nil
	}
}
