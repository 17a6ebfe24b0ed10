package accesslog

import (
	"bytes"
	"time"
)

// A clock reads times, of which those of neighbouring lines have most in common.
type clock struct {
	hour  []byte // 24/Nov/2026:23, or 2026-11-24T23, and the zone
	begin int64  // of that hour
}

// local reads 24/Nov/2026:23:18:58 +0000; 0: it is none.
func (c *clock) local(v []byte) int64 {
	if len(v) > 1 && v[0] == '[' {
		v = bytes.Trim(v, "[]")
	}
	if len(v) < 26 || v[2] != '/' || v[14] != ':' || v[17] != ':' {
		return 0
	}
	return c.at(v[:14], v[20:26], v, "02/Jan/2006:15:04:05 -0700", v[15:17], v[18:20])
}

// iso reads 2026-11-24T23:18:58Z, with a fraction and a zone if it has them.
func (c *clock) iso(v []byte) int64 {
	if len(v) < 20 || v[4] != '-' || v[13] != ':' || v[16] != ':' {
		return 0
	}
	return c.at(v[:13], v[19:], v, time.RFC3339, v[14:16], v[17:19])
}

func (c *clock) at(hour, zone, whole []byte, layout string, minute, second []byte) int64 {
	m, s := 10*int64(minute[0]-'0')+int64(minute[1]-'0'), 10*int64(second[0]-'0')+int64(second[1]-'0')
	if m < 0 || m > 59 || s < 0 || s > 60 {
		return 0
	}
	// The zone of ISO times may follow a fraction, which changes all the time: its last six characters do for comparing.
	tail := zone[max(0, len(zone)-6):]
	if fraction := len(zone) > 0 && zone[0] == '.'; fraction && zone[len(zone)-1] == 'Z' {
		tail = zone[len(zone)-1:]
	}
	if n := len(hour); len(c.hour) == n+len(tail) && string(c.hour[:n]) == string(hour) && string(c.hour[n:]) == string(tail) {
		return c.begin + 60*m + s
	}
	t, err := time.Parse(layout, string(whole))
	if err != nil {
		return 0
	}
	c.begin = t.Unix() - 60*m - s
	c.hour = append(append(c.hour[:0], hour...), tail...)
	return t.Unix()
}
