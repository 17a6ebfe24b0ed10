// Package bench is the domain of Tidemark: what is planned, what was measured, and what was concluded.
//
// Its stance: these are plain values that serialise and merge. A Plan executed by one process or by fifty gives Slices that
// add up to the same Run. Nothing here reads a clock, a file or a socket. Durations in Go are time.Duration; in JSON they are
// milliseconds as numbers, in fields whose names end in _ms, because that is the unit people compare.
package bench
