// Package report shows runs: as a table, and as the record that everything else reads.
package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tidemark/tidemark/bench"
)

// Text writes a run as a table, with the reasons of each verdict that is not a pass below it.
func Text(w io.Writer, run *bench.Run) error {
	var b strings.Builder
	if run.Partial {
		b.WriteString("Interrupted: what was measured until then.\n")
	}
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "Endpoint\tp50\tp95\tp99\tThroughput\tErrors\tStatus")
	for _, r := range run.Scenarios {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s req/s\t%s\t%s\n", r.Name, latency(&r, r.Latency.P50), latency(&r, r.Latency.P95), latency(&r, r.Latency.P99),
			thousands(r.Throughput), share(&r), strings.ToUpper(string(r.Verdict.Status)))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, r := range run.Scenarios {
		for _, reason := range append(r.Verdict.Reasons, r.Notes...) {
			fmt.Fprintf(&b, "\n%s: %s", r.Name, reason)
		}
		for _, kind := range slices.Sorted(maps.Keys(r.Errors)) {
			fmt.Fprintf(&b, "\n%s: %d × %s", r.Name, r.Errors[kind], kind)
		}
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

func latency(r *bench.Result, ms float64) string {
	switch {
	case r.Histogram.Response.Count() == 0:
		return "-"
	case r.CensoredMS > 0 && ms >= r.CensoredMS*0.999: // a histogram keeps three digits
		return "> " + Duration(r.CensoredMS)
	}
	return Duration(ms)
}

// Duration writes milliseconds as people read them: 0.42ms, 8.1ms, 245ms, 1,420ms.
func Duration(ms float64) string {
	switch {
	case ms < 1:
		return fmt.Sprintf("%.2fms", ms)
	case ms < 10:
		return fmt.Sprintf("%.1fms", ms)
	}
	return thousands(ms) + "ms"
}

func thousands(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func share(r *bench.Result) string {
	var n int64
	for _, c := range r.Errors {
		n += c
	}
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(max(r.Requests, 1)))
}
