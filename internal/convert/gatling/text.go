package gatling

import (
	"bufio"
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/convert"
)

func readText(r *bufio.Reader, t *convert.Tally) error {
	lines := convert.NewLines(r)
	errorsSeen := int64(0)
	for {
		line, ok := lines.Next()
		if !ok {
			break
		}
		kind, _, _ := bytes.Cut(line, []byte("\t"))
		switch string(kind) {
		case "RUN":
			began(t, strings.Split(string(line), "\t"))
		case "REQUEST":
			if err := add(t, strings.Split(string(line), "\t")); err != nil {
				return lines.At("%w", err)
			}
		case "ERROR":
			errorsSeen++
		case "USER", "GROUP", "ASSERTION", "":
		default:
			return lines.At("%.30q is no kind of record that Gatling writes", kind)
		}
	}
	outside(t, errorsSeen)
	return lines.Err()
}

// began reads the record of a run: its start is the one number of 13 digits, its version stands last.
func began(t *convert.Tally, fields []string) {
	t.Tool = "Gatling " + strings.TrimSpace(fields[len(fields)-1])
	for _, f := range fields {
		if ms, err := strconv.ParseInt(f, 10, 64); err == nil && len(f) == 13 {
			t.Began(time.UnixMilli(ms))
		}
	}
}

// add reads the record of a request. Versions have more or less before the groups, so it is read from its end: groups, name, start, end, OK
// or KO, message.
func add(t *convert.Tally, fields []string) error {
	for i := len(fields) - 1; i >= 5; i-- {
		if fields[i] != "OK" && fields[i] != "KO" {
			continue
		}
		start, err := strconv.ParseInt(fields[i-2], 10, 64)
		if err != nil {
			continue
		}
		end, err := strconv.ParseInt(fields[i-1], 10, 64)
		if err != nil {
			continue
		}
		var groups []string
		if g := strings.TrimSpace(fields[i-4]); g != "" {
			groups = strings.Split(g, ",")
		}
		one, err := request(groups, fields[i-3], start, end, fields[i] == "OK", strings.Join(fields[i+1:], " "))
		if err != nil {
			return err
		}
		return t.Add(one)
	}
	return errors.New("is no whole record of a request: groups, name, start, end, OK or KO, with tabs between them; was the file cut?")
}
