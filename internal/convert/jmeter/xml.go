package jmeter

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/tidemark/tidemark/internal/convert"
)

// attributes of a sample, and what they are.
func sampleOf(e xml.StartElement) (s sample) {
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "ts":
			s.at = a.Value
		case "t":
			s.elapsed = a.Value
		case "lb":
			s.label = a.Value
		case "rc":
			s.code = a.Value
		case "rm":
			s.message = a.Value
		case "s":
			s.success = a.Value
		case "na":
			s.threads = a.Value
		}
	}
	return s
}

var errCut = errors.New("the file ends before </testResults>: was JMeter killed, or the file cut?")

// mostDepth is how deep samples and what they hold can lie in each other.
const mostDepth = 100

func readXML(in convert.Input, t *convert.Tally) error {
	d := xml.NewDecoder(&pieces{r: in.Reader})
	depth := 0
	var open sample // the sample at the top that is read
	var inURL bool
	at := func(err error) error {
		line, _ := d.InputPos()
		return fmt.Errorf("line %d: %w", line, err)
	}
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && depth == 0:
			return nil
		case errors.Is(err, io.EOF):
			return at(errCut)
		case err != nil:
			if wrong, ok := errors.AsType[*xml.SyntaxError](err); ok && wrong.Msg == "unexpected EOF" {
				return at(errCut)
			} else if ok {
				return fmt.Errorf("line %d: %s", wrong.Line, wrong.Msg)
			}
			return at(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if depth++; depth > mostDepth {
				return at(fmt.Errorf("elements lie deeper than %d in each other", mostDepth))
			}
			if depth == 2 {
				open = sampleOf(e)
			}
			inURL = depth == 3 && e.Name.Local == "java.net.URL"
		case xml.CharData:
			if inURL {
				open.url = string(e)
			}
		case xml.EndElement:
			inURL = false
			if depth == 2 && (e.Name.Local == "httpSample" || e.Name.Local == "sample") {
				if err := open.add(t); err != nil {
					return at(err)
				}
			}
			depth--
		}
	}
}

// longestPiece is how much text may stand between two tags: an answer's body, if JMeter was told to keep it.
const longestPiece = 16 << 20

// pieces passes XML on that has no longer ones: the decoder would hold them.
type pieces struct {
	r    io.Reader
	line int
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	for i, c := range b[:n] {
		switch c {
		case '\n':
			p.line++
		case '<':
			p.n = 0
		}
		if p.n++; p.n > longestPiece {
			return i, fmt.Errorf("line %d: a text or a tag is longer than %d MB", p.line+1, longestPiece>>20)
		}
	}
	return n, err
}
