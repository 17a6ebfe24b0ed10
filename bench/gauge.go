package bench

// What a gauge means to a diagnosis. Those in seconds or bytes that only grow are given as rates a second.
const (
	PoolWaitSeconds = "pool-wait-seconds" // that callers waited for a connection together, a second
	PoolWaits       = "pool-waits"        // callers who had to, a second
	PoolPending     = "pool-pending"      // who wait now
	PoolInUse       = "pool-in-use"
	PoolMax         = "pool-max"
	CPUSeconds      = "cpu-seconds"      // a second: cores at work
	CPUWaitSeconds  = "cpu-wait-seconds" // a second: threads that could run and found no core free
	Cores           = "cores"            // that the process may use
	GCSeconds       = "gc-seconds"       // in which the collector stopped the program, a second
	GCCPUSeconds    = "gc-cpu-seconds"
	GCCycles        = "gc-cycles"   // a second
	AllocatedBytes  = "alloc-bytes" // a second
	HeapBytes       = "heap-bytes"
	ResidentBytes   = "resident-bytes"
	Goroutines      = "goroutines"
	Threads         = "threads"
	EventLoopLag    = "event-loop-lag-seconds"
)

// A Gauge is a metric of the target while the load ran.
type Gauge struct {
	Name   string  `json:"name"`
	Labels string  `json:"labels,omitempty"`
	Kind   string  `json:"kind"`  // what it means to a diagnosis
	First  float64 `json:"first"` // at the start of the load; of a counter, the rate a second over its first quarter
	Last   float64 `json:"last"`
	Mean   float64 `json:"mean"` // of a counter, the rate a second
	Max    float64 `json:"max"`
}
