package bench

import "time"

// Evidence is what one source told of one scenario while its load ran. Which members are set depends on the source. It is part of the
// record: what is diagnosed today can be diagnosed again tomorrow, by other rules.
type Evidence struct {
	Source  Source    `json:"source"`
	Side    string    `json:"side,omitempty"` // base or head, in a comparison
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Samples int64     `json:"samples"`           // requests, traces, scrapes … that it stands on
	Missing string    `json:"missing,omitempty"` // why the source told nothing, and what would make it

	Traces    *Traces    `json:"traces,omitempty"`
	Database  *Database  `json:"database,omitempty"`
	Timings   []Timing   `json:"timings,omitempty"`
	Gauges    []Gauge    `json:"gauges,omitempty"`
	Functions []Function `json:"functions,omitempty"`
	Hunks     []Hunk     `json:"hunks,omitempty"`
	Load      *LoadFacts `json:"load,omitempty"`
}

// A Source is where evidence comes from.
type Source string

// The sources.
const (
	FromGenerator    Source = "generator" // what the load generator itself measured
	FromServerTiming Source = "server-timing"
	FromTraces       Source = "traces"
	FromPostgres     Source = "postgres"
	FromMySQL        Source = "mysql"
	FromMetrics      Source = "metrics"
	FromProfile      Source = "profile"
	FromDiff         Source = "diff"
)
