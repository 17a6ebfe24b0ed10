// Package forgejo shows a verdict on Forgejo and on Gitea, which have one API: the comment, and a status of the commit. They have no annotations.
package forgejo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tidemark/tidemark/internal/forge"
)

// A Host is a change on Forgejo or Gitea.
type Host struct {
	client *forge.Client
	place  *forge.Place
}

// Open is the change at a place. It asks nothing yet.
func Open(p *forge.Place, agent string) *Host {
	return &Host{&forge.Client{Base: p.API, Token: p.Token, Header: http.Header{"Accept": {"application/json"}, "User-Agent": {agent}}}, p}
}

// jobsAuthor is who a job's own token writes as, where it may not ask. Where that is wrong a comment is made first, which tells, and then taken back.
const jobsAuthor = "gitea-actions"

// Comments are those of the pull request. A list of them has no pages, and takes no parameter of any (version 1.26); if it ever names a next page, that is read.
func (h *Host) Comments(context.Context) (forge.Comments, error) {
	if h.place.Pull == 0 {
		return nil, fmt.Errorf("%w: the job was started by none", forge.ErrNoPull)
	}
	return &forge.IssueComments{Client: h.client, Repository: h.place.Repository, Number: h.place.Pull,
		Author: func(ctx context.Context) (string, error) { return forge.Who(ctx, h.client, jobsAuthor) }}, nil
}

type status struct {
	State       string `json:"state"`
	Context     string `json:"context"`
	Description string `json:"description"`
	URL         string `json:"target_url,omitempty"`
}

// states say a conclusion in Gitea's words. It has "warning" too, and a commit with one counts as failed (seen with 1.26).
var states = map[forge.Conclusion]string{forge.Success: "success", forge.Neutral: "success", forge.Failure: "failure"}

// Check sets the status of the commit. Of several with one context the last counts.
func (h *Host) Check(ctx context.Context, c forge.Check) error {
	return h.client.Do(ctx, http.MethodPost, fmt.Sprintf("/repos/%s/statuses/%s", h.place.Repository, h.place.Commit), status{states[c.Conclusion], c.Name, c.Title, c.URL}, nil)
}
