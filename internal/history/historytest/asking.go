package historytest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

func queries(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	if all := list(t, s, history.Query{}); len(all) != 0 {
		t.Errorf("a new store has %v", all)
	}
	other := Run(2, "bbbb2222", "other", bench.Pass, 30*time.Millisecond)
	other.Scenarios = other.Scenarios[1:]
	add(t, s, Run(3, "cccc3333", "main", bench.Fail, 40*time.Millisecond), Run(1, "aaaa1111", "main", bench.Pass, 20*time.Millisecond))
	other.Suite = "t"
	add(t, s, other)
	hour := func(n float64) time.Time { return epoch.Add(time.Duration(n * float64(time.Hour))) }
	east := time.FixedZone("east", 5*3600)
	for about, c := range map[string]struct {
		q    history.Query
		want string
	}{
		"all":                  {history.Query{}, "3 2 1"},
		"limit":                {history.Query{Limit: 2}, "3 2"},
		"a limit below 0":      {history.Query{Limit: -1}, "3 2 1"},
		"more than there are":  {history.Query{Limit: 9}, "3 2 1"},
		"suite":                {history.Query{Suite: "s"}, "3 1"},
		"suite, limited":       {history.Query{Suite: "s", Limit: 1}, "3"},
		"no such suite":        {history.Query{Suite: "S"}, ""},
		"suite and scenario":   {history.Query{Suite: "t", Scenario: "b"}, "2"},
		"branch":               {history.Query{Branch: "main"}, "3 1"},
		"half a branch":        {history.Query{Branch: "mai"}, ""},
		"branch, limited":      {history.Query{Branch: "main", Limit: 1}, "3"},
		"commit":               {history.Query{Commit: "bbbb2222"}, "2"},
		"commit's beginning":   {history.Query{Commit: "bb"}, "2"},
		"commit in capitals":   {history.Query{Commit: "BBBB"}, "2"},
		"commit's end":         {history.Query{Commit: "2222"}, ""},
		"wildcards":            {history.Query{Commit: "%"}, ""},
		"another":              {history.Query{Commit: "b_bb"}, ""},
		"since":                {history.Query{Since: hour(2)}, "3 2"},
		"since just after":     {history.Query{Since: hour(2).Add(time.Microsecond)}, "3"},
		"until":                {history.Query{Until: hour(2)}, "1"},
		"until just after":     {history.Query{Until: hour(2).Add(time.Microsecond)}, "2 1"},
		"between":              {history.Query{Since: hour(1), Until: hour(3)}, "2 1"},
		"between, elsewhere":   {history.Query{Since: hour(1).In(east), Until: hour(3).In(east)}, "2 1"},
		"nothing between":      {history.Query{Since: hour(2), Until: hour(2)}, ""},
		"before all":           {history.Query{Until: hour(-50_000)}, ""},
		"after all":            {history.Query{Since: hour(50_000)}, ""},
		"scenario":             {history.Query{Scenario: "a"}, "3 1"},
		"a void scenario":      {history.Query{Scenario: "b"}, "3 2 1"},
		"no such scenario":     {history.Query{Scenario: "c"}, ""},
		"scenario and all":     {history.Query{Scenario: "a", Branch: "main", Commit: "a", Since: hour(1), Until: hour(2), Limit: 1}, "1"},
		"scenario, limited":    {history.Query{Scenario: "a", Until: hour(3), Limit: 1}, "1"},
		"contradictions":       {history.Query{Branch: "other", Commit: "aaaa"}, ""},
		"scenario in its time": {history.Query{Scenario: "a", Since: hour(1.5), Until: hour(2.5)}, ""},
	} {
		if got := ids(list(t, s, c.q)); got != c.want {
			t.Errorf("%s: %q, want %q", about, got, c.want)
		}
	}
}

