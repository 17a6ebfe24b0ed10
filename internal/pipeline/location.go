package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/history/gitbranch"
	"github.com/tidemark/tidemark/internal/history/postgres"
	"github.com/tidemark/tidemark/internal/history/remote"
	"github.com/tidemark/tidemark/internal/history/sqlite"
)

// A location says where runs are kept.
type location struct {
	shown    string // as it may be told to anybody
	open     func(context.Context) (history.Store, error)
	existing func(context.Context) (history.Store, error) // the error wraps history.ErrNone if nothing is there
	quiet    bool                                         // open asks no server, and makes nothing
	served   bool                                         // by a tidemark, which also shows what goes on
}

const locations = "a file, postgres://user@host/database, or git:BRANCH or git:REMOTE/BRANCH, or https://host where `tidemark serve` answers"

// TokenVariable has what a server demands. A token in a location would be in shell histories and logs.
const TokenVariable = "TIDEMARK_TOKEN"

// ReadTokenVariable has what a server demands of who only reads. Who asks a server has either token in the same place.
const ReadTokenVariable = "TIDEMARK_READ_TOKEN"

// historyToken is what a history that is served is asked with. It has a variable of its own too, for jobs in which the other has the code host's token.
func historyToken() string {
	return cmp.Or(os.Getenv("TIDEMARK_HISTORY_TOKEN"), os.Getenv(TokenVariable))
}

// scheme begins a location that is no file's path. One letter is a drive.
var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):`)

// parseLocation contacts nothing. What it does not know it does not repeat: it may hold a password.
func parseLocation(text string) (location, error) {
	kind := ""
	if m := scheme.FindStringSubmatch(text); m != nil {
		kind = m[1]
	}
	switch kind {
	case "":
		if text == "" {
			return location{}, fmt.Errorf("%w: it is empty; name %s", history.ErrLocation, locations)
		}
		return location{shown: text, open: opener(sqlite.Open, text), existing: opener(sqlite.Existing, text)}, nil
	case "postgres", "postgresql":
		shown, err := postgres.Shown(text)
		return location{shown: shown, open: opener(postgres.Open, text), existing: opener(postgres.Existing, text)}, err
	case "http", "https":
		shown, err := remote.Shown(text)
		return location{shown: shown, open: opener(served, text), existing: opener(existingServed, text), quiet: true, served: true}, err
	case "git":
		remote, branch, named := strings.Cut(text[len("git:"):], "/")
		if !named {
			remote, branch = "", remote
		}
		if branch == "" || named && remote == "" {
			return location{}, fmt.Errorf("%w: a branch is named as git:BRANCH or git:REMOTE/BRANCH, as git:tidemark-history", history.ErrLocation)
		}
		return location{shown: text, open: opener(inBranch(gitbranch.Open, remote), branch), existing: opener(inBranch(gitbranch.Existing, remote), branch), quiet: true}, nil
	}
	return location{}, fmt.Errorf("%w: no kind of history is called %s; name %s (and a file %s:… as ./%s:…)", history.ErrLocation, kind, locations, kind, kind)
}

// served opens what a tidemark serves, with the token of the environment.
func served(_ context.Context, url string) (*remote.Store, error) {
	return remote.Open(url, historyToken())
}

// existingServed asks first whether one is there.
func existingServed(ctx context.Context, url string) (*remote.Store, error) {
	return remote.Existing(ctx, url, historyToken())
}

// inBranch opens branches of the repository that we are called in.
func inBranch(open func(_ context.Context, dir, remote, branch string) (*gitbranch.Store, error), remote string) func(context.Context, string) (*gitbranch.Store, error) {
	return func(ctx context.Context, branch string) (*gitbranch.Store, error) {
		return open(ctx, ".", remote, branch)
	}
}

// opener is a store's own way to open it, for a place.
func opener[S history.Store](open func(context.Context, string) (S, error), place string) func(context.Context) (history.Store, error) {
	return func(ctx context.Context) (history.Store, error) {
		s, err := open(ctx, place)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
}

// CheckHistory says what is wrong with a location, as far as that can be known without asking a server, or making a file.
func CheckHistory(ctx context.Context, location string) error {
	l, err := parseLocation(location)
	if err != nil || !l.quiet {
		return err
	}
	store, err := l.open(ctx)
	if err != nil {
		return err
	}
	return store.Close()
}

// ShowHistory is a location without a password in it.
func ShowHistory(location string) string {
	l, err := parseLocation(location)
	if err != nil {
		return "no history"
	}
	return l.shown
}

// OpenHistory opens the store that a location means: the path of an SQLite file, a PostgreSQL database, a branch of the git repository
// around, or what a tidemark serves. What is not there is made.
func OpenHistory(ctx context.Context, location string) (history.Store, error) {
	l, err := parseLocation(location)
	if err != nil {
		return nil, err
	}
	return l.open(ctx)
}

// ReadHistory opens one that is there: who only reads makes no file, no table and no branch.
func ReadHistory(ctx context.Context, location string) (history.Store, error) {
	l, err := parseLocation(location)
	if err != nil {
		return nil, err
	}
	store, err := l.existing(ctx)
	if errors.Is(err, history.ErrNone) {
		return nil, fmt.Errorf("%w at %s: run a suite first, or name another with --history", err, l.shown)
	}
	return store, err
}
