package history

import (
	"context"
	"time"
)

// A Policy says which runs may go. What is 0 takes none away.
type Policy struct {
	KeepLast int       // so many of the newest of each branch stay
	Before   time.Time // runs from then on stay
}

// Prune forgets what the policy lets go, and returns it. A run has to be beyond both limits that are set. The newest good run of each branch
// always stays: without it the next one could be compared with nothing.
func Prune(ctx context.Context, s Store, p Policy) ([]Entry, error) {
	all, err := s.List(ctx, Query{})
	if err != nil {
		return nil, err
	}
	var gone []Entry
	var ids []string
	seen, hasGood := map[string]int{}, map[string]bool{}
	for _, e := range all { // the newest first
		branch := e.Commit.Branch
		seen[branch]++
		baseline := e.Good() && !hasGood[branch]
		hasGood[branch] = hasGood[branch] || e.Good()
		switch {
		case baseline,
			p.KeepLast == 0 && p.Before.IsZero(),
			p.KeepLast > 0 && seen[branch] <= p.KeepLast,
			!p.Before.IsZero() && !e.Started.Before(p.Before):
			continue
		}
		gone, ids = append(gone, e), append(ids, e.ID)
	}
	return gone, s.Delete(ctx, ids...)
}
