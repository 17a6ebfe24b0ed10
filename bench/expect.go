package bench

// An Expect says what an answer has to be. One that is not counts as an error, and never as a latency.
type Expect struct {
	Status   []StatusRange // any of them; empty: any below 400
	Headers  []Field       // each must be there, and its value contain this one
	JSON     []JSONMatch
	Contains []string // each must be in the body
	MinSize  int64    // bytes of the body as received
	MaxSize  int64    // 0: no limit
}

// A StatusRange is a span of HTTP statuses.
type StatusRange struct{ First, Last int }

// A JSONMatch is a condition on what a JSONPath points at in the body.
type JSONMatch struct {
	Path     string
	Presence Presence
	Value    any // for Equal: string, float64, bool, nil, []any or map[string]any
}

// A Presence says what a JSONMatch asks for.
type Presence string

// The presences.
const (
	Equal  Presence = "" // it is there, and equals the value
	Exists Presence = "exists"
	Absent Presence = "absent"
)

// NeedsBody reports whether the body has to be kept to know.
func (e Expect) NeedsBody() bool { return len(e.JSON) > 0 || len(e.Contains) > 0 }
