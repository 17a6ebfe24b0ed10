package orders

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newGrowth(forget func()) *faults.Fault {
	return &faults.Fault{
		Name:      "growth",
		Endpoints: []string{"GET /api/v1/users/{id}/orders"},
		Mistake:   "each look at a history is kept in memory for ever, and each request reads all that were kept to find the last one",
		Apply: func(_ context.Context, on bool) error {
			if !on {
				forget()
			}
			return nil
		},
	}
}

// An access is a look at a user's orders.
type access struct {
	At      time.Time `json:"at"`
	User    int64     `json:"user"`
	Path    string    `json:"path"`
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
}

// An audit is all accesses, each as the line of JSON in which auditors want them.
type audit struct {
	mu    sync.Mutex
	lines [][]byte
}

// enter adds an access and returns those before it.
func (a *audit) enter(one access) (before [][]byte, err error) {
	line, err := json.Marshal(one)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	before = a.lines
	a.lines = append(a.lines, line)
	return before, nil
}

func (a *audit) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = nil
}

// noteAccess keeps who looks at a user's orders, and tells when that was done the last time.
func (o *Orders) noteAccess(w http.ResponseWriter, r *http.Request, user int64) error {
	if !o.growth.On() {
		return nil // the access log has it
	}
	before, err := o.audit.enter(access{At: time.Now().UTC(), User: user, Path: r.RequestURI, Address: r.RemoteAddr, Agent: r.UserAgent()})
	if err != nil {
		return err
	}
	last, err := lastOf(before, user)
	if err == nil && !last.IsZero() {
		w.Header().Set("X-Last-Viewed", last.Format(time.RFC3339Nano))
	}
	return err
}

// lastOf is when a user's orders were looked at the last time.
func lastOf(lines [][]byte, user int64) (last time.Time, err error) {
	for _, line := range lines {
		var one access
		if err := json.Unmarshal(line, &one); err != nil {
			return last, err
		}
		if one.User == user {
			last = one.At
		}
	}
	return last, nil
}
