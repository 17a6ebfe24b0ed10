// Package gatling reads simulation.log: text in Gatling 2 and in 3 up to 3.11, binary from 3.12 on.
//
// Its stance: requests count by their groups and names, as in Gatling's report. Times are whole milliseconds. The status of an answer is told
// only where it made a request fail.
package gatling

import (
	"bufio"
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// Format is both.
var Format = convert.Format{Name: "gatling", About: "simulation.log of Gatling", Write: "target/gatling/<run>/simulation.log is written by each run", Looks: looks, Read: read}

func looks(head []byte) bool { return isText(head) || isBinary(head) }

func isText(head []byte) bool {
	return bytes.HasPrefix(head, []byte("RUN\t")) || bytes.HasPrefix(head, []byte("ASSERTION\t"))
}

var versionHead = regexp.MustCompile(`^\x00\x00\x00\x00[\x01-\x20][0-9]+\.[0-9]+`)

// isBinary reports whether a file begins with the record of a run: the number 0, and the version with its length.
func isBinary(head []byte) bool { return versionHead.Match(head) }

func read(in convert.Input, t *convert.Tally) error {
	r := bufio.NewReaderSize(in, convert.HeadSize)
	head, err := convert.Head(r)
	if err != nil {
		return err
	}
	t.FromSending()
	switch {
	case isText(head):
		return readText(r, t)
	case isBinary(head):
		return readBinary(r, t)
	}
	return errors.New("is no simulation.log: that begins with RUN, or in binary with Gatling's version")
}

// found is the status in Gatling's words for a check that failed, as `status.find.is(200), but actually found 503`.
var found = regexp.MustCompile(`found ([1-5][0-9][0-9])\b`)

// request makes one of what both ways to write it have. Times are in milliseconds.
func request(groups []string, name string, start, end int64, ok bool, message string) (convert.Request, error) {
	r := convert.Request{Name: strings.Join(append(groups, name), " / "), Start: time.UnixMilli(start), Took: time.Duration(end-start) * time.Millisecond}
	switch {
	case end < start || end-start > 1e9:
		return r, errors.New("a request ends " + strconv.FormatInt(end-start, 10) + " ms after it began")
	case ok:
		return r, nil
	}
	if m := found.FindStringSubmatch(message); m != nil {
		r.Status, _ = strconv.Atoi(m[1]) // three digits
	}
	if r.Outcome = convert.Outcome(r.Status, message); r.Status > 0 && strings.Contains(message, "status.") {
		r.Outcome = bench.BadStatus // also one of 200s, if another was wanted
	}
	return r, nil
}

// outside notes what went wrong apart from requests, as a feeder that is empty.
func outside(t *convert.Tally, n int64) {
	if n > 0 {
		t.Note("%d errors were outside of requests, as of a feeder or a check that crashed: see Gatling's report", n)
	}
}
