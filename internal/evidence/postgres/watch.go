package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
)

const (
	lookEvery = 100 * time.Millisecond
	lookShare = 4 // a look is followed by a pause of at least so many times its length, so that a server that answers slowly is not asked all the time
	mostWaits = 20
	manyWaits = 1000 // kinds that are counted; a service has a few
)

// A watch looks at what sessions do, again and again. It has the connection to itself until it is stopped.
type watch struct {
	ending chan struct{}
	ended  chan struct{}
	once   sync.Once
	seen   seen
}

// seen is what a watch saw.
type seen struct {
	looks, active, idle int64
	waits               map[waiting]int64
	blockers            map[waiting]map[blocker]int64
	samples             map[int64]string // a statement as it was sent, for each id
	failed              error            // why it ended early
}

// waiting is one kind of wait.
type waiting struct {
	event string
	query text
}

// A blocker is what a session did that others waited for.
type blocker struct {
	state string
	query text
}

// A text is a statement by its id where the server tells it, or else as it was sent.
type text struct {
	id  int64
	sql string
}

func startWatch(s *server) *watch {
	w := &watch{ending: make(chan struct{}), ended: make(chan struct{}),
		seen: seen{waits: map[waiting]int64{}, blockers: map[waiting]map[blocker]int64{}, samples: map[int64]string{}}}
	go func() {
		defer close(w.ended)
		w.run(s)
	}()
	return w
}

func (w *watch) stop() *seen {
	w.once.Do(func() { close(w.ending) })
	<-w.ended
	return &w.seen
}

func (w *watch) run(s *server) {
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	for {
		select {
		case <-w.ending:
			return
		case <-timer.C:
		}
		start := time.Now()
		if w.seen.failed = w.look(s); w.seen.failed != nil {
			return
		}
		timer.Reset(max(lookEvery, lookShare*time.Since(start)))
	}
}

// A sight is a session in one look.
type sight struct {
	pid          int32
	state, event string
	query        text
	blockedBy    []int32
}

// The first waiters alone are asked for what blocks them: to find that out locks the server's table of locks. Version 13 has no query_id.
const lookSQL = `SELECT ` + mark + ` pid, state, coalesce(wait_event_type || ':' || wait_event, ''), %s, left(query, 4000),
	CASE WHEN wait_event_type = 'Lock' AND row_number() OVER (PARTITION BY wait_event_type ORDER BY query_start) <= 5 THEN pg_blocking_pids(pid) END
	FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'
	AND application_name <> '` + application + `'`

func (w *watch) look(s *server) error {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	id := "coalesce(query_id, 0)"
	if s.version < 140000 {
		id = "0::bigint"
	}
	rows, err := s.conn.Query(ctx, fmt.Sprintf(lookSQL, id))
	if err != nil {
		return err
	}
	all := map[int32]sight{}
	var one sight
	_, err = pgx.ForEachRow(rows, []any{&one.pid, &one.state, &one.event, &one.query.id, &one.query.sql, &one.blockedBy}, func() error {
		if id := one.query.id; id != 0 {
			if _, known := w.seen.samples[id]; !known && len(w.seen.samples) < manyWaits {
				w.seen.samples[id] = one.query.sql
			}
			one.query.sql = "" // the id is enough to know it again
		}
		all[one.pid] = one
		one.blockedBy = nil
		return nil
	})
	if err == nil {
		w.seen.add(all)
	}
	return err
}

// add counts what one look saw.
func (s *seen) add(all map[int32]sight) {
	s.looks++
	for _, one := range all {
		if one.state != "active" {
			s.idle++ // in a transaction: sessions without one were not asked for
			continue
		}
		s.active++
		if one.event == "" {
			continue
		}
		key := waiting{one.event, one.query}
		if _, known := s.waits[key]; !known && len(s.waits) == manyWaits {
			continue
		}
		s.waits[key]++
		for _, pid := range one.blockedBy {
			by, there := all[pid]
			if !there {
				continue // gone in the meantime, or a prepared transaction
			}
			if s.blockers[key] == nil {
				s.blockers[key] = map[blocker]int64{}
			}
			if _, known := s.blockers[key][blocker{by.state, by.query}]; known || len(s.blockers[key]) < mostWaits {
				s.blockers[key][blocker{by.state, by.query}]++
			}
		}
	}
}

// tell adds what was seen to the evidence, the commonest waits first. texts are the statements whose ids are known.
func (s *seen) tell(db *bench.Database, texts map[int64]string) {
	if s.failed != nil {
		db.Gaps = append(db.Gaps, "waits: looking at sessions ended early: "+cause(s.failed))
	}
	if s.looks == 0 {
		return
	}
	db.Looks = s.looks
	db.Active, db.Idle = float64(s.active)/float64(s.looks), float64(s.idle)/float64(s.looks)
	for key, n := range s.waits {
		wait := bench.Wait{Event: key.event, Share: float64(n) / float64(s.active), Query: s.say(key.query, texts)}
		if by, ok := commonest(s.blockers[key]); ok {
			wait.Blocking = by.state + ": " + s.say(by.query, texts)
		}
		db.Waits = append(db.Waits, wait)
	}
	slices.SortFunc(db.Waits, func(a, b bench.Wait) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Query, b.Query))
	})
	db.Waits = db.Waits[:min(len(db.Waits), mostWaits)]
}

func commonest(counts map[blocker]int64) (most blocker, ok bool) {
	best := int64(0)
	for b, n := range counts {
		if n > best || n == best && (b.state+b.query.sql) < (most.state+most.query.sql) {
			most, best = b, n
		}
	}
	return most, best > 0
}

// say is the statement as every source names it.
func (s *seen) say(t text, texts map[int64]string) string {
	switch known := texts[t.id]; {
	case known != "":
		return fingerprint(known)
	case t.id != 0:
		return fingerprint(s.samples[t.id])
	}
	return fingerprint(t.sql)
}
