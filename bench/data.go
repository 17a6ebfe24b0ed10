package bench

// Data is a table that requests take their values from, a row for each iteration.
type Data struct {
	Name  string
	Order Order
	Rows  []map[string]any // at least one; numbers are float64
}

// An Order says which row is next.
type Order string

// The orders.
const (
	Sequential Order = "sequential" // one after another over all users, from the start again at the end
	Random     Order = "random"
	Unique     Order = "unique" // each user keeps a row that no other has
)
