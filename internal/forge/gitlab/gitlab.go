// Package gitlab shows a verdict on GitLab: as a note of the merge request, and in two files that the job hands over as artifacts, from which GitLab
// makes a list of tests and the remarks beside the lines of the change.
package gitlab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidemark/tidemark/internal/forge"
)

// A Host is a change on GitLab.
type Host struct {
	client *forge.Client
	place  *forge.Place
	dir    string
}

// Open is the change at a place; the artifacts go to dir. It asks nothing yet. A token goes as a bearer and not in a header of GitLab's own, which would go along
// when a server sends us to another.
func Open(p *forge.Place, dir, agent string) *Host {
	return &Host{&forge.Client{Base: p.API, Token: p.Token, Header: http.Header{"Accept": {"application/json"}, "User-Agent": {agent}}}, p, dir}
}

// ErrNoToken is wrapped by errors about notes that nobody lets us write.
var ErrNoToken = errors.New("no token")

// Comments are the notes of the merge request.
func (h *Host) Comments(context.Context) (forge.Comments, error) {
	switch {
	case h.place.Pull == 0:
		return nil, fmt.Errorf("%w: the pipeline is none of a merge request", forge.ErrNoPull)
	case h.place.Token == "":
		return nil, fmt.Errorf("%w: a job's own token may not write notes: give it an access token of the project, with scope api, as TIDEMARK_TOKEN", ErrNoToken)
	}
	return &notes{h.client, fmt.Sprintf("/projects/%s/merge_requests/%d/notes", h.place.Repository, h.place.Pull)}, nil
}

// notes are the notes of a merge request.
type notes struct {
	client *forge.Client
	path   string
}

type note struct {
	ID     int64  `json:"id"`
	Body   string `json:"body"`
	System bool   `json:"system"`
	Author user   `json:"author"`
}

type user struct {
	Name string `json:"username"`
}

func (n note) comment() forge.Comment {
	return forge.Comment{ID: n.ID, Author: n.Author.Name, Body: strings.ReplaceAll(n.Body, "\r\n", "\n")}
}

func (n *notes) Self(ctx context.Context) (string, error) {
	var me user
	err := n.client.Do(ctx, http.MethodGet, "/user", nil, &me)
	return me.Name, err
}

func (n *notes) List(ctx context.Context) (all []forge.Comment, err error) {
	err = n.client.Pages(ctx, n.path+"?per_page=100&sort=asc&order_by=created_at", func(decode func(any) error) error {
		var page []note
		if err := decode(&page); err != nil {
			return err
		}
		for _, one := range page {
			if !one.System {
				all = append(all, one.comment())
			}
		}
		return nil
	})
	return all, err
}

type body struct {
	Body string `json:"body"`
}

func (n *notes) Create(ctx context.Context, text string) (forge.Comment, error) {
	var made note
	err := n.client.Once(ctx, http.MethodPost, n.path, body{text}, &made)
	return made.comment(), err
}

func (n *notes) Update(ctx context.Context, id int64, text string) error {
	return n.client.Do(ctx, http.MethodPut, fmt.Sprintf("%s/%d", n.path, id), body{text}, nil)
}

func (n *notes) Delete(ctx context.Context, id int64) error {
	err := n.client.Do(ctx, http.MethodDelete, fmt.Sprintf("%s/%d", n.path, id), nil, nil)
	if forge.IsStatus(err, http.StatusNotFound) {
		return nil // somebody was faster
	}
	return err
}
