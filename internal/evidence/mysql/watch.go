package mysql

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	// InnoDB renews its tables of transactions only when nobody has read them for 100 ms: who looks more often sees the same again and again.
	lookEvery = 250 * time.Millisecond
	lookShare = 4 // a look is followed by a pause of at least so many times its length, so that a server that answers slowly is not asked all the time
	mostWaits = 20
	manyWaits = 1000 // kinds that are counted; a service has a few
)

// A watch looks at what sessions do, again and again, until it is stopped.
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
	failed              error
}

// waiting is one kind of wait, by the texts of the statements.
type waiting struct{ event, query, blocking string }

func startWatch(s *server) *watch {
	w := &watch{ending: make(chan struct{}), ended: make(chan struct{}), seen: seen{waits: map[waiting]int64{}}}
	go func() {
		defer close(w.ended)
		timer := time.NewTimer(lookEvery)
		defer timer.Stop()
		for {
			select {
			case <-w.ending:
				return
			case <-timer.C:
			}
			start := time.Now()
			if w.seen.failed = s.look(&w.seen); w.seen.failed != nil {
				return
			}
			timer.Reset(max(lookEvery, lookShare*time.Since(start)))
		}
	}()
	return w
}

func (w *watch) stop() *seen {
	w.once.Do(func() { close(w.ending) })
	<-w.ended
	return &w.seen
}

// The pairs of transactions of which one waits for the other. MariaDB keeps them where MySQL 5.7 did.
const (
	pairsMariaDB = `information_schema.INNODB_LOCK_WAITS ` + mark + ` JOIN information_schema.INNODB_TRX w ON w.trx_id = ` + mark + `.requesting_trx_id
		JOIN information_schema.INNODB_TRX b ON b.trx_id = ` + mark + `.blocking_trx_id`
	pairsMySQL = `performance_schema.data_lock_waits ` + mark + ` JOIN information_schema.INNODB_TRX w ON w.trx_id = ` + mark + `.REQUESTING_ENGINE_TRANSACTION_ID
		JOIN information_schema.INNODB_TRX b ON b.trx_id = ` + mark + `.BLOCKING_ENGINE_TRANSACTION_ID`
)

func (s *server) look(into *seen) error {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	var active, idle int64
	var command, state string
	var query *string
	err := s.each(ctx, `SELECT COMMAND, coalesce(STATE, ''), INFO FROM information_schema.PROCESSLIST `+mark+`
		WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND COMMAND IN ('Query', 'Execute') AND coalesce(INFO, '') NOT LIKE '%`+mark+`%'`, nil, []any{&command, &state, &query}, func() {
		active++
		if rest, ok := strings.CutPrefix(state, "Waiting for "); ok && strings.Contains(rest, "lock") && query != nil {
			into.count(waiting{event: "Lock:" + strings.ReplaceAll(rest, " ", "-"), query: *query})
		}
	})
	if err != nil {
		return err
	}
	pairs := pairsMySQL
	if s.mariadb {
		pairs = pairsMariaDB
	}
	var blocker *string
	seenWaiters := map[string]bool{} // who waits for several counts once
	var id string
	err = s.each(ctx, `SELECT w.trx_id, w.trx_query, b.trx_query FROM `+pairs, nil, []any{&id, &query, &blocker}, func() {
		if seenWaiters[id] || query == nil {
			return
		}
		seenWaiters[id] = true
		w := waiting{event: "Lock:row", query: *query, blocking: "idle in transaction"}
		if blocker != nil {
			w.blocking = "active: " + *blocker
		}
		into.count(w)
	})
	if err != nil {
		return err
	}
	// Of the same renewal, since it follows at once.
	err = s.pool.QueryRowContext(ctx, `SELECT count(*) FROM information_schema.INNODB_TRX `+mark+` WHERE trx_query IS NULL`).Scan(&idle)
	into.looks++
	into.active, into.idle = into.active+active, into.idle+idle
	return err
}

// count counts a wait, by its statements without values, which differ from one to the next and may be secrets.
func (s *seen) count(w waiting) {
	w.query = evidence.Short(evidence.ReadStatement(w.query, "mysql").Text, longestQuery)
	if state, query, ok := strings.Cut(w.blocking, ": "); ok {
		w.blocking = state + ": " + evidence.Short(evidence.ReadStatement(query, "mysql").Text, longestQuery)
	}
	if _, known := s.waits[w]; known || len(s.waits) < manyWaits {
		s.waits[w]++
	}
}

// tell adds what was seen to the evidence, the commonest waits first.
func (s *seen) tell(db *bench.Database) {
	if s.failed != nil {
		db.Gaps = append(db.Gaps, "waits: looking at sessions ended early: "+s.failed.Error())
	}
	if s.looks == 0 {
		return
	}
	db.Looks, db.Active, db.Idle = s.looks, float64(s.active)/float64(s.looks), float64(s.idle)/float64(s.looks)
	for w, n := range s.waits {
		db.Waits = append(db.Waits, bench.Wait{Event: w.event, Share: min(1, float64(n)/float64(max(s.active, 1))), Query: w.query, Blocking: w.blocking})
	}
	slices.SortFunc(db.Waits, func(a, b bench.Wait) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Query, b.Query))
	})
	db.Waits = db.Waits[:min(len(db.Waits), mostWaits)]
}
