package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/report/chart"
)

//go:embed page
var pages embed.FS

// Each page is one file that needs nothing else: no script, no address, colours by what the reader's system prefers, and room for a phone.
var (
	runPage       = pageOf("run")
	versusPage    = pageOf("versus")
	bisectionPage = pageOf("bisection")
	trendPage     = pageOf("trend")
	pageStyle     = func() template.CSS {
		css, err := pages.ReadFile("page/page.css")
		if err != nil {
			panic(err) // it is part of the program
		}
		return template.CSS(chart.Style + strings.ReplaceAll(string(css), "\n", ""))
	}()
)

func pageOf(name string) *template.Template {
	t := template.New("").Funcs(template.FuncMap{"quoted": Coded})
	return template.Must(t.ParseFS(pages, "page/layout.html", "page/"+name+".html"))
}

// Coded is a sentence of which what stands between backticks is code.
func Coded(s string) template.HTML {
	parts := strings.Split(s, "`")
	var b strings.Builder
	for i, part := range parts {
		switch {
		case i%2 == 1 && i < len(parts)-1:
			b.WriteString("<code>" + template.HTMLEscapeString(part) + "</code>")
		case i%2 == 1: // one that quotes nothing
			b.WriteString("`" + template.HTMLEscapeString(part))
		default:
			b.WriteString(template.HTMLEscapeString(part))
		}
	}
	return template.HTML(b.String()) //nolint:gosec // each part of it is escaped
}

// A htmlPage is what all pages have; its content is what one shows.
type htmlPage struct {
	Title, Suite, Headline string
	Facts, Notes           []string
	Content                any
}

// Style is the page's, and that of its charts.
func (htmlPage) Style() template.CSS { return pageStyle }

func (p htmlPage) write(w io.Writer, t *template.Template) error {
	return t.ExecuteTemplate(w, "layout.html", p)
}

// A figure is a chart with its caption.
type figure struct {
	Caption, About string
	Chart          template.HTML
}

// figureOf draws a chart twice, for a desk and for a phone: the page shows one of the two.
func figureOf(caption, about string, draw func(width float64) string) figure {
	drawn := `<div class="wide">` + draw(chart.Wide) + `</div><div class="narrow">` + draw(chart.Narrow) + `</div>`
	return figure{caption, about, template.HTML(drawn)} //nolint:gosec // every text in it is escaped where it is written
}

// mostSections is how many endpoints a page shows with their charts, the worst first. The table has all.
const mostSections = 40

// A htmlFinding is a cause as a page shows it.
type htmlFinding struct {
	Word, Kind, Summary, Share, Remedy, Where, Hunk string
	Changed                                         bool // a commit changed it: it is a suspect
	Evidence                                        []string
}

func htmlFindings(findings []bench.Finding) []htmlFinding {
	all := make([]htmlFinding, len(findings))
	for i, f := range findings {
		word, known := confidenceWords[f.Confidence]
		if !known {
			word = confidenceWords[bench.Possible]
		}
		h := htmlFinding{Word: word, Kind: string(f.Kind), Summary: f.Summary, Share: f.Effect.Explains(), Remedy: f.Remedy, Where: place(f.Suspect)}
		if f.Suspect != nil {
			h.Hunk, h.Changed = strings.TrimRight(f.Suspect.Hunk, "\n"), changed(f.Suspect)
		}
		for _, p := range f.Evidence {
			h.Evidence = append(h.Evidence, fmt.Sprintf("%s%s: %s", p.Source, standsOn(p.Samples), p.Text))
		}
		all[i] = h
	}
	return all
}

// upper is a status as a page shows it.
func upper(s bench.Status) string { return strings.ToUpper(strings.ReplaceAll(string(s), "-", " ")) }

// waterfalls are the slowest traced requests that evidence has.
func waterfalls(evidence []bench.Evidence) (figures []figure) {
	for _, e := range evidence {
		if e.Traces == nil || e.Traces.Slowest == nil {
			continue
		}
		w := e.Traces.Slowest
		caption := "The slowest traced request"
		if e.Side != "" {
			caption += " of " + e.Side
		}
		about := "trace " + w.TraceID
		if w.LeftOut > 0 {
			about += fmt.Sprintf(", without its %d shortest spans", w.LeftOut)
		}
		figures = append(figures, figureOf(caption, about, func(width float64) string { return chart.Waterfall(caption, width, w) }))
	}
	return figures
}

func machine(e bench.Environment) string {
	words := fmt.Sprintf("%s, %d cores, %s", e.CPU, e.Cores, e.OS)
	if e.CI != "" {
		words += ", " + e.CI
	}
	return strings.TrimPrefix(words, ", ")
}

func madeBy(e bench.Environment, id string) string {
	return strings.TrimSpace("tidemark "+e.Tidemark) + ", record " + id
}
