package brief

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Parts of patterns. All are matched regardless of capitals.
const (
	number   = `(\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)\s?(k|m|mio\.?|million|millions|millionen|thousand|tsd\.?|tausend)?\b`
	simple   = `(\d+(?:[.,]\d+)*)`
	unit     = `(ms|msecs?|millis|milliseconds?|millisekunden?|us|microseconds?|s|secs?|seconds?|sekunden?|m|mins?|minutes?|minuten?|h|hrs?|hours?|stunden?)\b\.?`
	length   = simple + `\s*-?\s*` + unit
	duration = simple + `\s*-?\s*(s|secs?|seconds?|sekunden?|m|mins?|minutes?|minuten?|h|hrs?|hours?|stunden?)\b`
)

// thousandsOf reads 2000, 2,000, 2.000, 2 000 and 2k.
func thousandsOf(digits, suffix string) (int, bool) {
	f, ok := decimal(digits, false)
	switch strings.ToLower(strings.TrimRight(suffix, ".")) {
	case "k", "thousand", "tsd", "tausend":
		f *= 1e3
	case "m", "mio", "million", "millions", "millionen":
		f *= 1e6
	}
	return int(f), ok && f >= 0 && f <= 1e12
}

var grouped = regexp.MustCompile(`^[1-9]\d{0,2}([.,' ]\d{3})+$`)

// decimal reads a number. A point or comma before exactly three digits groups thousands, unless small says that thousands make no sense
// or nothing but a zero stands before it.
func decimal(digits string, small bool) (float64, bool) {
	digits = strings.TrimRight(digits, ".,")
	if grouped.MatchString(digits) && !small {
		digits = strings.NewReplacer(",", "", ".", "", "'", "", " ", "").Replace(digits)
	} else if strings.Count(digits, ",")+strings.Count(digits, ".") > 1 { // 1.234,5 or 1,234.5
		last := strings.LastIndexAny(digits, ".,")
		digits = strings.NewReplacer(",", "", ".", "", "'", "", " ", "").Replace(digits[:last]) + "." + digits[last+1:]
	}
	digits = strings.NewReplacer(",", ".", "'", "", " ", "").Replace(digits)
	f, err := strconv.ParseFloat(digits, 64)
	return f, err == nil
}

var units = []struct {
	begins string
	of     time.Duration
}{{"us", time.Microsecond}, {"micro", time.Microsecond}, {"ms", time.Millisecond}, {"milli", time.Millisecond}, {"min", time.Minute}, {"s", time.Second}, {"h", time.Hour}, {"m", time.Minute}}

// lengthOf reads 300 and ms.
func lengthOf(digits, unit string) (time.Duration, bool) {
	unit = strings.ToLower(unit)
	for _, u := range units {
		if strings.HasPrefix(unit, u.begins) {
			of := u.of
			if strings.HasPrefix(unit, "stunde") {
				of = time.Hour
			}
			f, ok := decimal(digits, of >= time.Second)
			d := time.Duration(f * float64(of))
			return d, ok && d > 0 && f < 1e9
		}
	}
	return 0, false
}

// limit writes a latency as thresholds.json has it.
func limit(d time.Duration) string {
	if d < time.Second && d%time.Millisecond == 0 {
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	}
	return d.String()
}

// spelled are numbers as words, before units and nouns that load goes by.
var (
	spelled = regexp.MustCompile(`(?i)\b(an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|fifty|(?:a|one) hundred|eine[rn]?|zwei|drei|fünf|zehn)[ -]((?:concurrent |parallel |simultaneous |virtual )?(?:seconds?|minutes?|hours?|milliseconds?|sekunden?|minuten?|stunden?|users?|clients?|line items?|items?))\b`)
	fromTo  = regexp.MustCompile(`(?i)\b(one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:to|or|-)\s+(two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)\s`)
	half    = regexp.MustCompile(`(?i)\b(?:half a second|eine halbe sekunde|half second)\b`)
	values  = map[string]string{"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12",
		"fifteen": "15", "twenty": "20", "thirty": "30", "fifty": "50", "a hundred": "100", "one hundred": "100", "eine": "1", "einer": "1", "einen": "1", "zwei": "2", "drei": "3", "fünf": "5", "zehn": "10"}
)

func digitsForWords(text string) string {
	text = half.ReplaceAllString(text, "500 ms")
	text = fromTo.ReplaceAllStringFunc(text, func(s string) string {
		m := fromTo.FindStringSubmatch(s)
		return values[strings.ToLower(m[1])] + " to " + values[strings.ToLower(m[2])] + " "
	})
	return spelled.ReplaceAllStringFunc(text, func(s string) string {
		m := spelled.FindStringSubmatch(s)
		first := strings.ToLower(m[1])
		if (first == "a" || first == "an") && !strings.HasPrefix(strings.ToLower(m[2]), "s") && !strings.HasPrefix(strings.ToLower(m[2]), "m") && !strings.HasPrefix(strings.ToLower(m[2]), "h") {
			return s // a user is anybody
		}
		return values[first] + " " + m[2]
	})
}