// Ids of equal times go by their bytes: capitals before small letters, whatever a language says, and - before all.
func equalTimes(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	ends := []string{"a00000", "B00000", "0-1230", "b00000", "012300", "A00000"}
	runs := make([]*bench.Run, 0, len(ends))
	for _, end := range ends {
		run := plain(1)
		run.ID = "r" + end
		if end == "b00000" {
			run.Started = run.Started.Add(999) // nanoseconds, which do not count
		}
		runs = append(runs, run)
	}
	add(t, s, runs...)
	const newest = "b00000 a00000 B00000 A00000 12300 -1230"
	if got := ids(list(t, s, history.Query{})); got != newest {
		t.Errorf("listed %s, want %s", got, newest)
	}
	if got := ids(list(t, s, history.Query{Limit: 2})); got != "b00000 a00000" {
		t.Errorf("the newest two are %s", got)
	}
	if got := runsOf(points(t, s, "a", "p95", history.Query{Limit: 4})); got != "A00000 B00000 a00000 b00000" {
		t.Errorf("in series %s", got)
	}
}

func entries(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	run := Run(5, "cccc3333", "main", bench.Close, time.Millisecond)
	run.Partial, run.Commit.Dirty, run.Target.Version = true, true, "v1"
	add(t, s, run)
	want := history.Entry{ID: run.ID, Suite: "s", Started: epoch.Add(5 * time.Hour), Commit: *run.Commit, Target: "http://a", Partial: true, Status: bench.Close, Scenarios: 2}
	if all := list(t, s, history.Query{}); len(all) != 1 || all[0] != want {
		t.Errorf("got %+v, want %+v", all, want)
	}
}

func series(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	order := []int{3, 0, 4, 1, 2}
	runs := make([]*bench.Run, 0, len(order))
	for _, i := range order {
		runs = append(runs, Run(i, fmt.Sprintf("%08d", i), "main", bench.Pass, time.Duration(20+i)*time.Millisecond))
	}
	add(t, s, runs...)
	namesake := Run(8, "88888888", "main", bench.Pass, 28*time.Millisecond) // another suite may have a scenario of the same id
	namesake.Suite = "t"
	add(t, s, Run(7, "77777777", "other", bench.Fail, 27*time.Millisecond), namesake)
	hour := func(n int) time.Time { return epoch.Add(time.Duration(n) * time.Hour) }
	for about, c := range map[string]struct {
		q    history.Query
		want string
	}{
		"all":                     {history.Query{}, " 1 2 3 4 7 8"},
		"the newest":              {history.Query{Limit: 3}, "4 7 8"},
		"of a branch":             {history.Query{Branch: "main", Limit: 3}, "3 4 8"},
		"of a suite":              {history.Query{Suite: "t"}, "8"},
		"of another suite":        {history.Query{Suite: "s", Limit: 2}, "4 7"},
		"of a commit":             {history.Query{Commit: "00000003"}, "3"},
		"since":                   {history.Query{Since: hour(3)}, "3 4 7 8"},
		"until":                   {history.Query{Until: hour(3), Limit: 2}, "1 2"},
		"with a result of b":      {history.Query{Scenario: "b", Limit: 2}, "7 8"},
		"with one of no scenario": {history.Query{Scenario: "c"}, ""},
	} {
		if got := runsOf(points(t, s, "a", "p95", c.q)); got != c.want {
			t.Errorf("%s: %q, want %q", about, got, c.want)
		}
	}
	run := Run(3, "00000003", "main", bench.Pass, 23*time.Millisecond)
	for _, metric := range bench.Metrics {
		value, _, _ := run.Scenarios[0].Metric(metric)
		want := bench.Point{Run: run.ID, Time: hour(3), Commit: "00000003", Subject: "subject of 00000003", Value: value}
		if got := points(t, s, "a", metric, history.Query{Commit: "00000003"}); len(got) != 1 || got[0] != want || value == 0 {
			t.Errorf("%s: got %+v, want %+v", metric, got, want)
		}
	}
	for _, metric := range []string{"p96", "", "p95; DROP TABLE runs", "P95"} {
		if got, err := s.Series(t.Context(), "a", metric, history.Query{}); err == nil {
			t.Errorf("the unknown metric %q gives %v", metric, got)
		}
	}
}

