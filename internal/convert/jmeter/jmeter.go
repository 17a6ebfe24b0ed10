// Package jmeter reads JTL files, in which JMeter's listeners write each sample: as CSV with a header, or as XML.
//
// Its stance: a sample at the top is a request, or a transaction where the plan made it one; what XML has inside of it (redirects, embedded
// files) is part of its time, as it is in CSV.
package jmeter

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/convert"
)

// Format is both.
var Format = convert.Format{Name: "jmeter", About: "a JTL file of JMeter, as CSV with a header or as XML", Write: "jmeter -n -t plan.jmx -l results.jtl", Looks: looks, Read: read}

func looks(head []byte) bool { return isXML(head) || isCSV(head) }

func isXML(head []byte) bool {
	head = head[:min(len(head), 1024)]
	return bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) && bytes.Contains(head, []byte("<testResults"))
}

func isCSV(head []byte) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.Contains(first, []byte("timeStamp")) && bytes.Contains(first, []byte("elapsed")) && bytes.Contains(first, []byte("label"))
}

func read(in convert.Input, t *convert.Tally) error {
	r := bufio.NewReaderSize(in, convert.HeadSize)
	head, err := convert.Head(r)
	if err != nil {
		return err
	}
	t.Tool, in.Reader = "JMeter", r
	t.FromSending()
	switch {
	case isXML(head):
		return readXML(in, t)
	case isCSV(head):
		return readCSV(in, t)
	}
	return errors.New("is no JTL file: its first line names no columns timeStamp, elapsed and label (jmeter -Jjmeter.save.saveservice.print_field_names=true writes it), nor is it XML with <testResults>")
}

// A sample is one, as both ways to write it have it.
type sample struct {
	at, elapsed, label, code, message, success, failure, threads, url string
}

func (s *sample) add(t *convert.Tally) error {
	at, err := strconv.ParseInt(s.at, 10, 64)
	if err != nil {
		return fmt.Errorf("%.40q is no time in milliseconds since 1970: set jmeter.save.saveservice.timestamp_format=ms", s.at)
	}
	elapsed, err := strconv.ParseInt(s.elapsed, 10, 64)
	if err != nil || elapsed < 0 || elapsed > 1e9 {
		return fmt.Errorf("%.40q is no duration in milliseconds", s.elapsed)
	}
	r := convert.Request{Name: s.label, Start: time.UnixMilli(at), Took: time.Duration(elapsed) * time.Millisecond}
	if code, err := strconv.Atoi(s.code); err == nil && code >= 100 && code <= 599 {
		r.Status = code
	}
	switch strings.ToLower(s.success) {
	case "true":
	case "false":
		r.Outcome = convert.Outcome(r.Status, s.code+" "+s.message+" "+s.failure)
	default:
		return fmt.Errorf("%.40q is neither true nor false: did the sample succeed? set jmeter.save.saveservice.successful=true", s.success)
	}
	if _, target := convert.Endpoint("", s.url); s.url != "null" {
		t.Target(target)
	}
	if n, err := strconv.Atoi(s.threads); err == nil && n > t.Load.Users && n < 1e6 {
		t.Load = bench.LoadRecord{Model: "closed", Users: n}
	}
	return t.Add(r)
}
