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

// Prune forgets what the policy lets go, and returns it. A run has to be beyond both limits that are set. The newest good run of each
// branch always stays: without it the next one could be compared with nothing. Suites that share a store are counted apart.
func Prune(ctx context.Context, s Store, p Policy) ([]Entry, error) {
	all, err := s.List(ctx, Query{})
	if err != nil {
		return nil, err
	}
	type line struct{ suite, branch string }
	var gone []Entry
	var ids []string
	seen, hasGood := map[line]int{}, map[line]bool{}
	for _, e := range all { // the newest first
		l := line{e.Suite, e.Commit.Branch}
		seen[l]++
		baseline := e.Good() && !hasGood[l]
		hasGood[l] = hasGood[l] || e.Good()
		switch {
		case baseline,
			p.KeepLast <= 0 && p.Before.IsZero(),
			p.KeepLast > 0 && seen[l] <= p.KeepLast,
			!p.Before.IsZero() && !e.Started.Before(Microseconds(p.Before)):
			continue
		}
		gone, ids = append(gone, e), append(ids, e.ID)
	}
	if err := s.Delete(ctx, ids...); err != nil {
		return nil, err
	}
	return gone, nil
}
