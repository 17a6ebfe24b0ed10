package bench

// A Database is what the database's own statistics say.
type Database struct {
	Statements []Statement `json:"statements"` // by their time, longest first
	Waits      []Wait      `json:"waits,omitempty"`
	Tables     []Table     `json:"tables,omitempty"`
	Indexes    []Index     `json:"indexes,omitempty"` // that would help, proved or likely
	Looks      int64       `json:"looks"`             // how often sessions were looked at
	Active     float64     `json:"active"`            // sessions at work, on the average
	Idle       float64     `json:"idle_in_transaction"`
	Gaps       []string    `json:"gaps,omitempty"` // parts that could not be had, and what would make them
}

// A Statement is one fingerprint, by what the database counted between the start and the end of the load.
type Statement struct {
	Query     string    `json:"query"`
	Tables    []string  `json:"tables,omitempty"`       // that it names, in lower case, without schema
	Calls     float64   `json:"calls"`                  // a request
	Rows      float64   `json:"rows"`                   // a call
	Each      float64   `json:"each_ms"`                // of one call, in the database
	Deviation float64   `json:"deviation_ms,omitempty"` // of a call's time, the standard one; 0: not known
	Read      float64   `json:"blocks"`                 // touched by a call
	Plan      string    `json:"plan,omitempty"`         // for any parameters, a line for each step
	Cost      float64   `json:"cost,omitempty"`         // of it, in the planner's units
	Scans     []Scan    `json:"scans,omitempty"`        // sequential scans in its plan
	Code      *Location `json:"code,omitempty"`         // as a comment in it says
}

// A Scan is a table read from end to end.
type Scan struct {
	Table  string  `json:"table"`
	Filter string  `json:"filter,omitempty"`
	Rows   float64 `json:"rows"` // that are read
	Kept   float64 `json:"kept"` // of them
}

// A Wait is what sessions were waiting for when they were looked at.
type Wait struct {
	Event    string  `json:"event"` // such as Lock:transactionid
	Share    float64 `json:"share"` // of all looks at sessions at work, 0 to 1
	Query    string  `json:"query,omitempty"`
	Blocking string  `json:"blocking,omitempty"` // what the session that holds it was doing
}

// A Table is how a table was read.
type Table struct {
	Name       string  `json:"name"`
	Rows       float64 `json:"rows"`
	Sequential float64 `json:"sequential_scans"` // a request
	RowsRead   float64 `json:"rows_read"`        // by them, a request
}

// An Index is one that is missing, or one that is there and of no use to a statement.
type Index struct {
	Create  string   `json:"create,omitempty"` // the statement; empty: no index would help
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Before  float64  `json:"cost_before"`
	After   float64  `json:"cost_after"` // as the planner says of a hypothetical one; 0: not proved
	Query   string   `json:"query"`
	Exists  string   `json:"exists,omitempty"` // an index on the same columns that the plan does not use
	Why     string   `json:"why,omitempty"`    // the plan does not use it
}
