package history

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// leastCommit is how many letters of a commit's name are asked for.
const leastCommit = 4

// Find is the run that a reference means: an id, the beginning of one, or of a commit's name, whose newest run it is then. "last"
// is the newest run of all. The error wraps ErrNotFound if there is none.
func Find(ctx context.Context, s Store, reference string) (*bench.Run, error) {
	if reference == "" {
		return nil, fmt.Errorf("an empty reference: %w", ErrNotFound)
	}
	if run, err := s.Run(ctx, reference); !errors.Is(err, ErrNotFound) {
		return run, err
	}
	var newest []Entry
	var err error
	if reference == "last" {
		newest, err = s.List(ctx, Query{Limit: 1})
	} else if len(reference) >= leastCommit {
		newest, err = s.List(ctx, Query{Commit: reference, Limit: 1})
	}
	if err != nil {
		return nil, err
	}
	if len(newest) > 0 {
		return s.Run(ctx, newest[0].ID)
	}
	all, err := s.List(ctx, Query{})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range all {
		if strings.HasPrefix(strings.ToUpper(e.ID), strings.ToUpper(reference)) {
			ids = append(ids, e.ID)
		}
	}
	switch {
	case len(ids) == 1:
		return s.Run(ctx, ids[0])
	case len(ids) > 1:
		return nil, fmt.Errorf("%q begins the ids of %d runs: %w that it alone means", reference, len(ids), ErrNotFound)
	}
	return nil, fmt.Errorf("%q: %w", reference, ErrNotFound)
}
