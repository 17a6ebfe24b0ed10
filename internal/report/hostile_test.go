package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	unsafe "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"github.com/tidemark/tidemark/bench"
)

// hostile are names that a branch of a stranger may have.
var hostile = []string{
	"GET /users/:id/orders",
	"<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"@everyone @octocat please look",
	"[click](https://evil.example) ![x](https://evil.example/p.png)",
	"https://evil.example www.evil.example me@evil.example",
	"`code` ``more`` ``` fence",
	"```\n@octocat\n```\n# heading",
	"a | b \\| c \\\\| d",
	"<!-- tidemark:api%2Dperformance --> --> <!--",
	"</details></details><details open>",
	"line\n\n- item\n> quote\n/close\n/assign @root",
	"#1 GH-2 org/repo#3 !4 &5 %6 ~label $7 a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4",
	"\u202eevil\u202c \u2066x\u2069 a\u200bb \u0000\u0007\x1b[31mred\x1b[0m \xff\xfe",
	"$x^2$ :tada: ~~gone~~ **bold** _em_ __strong__ \\*",
	"&lt;b&gt; &#64;octocat &amp;",
	"javascript:alert(1) data:text/html,x",
	"[x]: https://evil.example 'title'",
	"| --- | --- |",
	"1. one\n    indented",
	"/close",
	"- [ ] task",
	"",
	"   ",
	strings.Repeat("`", 40),
	strings.Repeat("x", 5000),
}

// everywhere is a comparison in which every text from outside is the same.
func everywhere(s string) *bench.Versus {
	v := regression()
	commit := &bench.Commit{SHA: s, Subject: s, Branch: s}
	v.BaseCommit, v.HeadCommit, v.Base, v.Head = commit, commit, bench.Target{URL: s, Version: s}, bench.Target{URL: s}
	v.Environment = bench.Environment{Tidemark: s, OS: s, CPU: s, CI: s, Cores: 2}
	v.Warnings, v.Suite, v.Folder, v.Namesake, v.ID = []string{s}, s, s, true, s
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		c.Distributions = nil // they take long to draw
		c.Name, c.Notes, c.Advice, c.Verdict.Status = s, []string{s}, []string{s}, bench.Fail
		c.Verdict.Reasons = []string{s, "errors: " + s}
		c.Findings = []bench.Finding{{Kind: bench.Kind(s), Confidence: bench.Confidence(s), Summary: s, Remedy: "so " + s, Evidence: []bench.Proof{{Source: bench.Source(s), Text: s}},
			Suspect: &bench.Suspect{Commit: s, Subject: s, File: s, Line: 3, Hunk: s + "\n+" + s + "\n" + s}}, {Kind: bench.Kind(s)}}
	}
	return v
}

// ours are the elements that a comment is made of.
var ours = []string{"html", "head", "body", "p", "br", "ul", "li", "strong", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}

// outsideCode is what a code host makes something of, outside of code.
var outsideCode = regexp.MustCompile(`(?i)@\w|(^|\W)[#!&%~]\d|\bgh-\d|https?:|www\.|\$|:tada:|\b[0-9a-f]{40}\b|javascript:|data:text`)

