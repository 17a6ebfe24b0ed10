package diagnose

import (
	"fmt"
	"math"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// span is milliseconds as people read them: 0.4 ms, 36 ms, 1,420 ms.
func span(ms float64) string {
	if ms < 10 {
		return fmt.Sprintf("%.1f ms", ms)
	}
	return bench.Thousands(ms) + " ms"
}

// percent is a share, 0 to 1.
func percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// number is a count, with a digit behind the point where it is small and not whole.
func number(n float64) string {
	if n < 10 && math.Abs(n-math.Round(n)) > .05 {
		return fmt.Sprintf("%.1f", n)
	}
	return bench.Thousands(n)
}

// size is bytes.
func size(bytes float64) string {
	switch {
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MB", bytes/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%.0f KB", bytes/(1<<10))
	}
	return fmt.Sprintf("%.0f bytes", bytes)
}

// mostQuoted is how many letters of a statement are shown in a sentence.
const mostQuoted = 120

// quoted is a statement or another name in a sentence.
func quoted(name string) string {
	if runes := []rune(name); len(runes) > mostQuoted {
		name = string(runes[:mostQuoted-1]) + "…"
	}
	return "`" + strings.ReplaceAll(name, "`", "'") + "`"
}

// where is a place in the source, as an end of a sentence: " (orders/history.go:42)"; empty where it is not known.
func where(l *bench.Location) string {
	switch {
	case l == nil || l.File == "" && l.Function == "":
		return ""
	case l.File == "":
		return " (" + l.Function + ")"
	case l.Line == 0:
		return " (" + l.File + ")"
	}
	return fmt.Sprintf(" (%s:%d)", l.File, l.Line)
}

// suspect is a place as a suspect; nil where it is not known.
func suspect(l *bench.Location) *bench.Suspect {
	if l == nil || l.File == "" && l.Function == "" {
		return nil
	}
	return &bench.Suspect{File: l.File, Line: l.Line, Function: l.Function}
}

// nearer is the one of two suspects that has a file, or else the first that there is.
func nearer(a, b *bench.Suspect) *bench.Suspect {
	if a == nil || a.File == "" && b != nil && b.File != "" {
		a, b = b, a
	}
	if a != nil && a.Function == "" && b != nil {
		a.Function = b.Function
	}
	return a
}

// faster says what is left of a typical request when so much of it is saved: "36 ms less, about 5 times faster".
func faster(typical, saves float64) string {
	left := typical - saves
	switch {
	case left <= typical*.05 || typical < saves:
		return span(min(saves, typical)) + " less"
	case typical/left >= 1.95:
		return fmt.Sprintf("%s less, about %.0f times faster", span(saves), typical/left)
	case typical/left >= 1.15:
		return fmt.Sprintf("%s less, about %.1f times faster", span(saves), typical/left)
	}
	return fmt.Sprintf("%s less, %s faster", span(saves), percent(saves/typical))
}
