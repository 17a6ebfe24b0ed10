package chart

import (
	"fmt"
	"hash/fnv"
	"html"
	"strconv"
	"strings"
	"unicode"
)

// Wide and Narrow are the widths that charts are drawn at, in pixels: letters stay as large as they are meant to be, on a desk and on a phone.
const (
	Wide   = 720
	Narrow = 340
)

// A drawing is an SVG that grows.
type drawing struct {
	strings.Builder
	width, height float64
}

// begin begins a drawing. What it is called and what it shows is for those who cannot see it.
func begin(width, height float64, title, description string) *drawing {
	d := &drawing{width: width, height: height}
	id := fnv.New32a()
	fmt.Fprintf(id, "%s|%s|%g", title, description, width)
	n := id.Sum32() // alike only where the drawings are
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 %s %s" width="%[1]s" height="%[2]s" role="img" aria-labelledby="t%08[3]x" aria-describedby="d%08[3]x">`,
		num(width), num(height), n)
	fmt.Fprintf(d, `<title id="t%08x">%s</title><desc id="d%08[1]x">%[3]s</desc>`, n, text(title), text(description))
	return d
}

func (d *drawing) end() string {
	d.WriteString("</svg>")
	return d.String()
}

// label writes text at a place; anchor is start, middle or end.
func (d *drawing) label(x, y float64, class, anchor, s string) {
	fmt.Fprintf(d, `<text x="%s" y="%s" class="%s" text-anchor="%s">%s</text>`, num(x), num(y), class, anchor, text(s))
}

func (d *drawing) path(class, path string) {
	fmt.Fprintf(d, `<path class="%s" d="%s"/>`, class, path)
}

// across draws a line from left to right, upright one from top to bottom.
func (d *drawing) across(class string, x1, x2, y float64) {
	d.path(class, "M"+num(x1)+" "+num(y)+"H"+num(x2))
}
func (d *drawing) upright(class string, x, y1, y2 float64) {
	d.path(class, "M"+num(x)+" "+num(y1)+"V"+num(y2))
}

// dot draws a point; about is what it tells to a pointer that rests on it.
func (d *drawing) dot(class string, x, y, r float64, about string) {
	fmt.Fprintf(d, `<circle class="%s" cx="%s" cy="%s" r="%s">`, class, num(x), num(y), num(r))
	if about != "" {
		fmt.Fprintf(d, "<title>%s</title>", text(about))
	}
	d.WriteString("</circle>")
}

// line is a path through points.
type line struct{ strings.Builder }

func (l *line) to(x, y float64) {
	if l.Len() == 0 {
		l.WriteString("M")
	} else {
		l.WriteString("L")
	}
	l.WriteString(num(x) + " " + num(y))
}

// num is a number to a tenth of a pixel.
func num(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// text is text as XML may hold it.
func text(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.In(r, unicode.C) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// clip is text of at most so many letters.
func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:max(most-1, 0)]) + "…"
	}
	return s
}

// letter is about how wide a letter of a chart is, boldLetter one in bold, where the reader's system has wide ones.
const (
	letter     = 6.2
	boldLetter = 7.2
)

// Alone is a drawing as a file of its own, with its colours inside.
func Alone(svg string) string {
	head, rest, _ := strings.Cut(svg, ">")
	return head + "><style>" + Style + `.chart{background:var(--paper)}</style>` + rest
}
