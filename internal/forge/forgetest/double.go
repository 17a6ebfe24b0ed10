// Package forgetest has servers that stand for code hosts in tests. They keep what they are given and give it back page by page, as the hosts do, and they
// hold every request against the host's published description: a method, path, parameter, header or member that is not described there fails the test. So
// does an answer of their own that is not.
package forgetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A Comment is one that the double keeps.
type Comment struct {
	ID     int64
	Author string
	Body   string
}

// A Double stands for a host. What is exported may be set before the first request.
type Double struct {
	URL      string // of the API
	Self     string // who comments
	Token    string // that requests have to carry
	Asks     bool   // GET /user answers; it does not to the token of a job
	ReadOnly bool   // nothing may be written, as from a pull request of a fork
	Page     int    // so many of a list on a page at most, however many are asked for
	Pulls    []Pull

	t    testing.TB
	host *host

	mu       sync.Mutex
	comments map[int][]Comment // by pull request
	checks   []map[string]any  // check runs or statuses, as they were sent
	faults   []Fault
	asked    []string
	next     int64
	held     int // so many lists are still waited for
	release  chan struct{}
}

// A Pull is an open pull request.
type Pull struct {
	Number             int
	Commit, Repository string // of its head
	Branch             string
}

// A Fault is an answer that is given instead of the right one.
type Fault struct {
	On     string // begins method and path; empty: any
	Status int    // 0: the connection is closed without an answer
	Header map[string]string
	Body   string
	After  bool // the request is carried out all the same
}

// A Request is one that was found to be as described.
type Request struct {
	*http.Request
	*operation
	Body map[string]any
	Vars map[string]string // of the path
}

// A host is a kind of code host.
type host struct {
	base       string // path that the API is below
	operations func() ([]operation, error)
	header     map[string]string       // that has to be sent so
	prose      func(*Request) []string // holds what the description says in words alone; nil: nothing
	serve      func(*Double, http.ResponseWriter, *Request)
}

func start(t testing.TB, h *host) *Double {
	d := &Double{t: t, host: h, Self: "github-actions[bot]", Token: "ghs_t0k3n-of-the-test", Page: 100, comments: map[int][]Comment{}, release: make(chan struct{})}
	server := httptest.NewServer(http.StripPrefix(h.base, http.HandlerFunc(d.handle)))
	t.Cleanup(server.Close)
	d.URL = server.URL + h.base
	return d
}

// of reads a host's description once.
func of(host string) func() ([]operation, error) {
	return sync.OnceValues(func() ([]operation, error) { return describe(host) })
}

// Comments are those of a pull request.
func (d *Double) Comments(pull int) []Comment {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.comments[pull])
}

// Checks are the check runs or statuses that were sent, with the annotations of later requests added to them.
func (d *Double) Checks() []map[string]any {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.checks)
}

// Asked is the method and path of each request so far.
func (d *Double) Asked() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.asked)
}

// Say makes a comment of somebody.
func (d *Double) Say(pull int, author, body string) Comment {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.say(pull, author, body)
}

func (d *Double) say(pull int, author, body string) Comment {
	d.next++
	c := Comment{d.next, author, body}
	d.comments[pull] = append(d.comments[pull], c)
	return c
}

// Fail gives faulty answers to the next requests that they are for, in turn.
func (d *Double) Fail(faults ...Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, faults...)
}

// HoldLists keeps the next n lists of comments waiting until all of them have been read: so n clients see the same.
func (d *Double) HoldLists(n int) { d.held = n }

func (d *Double) fault(what string) (Fault, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, what)
	for i, f := range d.faults {
		if strings.HasPrefix(what, f.On) {
			d.faults = slices.Delete(d.faults, i, i+1)
			return f, true
		}
	}
	return Fault{}, false
}

