package load

import (
	"fmt"
	"sync/atomic"

	"github.com/tidemark/tidemark/bench"
)

// examples keeps, for each way to fail, what the first request said that did: a count alone helps nobody to mend it.
type examples [bench.OutcomeCount]atomic.Pointer[string]

// failed notes an example. why is called when it is the first of its kind.
func (x *examples) failed(o bench.Outcome, why func() string) {
	if x[o].Load() == nil {
		text := why()
		x[o].CompareAndSwap(nil, &text)
	}
}

// notes is the examples in words.
func (x *examples) notes() (all []string) {
	for o := range x {
		if text := x[o].Load(); text != nil {
			all = append(all, fmt.Sprintf("%s, for example %s", bench.Outcome(o), *text))
		}
	}
	return all
}

// why says of the step that was sent last what went wrong, without secrets.
func (u *user) why(err error) func() string {
	return func() string {
		text := fmt.Sprintf("%s %s", u.x.Request.Method, u.x.Request.Path)
		if s := u.x.Answer.Status; s > 0 {
			text += fmt.Sprintf(": status %d", s)
		}
		text = u.p.redact(text)
		if err != nil && err != errStatus { //nolint:errorlint // a mark, never wrapped
			text += ": " + u.p.redact(err.Error())
		}
		return text
	}
}
