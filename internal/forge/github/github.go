// Package github shows a verdict on GitHub, or a GitHub Enterprise Server.
package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/tidemark/tidemark/internal/forge"
)

// apiVersion is the version of the REST API whose description we keep to.
const apiVersion = "2022-11-28"

// A Host is a change on GitHub.
type Host struct {
	client *forge.Client
	place  *forge.Place
}

// Open is the change at a place. It asks nothing yet.
func Open(p *forge.Place, agent string) *Host {
	return &Host{&forge.Client{Base: p.API, Token: p.Token, Header: http.Header{
		"Accept":               {"application/vnd.github+json"},
		"X-Github-Api-Version": {apiVersion},
		"User-Agent":           {agent},
	}}, p}
}

// jobsAuthor is who a workflow's own token writes as.
const jobsAuthor = "github-actions[bot]"

// Comments are those of the pull request.
func (h *Host) Comments(ctx context.Context) (forge.Comments, error) {
	number, err := h.pull(ctx)
	if err != nil {
		return nil, err
	}
	return &forge.IssueComments{Client: h.client, Repository: h.place.Repository, Number: number, Query: "?per_page=100", Author: h.self}, nil
}

// self does not ask for the token of an app, as that of a workflow is: it may not.
func (h *Host) self(ctx context.Context) (string, error) {
	if strings.HasPrefix(h.place.Token, "ghs_") {
		return jobsAuthor, nil
	}
	return forge.Who(ctx, h.client, jobsAuthor)
}

// pull is the number of the pull request. A job that runs after another looks for it by the branch that the other ran on, and takes it only if
// what the other ran on is still its head: a verdict on what nobody sees any more would be taken for one on what is there.
func (h *Host) pull(ctx context.Context) (int, error) {
	p := h.place
	if p.Pull > 0 {
		return p.Pull, nil
	}
	if p.Origin == nil {
		return 0, fmt.Errorf("%w: the job was started by none", forge.ErrNoPull)
	}
	owner, _, _ := strings.Cut(p.Origin.Repository, "/")
	query := url.Values{"state": {"open"}, "head": {owner + ":" + p.Origin.Branch}, "per_page": {"100"}}
	found := 0
	err := h.client.Pages(ctx, "/repos/"+p.Repository+"/pulls?"+query.Encode(), func(decode func(any) error) error {
		var pulls []struct {
			Number int `json:"number"`
			Head   struct {
				SHA  string `json:"sha"`
				Repo *struct {
					Name string `json:"full_name"`
				} `json:"repo"`
			} `json:"head"`
		}
		if err := decode(&pulls); err != nil {
			return err
		}
		for _, pull := range pulls {
			if pull.Head.SHA == p.Commit && pull.Head.Repo != nil && pull.Head.Repo.Name == p.Origin.Repository {
				found = pull.Number
			}
		}
		return nil
	})
	if err == nil && found == 0 {
		err = fmt.Errorf("%w: none has %.12s as its head", forge.ErrNoPull, p.Commit)
	}
	return found, err
}

// The bounds that GitHub sets.
const (
	mostAtOnce  = 50 // annotations in a request
	mostInAll   = 200
	mostTitle   = 255
	mostMessage = 60 << 10
	mostSummary = 65535
)

type checkRun struct {
	Name       string  `json:"name"`
	Commit     string  `json:"head_sha,omitempty"`
	Status     string  `json:"status,omitempty"`
	Conclusion string  `json:"conclusion,omitempty"`
	URL        string  `json:"details_url,omitempty"`
	Output     *output `json:"output"`
}

type output struct {
	Title       string       `json:"title"`
	Summary     string       `json:"summary"`
	Annotations []annotation `json:"annotations"`
}

type annotation struct {
	Path    string `json:"path"`
	Start   int    `json:"start_line"`
	End     int    `json:"end_line"`
	Level   string `json:"annotation_level"`
	Title   string `json:"title"`
	Message string `json:"message"`
}

// Check makes a check run. GitHub shows the newest of a name, and adds the annotations of each request to those before.
func (h *Host) Check(ctx context.Context, c forge.Check) error {
	out := &output{Title: cut(c.Title, mostTitle), Summary: cut(c.Summary, mostSummary), Annotations: annotations(c.Annotations)}
	rest := out.Annotations[min(len(out.Annotations), mostAtOnce):]
	out.Annotations = out.Annotations[:len(out.Annotations)-len(rest)]
	run := checkRun{Name: c.Name, Commit: h.place.Commit, Status: "completed", Conclusion: string(c.Conclusion), URL: c.URL, Output: out}
	var made struct {
		ID int64 `json:"id"`
	}
	if err := h.client.Do(ctx, http.MethodPost, "/repos/"+h.place.Repository+"/check-runs", run, &made); err != nil {
		return err
	}
	for len(rest) > 0 {
		n := min(len(rest), mostAtOnce)
		more := checkRun{Name: c.Name, Output: &output{out.Title, out.Summary, rest[:n]}}
		if err := h.client.Do(ctx, http.MethodPatch, fmt.Sprintf("/repos/%s/check-runs/%d", h.place.Repository, made.ID), more, nil); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// annotations are those that have a place in the repository.
func annotations(all []forge.Annotation) []annotation {
	list := []annotation{}
	for _, a := range all {
		if len(list) == mostInAll {
			break
		}
		if a.Line < 1 || a.File == "" || path.IsAbs(a.File) || path.Clean(a.File) != a.File || strings.HasPrefix(a.File, "../") {
			continue
		}
		level := "warning"
		if a.Failed {
			level = "failure"
		}
		list = append(list, annotation{a.File, a.Line, a.Line, level, cut(a.Title, mostTitle), cut(a.Message, mostMessage)})
	}
	return list
}

// cut shortens a text to so many bytes, between two letters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len("…")], "") + "…"
}
