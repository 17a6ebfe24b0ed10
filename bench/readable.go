package bench

import "fmt"

// Readable writes milliseconds as people read them: 0.42ms, 8.1ms, 245ms, 1,420ms.
func Readable(ms float64) string {
	switch {
	case ms < 1:
		return fmt.Sprintf("%.2fms", ms)
	case ms < 10:
		return fmt.Sprintf("%.1fms", ms)
	}
	return Thousands(ms) + "ms"
}

// Thousands writes a whole number with commas.
func Thousands(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
