package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseRate reads arrivals a second from 200/s, 6000/m, 100/h or 200.
func ParseRate(s string) (float64, error) {
	number, unit, _ := strings.Cut(s, "/")
	per, known := map[string]float64{"": 1, "s": 1, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !known || !(n > 0 && n <= 1e7) {
		return 0, fmt.Errorf("%q is no rate: write a number above 0 and a unit, as 200/s, 6000/m or 100/h", s)
	}
	return n / per, nil
}