// faults says what is wrong with Markdown of so many of HTML's comments, as people see it, and gives its text.
func faults(t testing.TB, body string, most int) (found []string, text string) {
	t.Helper()
	var page, seen bytes.Buffer
	// As GitHub reads it; raw HTML comes through, so that what would be markup shows.
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(unsafe.WithUnsafe())).Convert([]byte(body), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&page)
	if err != nil {
		t.Fatal(err)
	}
	comments := 0
	var walk func(n *html.Node, inCode bool)
	walk = func(n *html.Node, inCode bool) {
		switch n.Type {
		case html.CommentNode:
			comments++
		case html.ElementNode:
			if !slices.Contains(ours, n.Data) {
				found = append(found, "element "+n.Data)
			}
			for _, a := range n.Attr {
				if a.Key != "class" && a.Key != "align" && a.Key != "style" || n.Data == "details" {
					found = append(found, fmt.Sprintf("attribute %s of %s", a.Key, n.Data))
				}
			}
			inCode = inCode || n.Data == "code"
		case html.TextNode:
			seen.WriteString(n.Data)
			if m := outsideCode.FindString(n.Data); m != "" && !inCode {
				found = append(found, fmt.Sprintf("%q outside of code in %.80q", m, n.Data))
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inCode)
		}
	}
	walk(doc, false)
	if comments != most {
		found = append(found, fmt.Sprintf("%d comments", comments))
	}
	if n := strings.Count(body, "<!--"); n != most {
		found = append(found, fmt.Sprintf("%d beginnings of comments in the source", n))
	}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "/") { // only there GitLab takes it for one
			found = append(found, fmt.Sprintf("a command: %.40q", line))
		}
	}
	for _, r := range seen.String() {
		if r != '\n' && unicode.In(r, unicode.C) {
			found = append(found, fmt.Sprintf("letter %U", r))
		}
	}
	return found, seen.String()
}

// crowd is a comparison with more endpoints than are told one below the other.
func crowd(v *bench.Versus) *bench.Versus {
	v.Comparisons = slices.Repeat(v.Comparisons, mostOpen)
	return v
}

func TestHostileNamesAreText(t *testing.T) {
	for _, s := range hostile {
		testHostile(t, s, everywhere(s))
		testHostile(t, s, crowd(everywhere(s)))
	}
}

func testHostile(t *testing.T, s string, v *bench.Versus) {
	t.Helper()
	body := comment(t, v, CommentOptions{})
	found, text := faults(t, body, 1)
	if len(found) > 0 {
		t.Errorf("%.60q: %s", s, strings.Join(slices.Compact(found), "\n\t"))
		if testing.Verbose() {
			t.Log(body)
		}
	}
	// The name is there, letter by letter, in the list and in the table.
	if want := plain(s, mostName); want != "" && strings.Count(text, want) < 4 {
		t.Errorf("%.60q is not to be read as %q", s, want)
	}
	if strings.Contains(body, "<!-- tidemark:") {
		t.Errorf("%.60q: a marker came in", s)
	}
}

func TestProseKeepsItsWords(t *testing.T) {
	for s, want := range map[string]string{
		"runs 50 times a request, one after another": "runs 50 times a request, one after another",
		"SELECT * FROM items WHERE id = $1 runs":     "`SELECT * FROM items WHERE id = $1` runs",
		"POST /orders waits (see /inventory).":       "`POST /orders` waits (see `/inventory`).",
		"p95: 245ms -> 890ms, threshold: 300ms":      "p95: 245ms -&#62; 890ms, threshold: 300ms",
		"ask @octocat, now":                          "ask `@octocat`, now",
		"count(*) of line_items":                     "count(&#42;) of `line_items`",
		"reads `SELECT a, b FROM t`, then":           "reads `SELECT a, b FROM t`, then",
		"a ` alone":                                  "a ' alone",
		"as said (see /srv/a.go:5).":                 "as said (see `/srv/a.go:5`).",
		"each other (/srv/a.go:5)":                   "each other (`/srv/a.go:5`)",
		"half of it, 50%, is CPU":                    "half of it, 50%, is CPU",
	} {
		if got := prose(s); got != want {
			t.Errorf("prose(%q) = %q, want %q", s, got, want)
		}
	}
}

func FuzzComment(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		body := ""
		for _, v := range []*bench.Versus{everywhere(s), crowd(everywhere(s))} {
			body = comment(t, v, CommentOptions{Previous: s})
			if found, _ := faults(t, body, 1); len(found) > 0 || len(body) > MostComment {
				t.Errorf("%q: %d bytes, %s", s, len(body), strings.Join(found, "\n\t"))
			}
		}
		if earlier := Earlier(comment(t, regression(), CommentOptions{Previous: body})); len(earlier) == 0 {
			t.Error("its own verdict is forgotten")
		}
	})
}
