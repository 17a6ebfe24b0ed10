package forge

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// IssueComments are the comments of a pull request by the paths that GitHub has for them, and Gitea and Forgejo after it.
type IssueComments struct {
	Client     *Client
	Repository string // owner/name
	Number     int
	Query      string                                // of a list, as ?per_page=100
	Author     func(context.Context) (string, error) // for Self
}

type issueComment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	User struct {
		Login string `json:"login"`
	} `json:"user"`
}

func (c issueComment) comment() Comment { return Comment{c.ID, c.User.Login, lines(c.Body)} }

// lines is a text with line ends as we write them: a host may give others back.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// Self asks who we are.
func (i *IssueComments) Self(ctx context.Context) (string, error) { return i.Author(ctx) }

// List reads all pages.
func (i *IssueComments) List(ctx context.Context) (all []Comment, err error) {
	err = i.Client.Pages(ctx, fmt.Sprintf("/repos/%s/issues/%d/comments", i.Repository, i.Number)+i.Query, func(decode func(any) error) error {
		var page []issueComment
		if err := decode(&page); err != nil {
			return err
		}
		for _, c := range page {
			all = append(all, c.comment())
		}
		return nil
	})
	return all, err
}

type commentBody struct {
	Body string `json:"body"`
}

// Create adds one.
func (i *IssueComments) Create(ctx context.Context, body string) (Comment, error) {
	var made issueComment
	err := i.Client.Once(ctx, http.MethodPost, fmt.Sprintf("/repos/%s/issues/%d/comments", i.Repository, i.Number), commentBody{body}, &made)
	return made.comment(), err
}

// Update changes one.
func (i *IssueComments) Update(ctx context.Context, id int64, body string) error {
	return i.Client.Do(ctx, http.MethodPatch, i.path(id), commentBody{body}, nil)
}

// Delete removes one.
func (i *IssueComments) Delete(ctx context.Context, id int64) error {
	err := i.Client.Do(ctx, http.MethodDelete, i.path(id), nil, nil)
	if IsStatus(err, http.StatusNotFound) {
		return nil // somebody was faster
	}
	return err
}

func (i *IssueComments) path(id int64) string {
	return fmt.Sprintf("/repos/%s/issues/comments/%d", i.Repository, id)
}

// Who asks the host for the login that a token belongs to, or is otherwise where the token is one of a job, which may not ask.
func Who(ctx context.Context, c *Client, otherwise string) (string, error) {
	var user struct {
		Login string `json:"login"`
	}
	err := c.Do(ctx, http.MethodGet, "/user", nil, &user)
	if IsStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound) {
		return otherwise, nil
	}
	return user.Login, err
}
