package bench

// A Hunk is a changed place between two commits that may bear on speed.
type Hunk struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`              // in the new file; of a removal, where it was
	Lines   int      `json:"lines"`             // that it has there, 1 at least
	Changed [][2]int `json:"changed,omitempty"` // lines of the new file with new code, from one to another: no comments, nothing that was only moved
	Commit  string   `json:"commit,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Kinds   []Kind   `json:"kinds"`           // of findings that it can explain by what it says; none: only the evidence can lead to it
	Why     string   `json:"why"`             // such as "eager loading of line_items was removed (ActiveRecord includes)"
	Names   []string `json:"names"`           // tables, columns, associations or services that it speaks of, to be held against run-time evidence
	Calls   []string `json:"calls,omitempty"` // functions that are called there and were not before, with what they are called on: o.loadEach
	Text    string   `json:"text"`            // of the hunk, at most some twenty lines
}
