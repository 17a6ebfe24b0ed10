package dashboard

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report"
)

// words are what pages write numbers, times and links with.
var words = template.FuncMap{
	"ms":        milliseconds,
	"amount":    amount,
	"count":     countAny,
	"change":    func(ratio float64) string { return signed(100 * (ratio - 1)) },
	"signed":    signed,
	"points":    func(v float64) string { return minus(fmt.Sprintf("%+.2f", v)) },
	"ratio":     func(percent float64) float64 { return 1 + percent/100 },
	"coded":     report.Coded,
	"latency":   latency,
	"errors":    errorShare,
	"breached":  func(r *bench.Result, metric string) bool { return slices.Contains(r.Verdict.Breached, metric) },
	"day":       func(t time.Time) string { return t.UTC().Format("2 Jan 2006") },
	"minute":    func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04") },
	"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"short":     short,
	"plural":    plural,
	"state":     stateOf,
	"link":      link,
	"asset":     func(name string) string { return assets[name] },
	"spark":     spark,
	"seconds":   func(r *bench.Result) template.HTML { return secondsChart(r, roomy) + secondsChart(r, slim) },
	"trendSVG":  trendChart,
	"interval":  intervalChart,
	"meter":     meter,
	"drift":     driftWords,
	"loadWords": loadWords,
	"list":      func(all ...any) []any { return all },
	"pct":       func(before, after float64) float64 { return 100 * (after/before - 1) },
	"signless":  func(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) },
	"at":        func(run *bench.Run, i int) *bench.Result { return &run.Scenarios[i] },
	"msOf":      bench.Milliseconds,
	"plural64":  func(n int64) string { return plural(int(n), "error", "errors") },
	"add":       func(a, b int) int { return a + b },
	"of":        pointsOf,
	"live":      liveSpark,
	"pairWords": pairWords,
	"stepWords": stepWords,
	"suspected": suspectWords,
	"progress":  func(l bench.Live) float64 { return math.Min(100, 100*l.Elapsed/math.Max(l.Length, 1)) },
	"metrics":   func() []string { return bench.Metrics },
}

// milliseconds is a latency with a space before its unit, as it is read best in a table.
func milliseconds(ms float64) string {
	return strings.Replace(report.Duration(ms), "ms", "\u2009ms", 1)
}

func amount(v float64, unit string) string {
	switch unit {
	case "ms":
		return milliseconds(v)
	case "%":
		return fmt.Sprintf("%.2f\u2009%%", v)
	case "":
		return fmt.Sprintf("%.6g", v)
	}
	return count(v) + "\u2009" + unit
}

// count is a number with its thousands set apart; below ten it has one digit after the point.
func count[N int | int64 | float64](n N) string {
	v := float64(n)
	if v != math.Trunc(v) && math.Abs(v) < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	text := strings.TrimSuffix(report.Duration(math.Max(math.Abs(v), 10)), "ms")
	if math.Abs(v) < 10 {
		text = fmt.Sprintf("%.0f", math.Abs(v))
	}
	if v < 0 {
		return "\u2212" + text
	}
	return text
}

// signed is a change in percent. Beyond a hundred its tenths say nothing.
func signed(percent float64) string {
	if math.Abs(percent) < 100 {
		return minus(fmt.Sprintf("%+.1f%%", percent))
	}
	text := count(math.Round(percent)) + "%"
	if percent > 0 {
		return "+" + text
	}
	return text
}

// minus writes a negative number with a minus, which is as wide as a plus, and not with a hyphen, at which a line may break.
func minus(number string) string { return strings.Replace(number, "-", "\u2212", 1) }

// countAny is count for templates, which know no type parameters.
func countAny(n any) string {
	switch n := n.(type) {
	case int:
		return count(n)
	case int64:
		return count(n)
	case float64:
		return count(n)
	}
	return fmt.Sprint(n)
}

// latency is a percentile of a result, which may lie among timeouts or not exist.
func latency(r *bench.Result, ms float64) string {
	switch {
	case r.Histogram.Response.Count() == 0:
		return "–"
	case r.CensoredMS > 0 && ms >= r.CensoredMS*0.999: // a histogram keeps three digits
		return "> " + milliseconds(r.CensoredMS)
	}
	return milliseconds(ms)
}

func errorShare(r *bench.Result) string {
	n := r.Failed()
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2f\u2009%%", 100*float64(n)/float64(max(r.Requests, 1)))
}

const shortCommit = 9

func short(commit string) string { return commit[:min(len(commit), shortCommit)] }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// A shown status has a word, a mark that says it without colour, and a class.
type shownStatus struct{ Word, Mark, Class string }

var statuses = map[bench.Status]shownStatus{
	bench.Pass:         {"pass", "✓", "pass"},
	bench.Close:        {"close", "≈", "doubt"},
	bench.NotJudged:    {"not judged", "·", "doubt"},
	bench.Fail:         {"fail", "✕", "fail"},
	bench.Void:         {"void", "○", "doubt"},
	bench.Inconclusive: {"inconclusive", "?", "doubt"},
}

func stateOf(s bench.Status) shownStatus {
	if known, ok := statuses[s]; ok {
		return known
	}
	return shownStatus{string(s), "?", "doubt"} // of a later version
}

// link is a path with a query, of which what is empty is left out.
func link(path string, pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if value := fmt.Sprint(pairs[i+1]); value != "" && value != "0" {
			q.Set(fmt.Sprint(pairs[i]), value)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

const daysInMonth = 365.25 / 12

// driftWords says a drift by the month, as people plan, and when it reaches the threshold.
func driftWords(t *bench.Trend) string {
	d := t.Drift
	if d == nil {
		return "No drift: since the last step the level neither climbs nor falls."
	}
	s := fmt.Sprintf("It drifts by %+.3g\u2009%s a month (95%% interval %+.3g to %+.3g) since %s", d.PerDay*daysInMonth, t.Unit, d.Low*daysInMonth, d.High*daysInMonth, d.Since.Format("2 Jan 2006"))
	day := func(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
	switch c := d.Crossing; {
	case t.Threshold <= 0:
		return s + "."
	case t.Breaches(d.At(t.Points[len(t.Points)-1].Time)):
		return s + ", and is beyond the threshold already."
	case c == nil:
		return s + "; no crossing of the threshold is in sight."
	case c.Latest == nil:
		return s + fmt.Sprintf(". At that pace it crosses %s about %s (from %s on, perhaps never).", amount(t.Threshold, t.Unit), day(c.Time), day(c.Earliest))
	default:
		return s + fmt.Sprintf(". At that pace it crosses %s about %s (between %s and %s).", amount(t.Threshold, t.Unit), day(c.Time), day(c.Earliest), day(*c.Latest))
	}
}

// loadWords is a load in short.
func loadWords(l bench.LoadRecord) string {
	var how string
	switch {
	case len(l.Stages) > 0:
		how = plural(len(l.Stages), "stage", "stages")
	case l.Rate > 0:
		how = count(l.Rate) + " requests a second"
		if l.Poisson {
			how += ", at random"
		}
	default:
		how = plural(l.Users, "user", "users")
	}
	return fmt.Sprintf("%s for %s\u2009s after %s\u2009s of warm-up", how, count(l.Duration), count(l.Warmup))
}
