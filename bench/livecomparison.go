package bench

// A LiveComparison is how far two versions are that are measured in turns.
type LiveComparison struct {
	Base       string  `json:"base,omitempty"` // URLs; empty: they are not started yet
	Head       string  `json:"head,omitempty"`
	BaseCommit *Commit `json:"base_commit,omitempty"` // nil: it is not known what answers
	HeadCommit *Commit `json:"head_commit,omitempty"`

	Doing      string  `json:"doing,omitempty"` // in words, what is done before pairs can be measured; empty: they are
	Pairs      int     `json:"pairs,omitempty"` // of the scenario so far
	Confirming bool    `json:"confirming,omitempty"`
	Ratio      float64 `json:"ratio,omitempty"` // of p95 so far, head to base; 0: too little is known
	Low        float64 `json:"low,omitempty"`   // of its 95% interval
	High       float64 `json:"high,omitempty"`

	Bisection *LiveBisection `json:"bisection,omitempty"` // that the comparison is a step of; nil: it is all there is
}
