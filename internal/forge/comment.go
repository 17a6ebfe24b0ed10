package forge

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// A Comment is one comment of a pull request.
type Comment struct {
	ID     int64
	Author string
	Body   string
}

// Comments are the comments of one pull request.
type Comments interface {
	// Self is the name that our comments have, as far as it can be known before one is made; or empty.
	Self(ctx context.Context) (string, error)

	// List is all of them, on however many pages.
	List(ctx context.Context) ([]Comment, error)

	// Create adds one. An error that wraps ErrDoubtful says that it may be there all the same.
	Create(ctx context.Context, body string) (Comment, error)

	Update(ctx context.Context, id int64, body string) error

	// Delete removes one. One that is not there is no error.
	Delete(ctx context.Context, id int64) error
}

// mostTries is how often a comment is made that may or may not have come about.
const mostTries = 3

// Publish makes the one comment that begins with marker, or updates it. body is asked for the text, given that of the comment that is there, or
// "". Where several jobs publish at once each sees, after it has made its comment, all that there are; the one with the least number stays, and who
// made another takes it back. So one remains, with the text of one of them.
func Publish(ctx context.Context, all Comments, marker string, body func(previous string) string) error {
	self, err := all.Self(ctx)
	if err != nil {
		return err
	}
	text := func(previous string) string {
		b := body(previous)
		if !strings.HasPrefix(b, marker) {
			b = marker + "\n" + b
		}
		return b
	}
	var made Comment
	for try := 1; ; try++ {
		there, err := ours(ctx, all, marker, self, Comment{})
		if err != nil {
			return err
		}
		if len(there) > 0 {
			return settle(ctx, all, there, text(there[0].Body))
		}
		made, err = all.Create(ctx, text(""))
		if err == nil {
			break
		}
		if !isDoubtful(err) || try == mostTries {
			return err
		}
	}
	there, err := ours(ctx, all, marker, made.Author, made)
	if err != nil || len(there) < 2 {
		return err
	}
	stays := there[0].Body
	if there[0].ID != made.ID {
		stays = text(stays)
	}
	return settle(ctx, all, there, stays)
}

// ours are the comments of an author that begin with a marker, the oldest first: beside the one that was just made, if one was. Somebody else's are
// not ours, whatever they begin with.
func ours(ctx context.Context, all Comments, marker string, author string, made Comment) ([]Comment, error) {
	if author == "" {
		return nil, nil
	}
	list, err := all.List(ctx)
	if err != nil {
		return nil, err
	}
	var there []Comment
	for _, c := range list {
		if c.Author == author && c.ID != made.ID && strings.HasPrefix(c.Body, marker) {
			there = append(there, c)
		}
	}
	if made.ID != 0 {
		there = append(there, made)
	}
	slices.SortFunc(there, func(a, b Comment) int { return cmp.Compare(a.ID, b.ID) })
	return there, nil
}

// settle leaves the oldest of our comments, with a text.
func settle(ctx context.Context, all Comments, there []Comment, text string) error {
	if there[0].Body != text {
		if err := all.Update(ctx, there[0].ID, text); err != nil {
			return err
		}
	}
	for _, c := range there[1:] {
		if err := all.Delete(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}
