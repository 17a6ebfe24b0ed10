package bench

// A LiveBisection is how far the search for a commit is.
type LiveBisection struct {
	Good        Commit  `json:"good"`
	Bad         Commit  `json:"bad"`
	Step        int     `json:"step"`              // that goes on, from 1: the first compares good with bad, the last proves the culprit
	Steps       int     `json:"steps"`             // there will be about so many, if each tells its commit's side
	Commits     int     `json:"commits"`           // after good, up to bad
	Left        int     `json:"left"`              // of them, one of which it is with 99%
	Suspect     *Commit `json:"suspect,omitempty"` // that is likelier than all others together; nil: none is
	Others      int     `json:"others,omitempty"`  // before the suspect, that could not be measured and may be it instead
	Probability float64 `json:"probability,omitempty"`
}
