package bench

import "time"

// An Auth says how requests prove who sends them. The zero value is none.
type Auth struct {
	Header Field // sent with each request; the value is a template
	Basic  bool  // the value is user:password, still to be encoded
	Login  *Login
}

// A Login is a step that is sent before the set-up, whose saved values (a token) the header's value may use. It is sent
// again after Refresh, and when an answer is 401; neither is counted.
type Login struct {
	Step    Step
	Refresh time.Duration // 0: only on 401
}
