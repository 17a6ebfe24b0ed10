package gitbranch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// objects reads objects, all with one process.
type objects struct {
	git git

	mu   sync.Mutex
	cats *process // nil: not started
}

// atOnce is how many objects are asked for before the first answer is read: few enough questions for any pipe to hold.
const atOnce = 64

// read gives the contents of objects, in the order of their ids.
func (o *objects) read(ctx context.Context, ids ...string) ([][]byte, error) {
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cats == nil {
		cats, err := o.git.start(ctx, "cat-file", "--batch")
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		o.cats = cats
	}
	bodies := make([][]byte, 0, len(ids))
	err := o.cats.ask(ctx, func() error {
		for len(bodies) < len(ids) {
			some := ids[len(bodies):min(len(bodies)+atOnce, len(ids))]
			if _, err := io.WriteString(o.cats.in, strings.Join(some, "\n")+"\n"); err != nil {
				return err
			}
			for range some {
				body, err := o.one()
				if err != nil {
					return err
				}
				bodies = append(bodies, body)
			}
		}
		return nil
	})
	if err != nil { // where in its answers the process is nobody knows any more
		o.cats.abandon()
		if words := bytes.TrimSpace(o.cats.complaints.Bytes()); ctx.Err() == nil && len(words) > 0 {
			err = fmt.Errorf("git cat-file: %s", words)
		}
		o.cats = nil
		return nil, err
	}
	return bodies, nil
}

// one reads one answer: a line with id, kind and size, the object, and a newline.
func (o *objects) one() ([]byte, error) {
	line, err := o.cats.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(line)
	if len(words) != 3 {
		return nil, fmt.Errorf("the repository lacks an object of the history: git cat-file says %q", strings.TrimSpace(line))
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, fmt.Errorf("git cat-file says %q", strings.TrimSpace(line))
	}
	body := make([]byte, size+1)
	if _, err := io.ReadFull(o.cats.out, body); err != nil {
		return nil, err
	}
	return body[:size], nil
}

// tree is the entries of a tree; "" has none.
func (o *objects) tree(ctx context.Context, id string) ([]entry, error) {
	if id == "" {
		return nil, nil
	}
	bodies, err := o.read(ctx, id)
	if err != nil {
		return nil, err
	}
	return parseTree(bodies[0], len(id)/2)
}

// A commit is what a commit says of itself that matters here.
type commit struct{ tree, parent string }

// commit reads one; "" has no tree.
func (o *objects) commit(ctx context.Context, id string) (c commit, err error) {
	if id == "" {
		return c, nil
	}
	bodies, err := o.read(ctx, id)
	if err != nil {
		return c, err
	}
	head, _, _ := bytes.Cut(bodies[0], []byte("\n\n"))
	for line := range strings.Lines(string(head)) {
		switch name, value, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case name == "tree":
			c.tree = value
		case name == "parent" && c.parent == "":
			c.parent = value
		}
	}
	if c.tree == "" {
		return c, errors.New("the history's branch names no commit")
	}
	return c, nil
}

func (o *objects) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cats == nil {
		return nil
	}
	cats := o.cats
	o.cats = nil
	return cats.end()
}
