// Package remote keeps history where a tidemark serves it over HTTP, and serves one.
//
// Both ends of the protocol are here, and know no more of each other than docs/DASHBOARD.md says. Who may ask is not decided here: whoever mounts
// Handler does.
package remote

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// Root is the path below which all is served. Its number changes when older clients could no longer use it.
const Root = "/api/v1"

// schema is what the root itself answers with, by which a client knows that a tidemark is there.
const schema = "tidemark.api/1"

// MaxBody bounds one request. A record has some 100 KB.
const MaxBody = 32 << 20

// The answers.
type (
	about struct {
		Schema   string `json:"schema"`
		Tidemark string `json:"tidemark,omitempty"`
	}
	entries struct {
		Runs []history.Entry `json:"runs"`
	}
	series struct {
		Points []bench.Point `json:"points"`
	}
	endpoints struct {
		Endpoints []history.Endpoint `json:"endpoints"`
	}
	added struct {
		IDs []string `json:"ids"`
	}
	refusal struct {
		Error string `json:"error"`
	}
)

// The names of a query's parts in a URL.
const (
	suiteKey, commitKey, branchKey, sinceKey, untilKey, scenarioKey, limitKey, metricKey = "suite", "commit", "branch", "since", "until", "scenario", "limit", "metric"
)

// values is a query as a URL has it.
func values(q history.Query) url.Values {
	v := url.Values{}
	for key, text := range map[string]string{suiteKey: q.Suite, commitKey: q.Commit, branchKey: q.Branch, scenarioKey: q.Scenario} {
		if text != "" {
			v.Set(key, text)
		}
	}
	for key, t := range map[string]time.Time{sinceKey: q.Since, untilKey: q.Until} {
		if !t.IsZero() {
			v.Set(key, history.Microseconds(t).Format(time.RFC3339Nano))
		}
	}
	if q.Limit > 0 {
		v.Set(limitKey, strconv.Itoa(q.Limit))
	}
	return v
}

// query reads what values wrote. What is not known, or given twice, is an error: a filter that is misspelt must not find everything.
func query(v url.Values, others ...string) (q history.Query, err error) {
	known := []string{suiteKey, commitKey, branchKey, sinceKey, untilKey, scenarioKey, limitKey}
	for key, given := range v {
		if !slices.Contains(known, key) && !slices.Contains(others, key) {
			return q, fmt.Errorf("no parameter is called %q: know %s", key, append(known, others...))
		}
		if len(given) > 1 {
			return q, fmt.Errorf("%s is given %d times", key, len(given))
		}
	}
	q = history.Query{Suite: v.Get(suiteKey), Commit: v.Get(commitKey), Branch: v.Get(branchKey), Scenario: v.Get(scenarioKey)}
	for key, t := range map[string]*time.Time{sinceKey: &q.Since, untilKey: &q.Until} {
		if text := v.Get(key); text != "" {
			if *t, err = time.Parse(time.RFC3339Nano, text); err != nil {
				return q, fmt.Errorf("%s=%s is no time: write it as 2026-11-24T09:30:00Z", key, text)
			}
		}
	}
	if text := v.Get(limitKey); text != "" {
		if q.Limit, err = strconv.Atoi(text); err != nil || q.Limit < 0 {
			return q, fmt.Errorf("%s=%s: write a number, 0 or more", limitKey, text)
		}
	}
	return q, nil
}
