package har

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/author"
)

const (
	mostSteps  = 25
	leastThink = 300 * time.Millisecond // shorter gaps are the page's, not a person's
	mostThink  = 10 * time.Second
)

// flow makes the calls, as they followed each other, one scenario: what a later one takes from an earlier answer is saved there.
func (r *reader) flow() {
	f := author.Flow{Name: "Captured flow", About: "The calls as they were captured, with the pauses between them."}
	seen := newIndex()
	steps := map[int]int{} // of calls
	var ends time.Time
	last := ""
	left := 0
	for i, c := range r.calls {
		if c.login {
			seen.add(i, c.answer)
		}
		if c.login || c.upload {
			continue
		}
		this := c.method + " " + c.url.String() + fmt.Sprint(c.body)
		if this == last { // asked again and again: polling
			continue
		}
		last = this
		if len(f.Steps) == mostSteps {
			left++
			continue
		}
		if n := len(f.Steps); n > 0 {
			if gap := c.started.Sub(ends); gap >= leastThink {
				f.Steps[n-1].Think = min(gap.Round(100*time.Millisecond), mostThink)
			}
		}
		step := author.FlowStep{Endpoint: r.endpoint([]*call{c}, true)}
		step.Weight, step.Auth = 0, r.known.Auth // of this source: what its login saves is used here
		r.saved(&f, &step, c, seen, steps)
		steps[i] = len(f.Steps)
		f.Steps = append(f.Steps, step)
		seen.add(i, c.answer)
		if end := c.started.Add(c.took); end.After(ends) {
			ends = end
		}
	}
	if len(f.Steps) < 2 {
		return
	}
	if left > 0 {
		r.known.Notes = append(r.known.Notes, fmt.Sprintf("flow: the first %d calls; %d more left out", mostSteps, left))
	}
	r.known.Flows = append(r.known.Flows, f)
}

// saved replaces what came from earlier answers by names under which those save it.
func (r *reader) saved(f *author.Flow, step *author.FlowStep, c *call, seen *index, steps map[int]int) {
	from := func(name, value string) (author.Value, bool) {
		s, found := seen.find(value)
		at, isStep := steps[s.call]
		switch {
		case !found:
			return nil, false
		case r.calls[s.call].login:
			return author.Expression(r.known.Auth.Login.Keep(saveName(name, s), s.path, f)), true
		case !isStep:
			return nil, false
		}
		return author.Expression(f.Steps[at].Keep(saveName(name, s), s.path, f)), true
	}
	names := strings.Split(strings.Trim(step.Path, "/"), "/")
	for i, isParam := range c.params {
		if !isParam {
			continue
		}
		param := strings.Trim(names[i], "{}")
		at := slices.IndexFunc(step.Params, func(p author.Param) bool { return p.Name == param && p.In == "path" })
		if at < 0 {
			continue
		}
		name := param
		if param == "id" && i > 0 {
			name = author.Singular(c.segments[i-1]) + "_id"
		}
		if v, ok := from(name, c.segments[i]); ok {
			step.Params[at].Value = v
		}
	}
	for i := range step.Params {
		p := &step.Params[i]
		value := ""
		switch p.In {
		case "query":
			value = c.url.Query().Get(p.Name)
		case "header":
			value = header(c.headers, p.Name)
		}
		if v, ok := from(p.Name, value); ok && value != "" {
			p.Value = v
		}
	}
	if step.Body == nil || c.body == nil {
		return
	}
	replaced := author.Walk(c.body, func(name string, v author.Value) author.Value {
		l, ok := v.(author.Literal)
		if !ok {
			return v
		}
		value, isText := l.V.(string)
		if n, isNumber := l.V.(json.Number); isNumber {
			value = n.String()
		} else if !isText {
			return v
		}
		words := author.Words(name)
		if !isText && (len(words) == 0 || !slices.Contains(idWords, words[len(words)-1])) {
			return v // a 3 is a 3
		}
		if saved, ok := from(name, value); ok {
			return saved
		}
		return v
	})
	step.Body.Value, _ = author.Clean(replaced)
}

// saveName names a value by what asks for it, or by the member that it was.
func saveName(name string, s source) string {
	words := author.Words(name)
	if len(words) == 0 || len(words) == 1 && words[0] == "id" {
		words = author.Words(s.key)
	}
	return author.SaveName(strings.Join(words, "_"))
}
