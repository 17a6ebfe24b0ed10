// Package load executes scenarios: it decides when each request is due, sends it, and records what came back.
//
// Three things never mix. A schedule says when the next request is due: pure arithmetic on elapsed time. A user says what it
// is. A transport (package wire and those below it) carries it. The recorder takes what they saw, in slices of a second.
//
// In the open model latency counts from the intended send time, so a stall of the server shows in every request that should
// have been sent during it ("coordinated omission": G. Tene, How NOT to Measure Latency, 2013).
package load
