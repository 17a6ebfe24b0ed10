package gitbranch

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// An entry is a line of a tree: a file or a folder.
type entry struct{ mode, name, id string }

const (
	modeFile   = "100644"
	modeFolder = "40000"
)

// parseTree reads a tree: for each entry its mode, a space, its name, a zero byte, and so many bytes of an id.
func parseTree(body []byte, idSize int) ([]entry, error) {
	var all []entry
	for len(body) > 0 {
		head, rest, found := bytes.Cut(body, []byte{0})
		mode, name, spaced := strings.Cut(string(head), " ")
		if !found || !spaced || mode == "" || name == "" || len(rest) < idSize {
			return nil, errors.New("a tree of the history's branch cannot be read")
		}
		all = append(all, entry{mode, name, hex.EncodeToString(rest[:idSize])})
		body = rest[idSize:]
	}
	return all, nil
}

// A change is files that are put into a tree, each by its path with the id of what it holds, or taken out of it: "". What is there already
// is never put again.
type change map[string]string

// within is the part of a change that is in each folder, and the files at the top.
func (c change) within() (folders map[string]change, files change) {
	folders, files = map[string]change{}, change{}
	for path, id := range c {
		folder, rest, deep := strings.Cut(path, "/")
		if !deep {
			files[path] = id
			continue
		}
		if folders[folder] == nil {
			folders[folder] = change{}
		}
		folders[folder][rest] = id
	}
	return folders, files
}

// added is the files that a tree has and another lacks.
func (o *objects) added(ctx context.Context, before, after string) (change, error) {
	c := change{}
	if before == after {
		return c, nil
	}
	old, err := o.tree(ctx, before)
	if err != nil {
		return nil, err
	}
	had := map[string]string{}
	for _, e := range old {
		had[e.name] = e.id
	}
	now, err := o.tree(ctx, after)
	if err != nil {
		return nil, err
	}
	for _, e := range now {
		switch {
		case e.mode == modeFolder:
			deeper, err := o.added(ctx, had[e.name], e.id)
			if err != nil {
				return nil, err
			}
			for path, id := range deeper {
				c[e.name+"/"+path] = id
			}
		case had[e.name] == "":
			c[e.name] = e.id
		}
	}
	return c, nil
}

// A planter makes trees out of others.
type planter struct {
	objects *objects
	maker   *process
}

// changed is a tree with a change; without any file it is "".
func (s *Store) changed(ctx context.Context, tree string, c change) (string, error) {
	if len(c) == 0 {
		return tree, nil
	}
	maker, err := s.git.start(ctx, "mktree", "-z", "--missing", "--batch") // missing: a clone without blobs need not fetch them
	if err != nil {
		return "", fmt.Errorf("git mktree: %w", err)
	}
	made, err := (&planter{&s.objects, maker}).change(ctx, tree, c)
	if err != nil {
		maker.abandon()
		return "", err
	}
	return made, maker.end()
}

func (p *planter) change(ctx context.Context, tree string, c change) (string, error) {
	old, err := p.objects.tree(ctx, tree)
	if err != nil {
		return "", err
	}
	entries := map[string]entry{}
	for _, e := range old {
		entries[e.name] = e
	}
	folders, files := c.within()
	for name, id := range files {
		_, there := entries[name]
		switch {
		case id == "":
			delete(entries, name)
		case !there:
			entries[name] = entry{modeFile, name, id}
		}
	}
	for name, deeper := range folders {
		id, err := p.change(ctx, entries[name].id, deeper)
		if err != nil {
			return "", err
		}
		if delete(entries, name); id != "" {
			entries[name] = entry{modeFolder, name, id}
		}
	}
	if len(entries) == 0 {
		return "", nil
	}
	return p.plant(ctx, slices.Collect(maps.Values(entries)))
}

// plant makes one tree. Git sorts the entries.
func (p *planter) plant(ctx context.Context, entries []entry) (id string, err error) {
	var b strings.Builder
	for _, e := range entries {
		kind := "blob"
		switch e.mode {
		case modeFolder:
			kind = "tree"
		case "160000": // a module's commit, which somebody has put there
			kind = "commit"
		}
		fmt.Fprintf(&b, "%s %s %s\t%s\x00", e.mode, kind, e.id, e.name)
	}
	b.WriteByte(0)
	err = p.maker.ask(ctx, func() error {
		if _, err := io.WriteString(p.maker.in, b.String()); err != nil {
			return err
		}
		line, err := p.maker.out.ReadString('\n')
		id = strings.TrimSpace(line)
		return err
	})
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("git mktree: %w %s", err, bytes.TrimSpace(p.maker.complaints.Bytes()))
	}
	return id, err
}