func (d *Double) handle(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		return
	}
	request, wrong := d.host.examine(r, text)
	if r.Header.Get("Authorization") != "Bearer "+d.Token {
		wrong = append(wrong, "the token is missing, or another")
	}
	for _, fault := range wrong {
		d.t.Errorf("%s %s: %s", r.Method, r.URL, fault)
	}
	if len(wrong) > 0 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	if f, faulty := d.fault(r.Method + " " + r.URL.Path); faulty {
		if f.After {
			d.host.serve(d, httptest.NewRecorder(), request)
		}
		if f.Status == 0 {
			panic(http.ErrAbortHandler)
		}
		for name, value := range f.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
		return
	}
	if d.ReadOnly && r.Method != http.MethodGet {
		d.answer(w, request, http.StatusForbidden, map[string]any{"message": "Resource not accessible by integration"})
		return
	}
	d.host.serve(d, w, request)
}

// list answers with a page of a list, and names the next; where lists have no pages, with all of it.
func (d *Double) list(w http.ResponseWriter, r *Request, all []any) {
	if pages, ok := r.takes("per_page"); ok {
		page, per := max(number(r.URL.Query().Get("page"), 1), 1), min(number(r.URL.Query().Get("per_page"), pages.otherwise), d.Page)
		from := min((page-1)*per, len(all))
		to := min(from+per, len(all))
		if to < len(all) {
			link := func(page int, rel string) string {
				q := r.URL.Query()
				q.Set("page", strconv.Itoa(page))
				return fmt.Sprintf(`<%s%s?%s>; rel="%s"`, d.URL, r.URL.Path, q.Encode(), rel)
			}
			w.Header().Set("Link", link(page+1, "next")+", "+link((len(all)+per-1)/per, "last"))
		}
		all = all[from:to]
	}
	d.answer(w, r, http.StatusOK, all)
}

// listComments answers with a page of a pull request's comments.
func (d *Double) listComments(w http.ResponseWriter, r *Request, pull int, form func(Comment) any) {
	d.mu.Lock()
	all := make([]any, 0, len(d.comments[pull]))
	for _, c := range d.comments[pull] {
		all = append(all, form(c))
	}
	wait := d.held > 0
	if wait {
		if d.held--; d.held == 0 {
			close(d.release)
		}
	}
	d.mu.Unlock()
	if wait {
		<-d.release
	}
	d.list(w, r, all)
}

func (d *Double) createComment(w http.ResponseWriter, r *Request, pull int, form func(Comment) any) {
	c := d.Say(pull, d.Self, r.Body["body"].(string))
	d.answer(w, r, http.StatusCreated, form(c))
}

// changeComment updates or deletes one.
func (d *Double) changeComment(w http.ResponseWriter, r *Request, id int64, form func(Comment) any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for pull, all := range d.comments {
		i := slices.IndexFunc(all, func(c Comment) bool { return c.ID == id })
		if i < 0 {
			continue
		}
		if all[i].Author != d.Self {
			d.t.Errorf("%s %s: is %s's, not ours", r.Method, r.URL, all[i].Author)
		}
		if r.Method == http.MethodDelete {
			d.comments[pull] = slices.Delete(all, i, i+1)
			d.answer(w, r, http.StatusNoContent, nil)
			return
		}
		all[i].Body = r.Body["body"].(string)
		d.answer(w, r, http.StatusOK, form(all[i]))
		return
	}
	d.answer(w, r, http.StatusNotFound, map[string]any{"message": "Not Found"})
}

// user says who asks.
func (d *Double) user(w http.ResponseWriter, r *Request, form any) {
	if !d.Asks {
		d.answer(w, r, http.StatusForbidden, map[string]any{"message": "Resource not accessible by integration"})
		return
	}
	d.answer(w, r, http.StatusOK, form)
}

// answer answers as the description says, with what its example has beside.
func (d *Double) answer(w http.ResponseWriter, r *Request, status int, v any) {
	v, err := r.complete(status, v)
	wrong := r.answered(status, v, w.Header())
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	for _, fault := range wrong {
		d.t.Errorf("the double of %s %s %s", r.Method, r.URL.Path, fault)
	}
	if v == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // to a client that may be gone
}

func number(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}
