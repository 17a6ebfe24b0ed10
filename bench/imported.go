package bench

import "slices"

// An Import says that another tool measured a run, and what it was read from.
type Import struct {
	Format string   `json:"format"`
	Tool   string   `json:"tool,omitempty"`  // with its version, where the files tell it
	Files  []string `json:"files"`           // their names, without folders
	Notes  []string `json:"notes,omitempty"` // what the format cannot tell of any result
}

// A Distribution is how much a result knows of its response times.
type Distribution string

// The distributions.
const (
	Whole       Distribution = ""            // each answer was counted
	Spectrum    Distribution = "spectrum"    // the histogram was made of percentiles so close together that what is read from it is as good
	Percentiles Distribution = "percentiles" // those of the summary alone: the histogram is empty, and there are no intervals
)

// Knows reports whether a metric, or "requests", was measured: other tools do not tell all of them. The value of one that was not is 0 and
// means nothing.
func (r *Result) Knows(metric string) bool { return !slices.Contains(r.Unknown, metric) }

// Answers is how many response times a result's percentiles stand on; 0 also where that is not known.
func (r *Result) Answers() int64 {
	if r.Distribution == Percentiles {
		return r.Requests - r.Failed()
	}
	return r.Histogram.Response.Count()
}
