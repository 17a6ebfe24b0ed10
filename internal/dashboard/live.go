package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// A board has the runs that go on. A run that tells nothing for a while is taken for over.
type board struct {
	mu    sync.Mutex
	runs  map[string]told
	news  chan struct{} // closed when something changes
	edits int           // how often the store was changed through us
	over  chan struct{} // closed at the server's end
}

type told struct {
	bench.Live
	at     time.Time
	writes bool // who tells it may keep it too
}

const (
	silence  = 15 * time.Second
	mostLive = 20  // runs at once
	mostSeen = 600 // seconds that are shown of one
)

func newBoard() *board {
	return &board{runs: map[string]told{}, news: make(chan struct{}), over: make(chan struct{})}
}

// end ends what waits for news.
func (b *board) end() { close(b.over) }

// put shows how far a run is. Who only reads takes no place of a run that will be kept: where there is no room, that goes in place of theirs.
func (b *board) put(l bench.Live, writes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	if b.runs[l.Key].writes && !writes {
		return
	}
	delete(b.runs, l.Key)
	if writes && !l.Done && len(b.runs) >= mostLive {
		b.yield()
	}
	if !l.Done && len(b.runs) < mostLive {
		l.Seconds = l.Seconds[max(len(l.Seconds)-mostSeen, 0):]
		b.runs[l.Key] = told{l, time.Now(), writes}
	}
	b.tell()
}

// yield takes out a run that somebody tells who only reads. The lock is held.
func (b *board) yield() {
	for key, l := range b.runs {
		if !l.writes {
			delete(b.runs, key)
			return
		}
	}
}

func (b *board) changed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.edits++
	b.tell()
}

// tell wakes who waits. The lock is held.
func (b *board) tell() {
	close(b.news)
	b.news = make(chan struct{})
}

// forget takes out who has been silent. The lock is held.
func (b *board) forget() {
	for key, l := range b.runs {
		if time.Since(l.at) > silence {
			delete(b.runs, key)
		}
	}
}

// look is what goes on, the oldest first, how often the store was changed, and what is closed when either changes.
func (b *board) look() (all []bench.Live, edits int, news <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	for _, l := range b.runs {
		all = append(all, l.Live)
	}
	slices.SortFunc(all, func(a, b bench.Live) int { return strings.Compare(a.Key, b.Key) })
	return all, b.edits, b.news
}

// mostTold bounds what a run tells at once.
const mostTold = 64 << 10

// hear takes what a run somewhere else tells.
func (s *Server) hear(w http.ResponseWriter, r *http.Request) {
	var l bench.Live
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostTold)).Decode(&l); err != nil || l.Key == "" || len(l.Key) > 64 {
		refuse(w, http.StatusBadRequest, "this is not how far a run is: see docs/DASHBOARD.md")
		return
	}
	has, _ := s.bearer(r)
	s.board.put(l, has == writing)
	w.WriteHeader(http.StatusNoContent)
}

// newest remembers for a moment which run is: many may watch.
type newest struct {
	mu    sync.Mutex
	id    string
	asked time.Time
	edits int
}

// every is how often a store that others write too is looked at while somebody watches.
const every = 2 * time.Second

func (n *newest) of(ctx context.Context, store history.Store, edits int) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if time.Since(n.asked) < every && edits == n.edits {
		return n.id, nil
	}
	all, err := store.List(ctx, history.Query{Limit: 1})
	if err != nil {
		return n.id, err
	}
	n.id, n.asked, n.edits = "", time.Now(), edits
	if len(all) > 0 {
		n.id = all[0].ID
	}
	return n.id, nil
}

// beat is how often a silent stream says that it is still there.
const beat = 15 * time.Second

// events is the stream of what is new: how far runs are, as a piece of the page, and which run is the newest. It ends with whoever reads it, and with the server.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep it back
	if r.Method == http.MethodHead {
		return // it would be a stream of nothing
	}
	send := func(format string, args ...any) error {
		_ = stream.SetWriteDeadline(time.Now().Add(patience)) // where there are none there is no limit either
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return err
		}
		return stream.Flush()
	}
	_ = stream.SetReadDeadline(time.Time{}) // the server's own, which is for requests, would end it
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	shown, known, last := "-", "-", time.Now()
	for {
		live, edits, news := s.board.look()
		var text bytes.Buffer
		err := templates.ExecuteTemplate(&text, "live", live)
		piece := text.String()
		if err == nil && piece != shown {
			var line []byte
			if line, err = json.Marshal(piece); err == nil { // so that it is one line
				err = send("event: live\ndata: %s\n\n", line)
			}
			shown, last = piece, time.Now()
		}
		if err == nil {
			var id string
			if id, err = s.newest.of(r.Context(), s.store, edits); err == nil && id != known {
				err = send("event: runs\ndata: %q\n\n", id)
				known, last = id, time.Now()
			}
		}
		if err == nil && time.Since(last) > beat {
			err = send(": still here\n\n")
			last = time.Now()
		}
		if err != nil && (r.Context().Err() != nil || !errors.Is(err, history.ErrUnreachable)) {
			return // the browser asks again
		}
		select {
		case <-r.Context().Done():
			return
		case <-s.board.over:
			return
		case <-news:
		case <-ticks.C:
		}
	}
}