func noPartOfSeries(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	partial := plain(2)
	partial.Partial = true
	void := Run(3, "aaaa1111", "main", bench.Void, 20*time.Millisecond)
	notJudged := Run(4, "aaaa1111", "main", bench.NotJudged, 20*time.Millisecond)
	untold := plain(5)
	untold.Scenarios[0].Unknown = []string{"p95"}
	add(t, s, plain(1), partial, void, notJudged, untold)
	if got := runsOf(points(t, s, "a", "p95", history.Query{})); got != "1 4" {
		t.Errorf("the series is %s", got)
	}
	if got := runsOf(points(t, s, "a", "p99", history.Query{})); got != "1 4 5" {
		t.Errorf("the series of what run 5 tells is %s", got)
	}
	if got := runsOf(points(t, s, "a", "p95", history.Query{Limit: 2})); got != "1 4" { // the limit counts what is shown
		t.Errorf("its newest two are %s", got)
	}
	for _, scenario := range []string{"b", "c", ""} { // b is void in every run
		if got := points(t, s, scenario, "p95", history.Query{}); len(got) != 0 {
			t.Errorf("%q: %v", scenario, got)
		}
	}
}

func endpoints(t *testing.T, open Open, name string) {
	s := opened(t, open, name)
	of := func(suite string, run *bench.Run, scenarios ...string) *bench.Run {
		run.Suite, run.Scenarios = suite, slices.DeleteFunc(run.Scenarios, func(r bench.Result) bool { return !slices.Contains(scenarios, r.ID) })
		return run
	}
	partial := of("s", plain(3), "a")
	partial.Partial = true
	add(t, s, of("s", plain(1), "a", "b"), of("s", plain(2), "b"), partial, of("t", plain(4), "a"), of("S", plain(5), "b"), of("", plain(6), "a"),
		of("s", Run(0, "bbbb2222", "other", bench.Pass, time.Millisecond), "a", "b"), of("t", plain(7)))
	for about, c := range map[string]struct {
		q    history.Query
		want string
	}{
		"all, void and partial too": {history.Query{}, "/a 6, S/b 5, s/a 3, s/b 2, t/a 4"},
		"a limit does not matter":   {history.Query{Limit: 1}, "/a 6, S/b 5, s/a 3, s/b 2, t/a 4"},
		"of a suite":                {history.Query{Suite: "s"}, "s/a 3, s/b 2"},
		"of a branch":               {history.Query{Branch: "other"}, "s/a , s/b "},
		"of a commit":               {history.Query{Commit: "BBBB"}, "s/a , s/b "},
		"until":                     {history.Query{Until: epoch.Add(3 * time.Hour)}, "s/a 1, s/b 2"},
		"since":                     {history.Query{Since: epoch.Add(4 * time.Hour)}, "/a 6, S/b 5, t/a 4"},
		"of a scenario":             {history.Query{Scenario: "b"}, "S/b 5, s/b 2"},
		"of a suite's scenario":     {history.Query{Suite: "s", Scenario: "b", Branch: "main"}, "s/b 2"},
		"none":                      {history.Query{Branch: "nowhere"}, ""},
	} {
		all, err := s.Endpoints(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		words := make([]string, len(all))
		for i, e := range all {
			words[i] = e.Suite + "/" + e.Scenario + " " + strings.TrimLeft(e.Run[len(e.Run)-6:], "0")
			if entries := list(t, s, history.Query{Since: e.Started, Until: e.Started.Add(time.Microsecond)}); len(entries) != 1 || entries[0].ID != e.Run {
				t.Errorf("%s: run %s started at another time than %v", about, e.Run, e.Started)
			}
		}
		if got := strings.Join(words, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", about, got, c.want)
		}
	}
}
