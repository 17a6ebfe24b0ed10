package service

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/tidemark/tidemark/bench"
)

// A Failure is a side's command that failed: what was asked, how it ended, and what it said.
type Failure struct {
	Side    Side
	Phase   Phase
	Command bench.Text // as the suite has it: without its placeholders' values
	Err     error
	Said    []string // the last lines of it, without secrets
	Log     string   // the file that all of it is in
}

func (f *Failure) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s failed: %v\n  command: %s", f.Side, f.Phase, f.Err, strings.ReplaceAll(strings.TrimSpace(string(f.Command)), "\n", "\n           "))
	if len(f.Said) == 0 {
		b.WriteString("\n  it said nothing")
	}
	for _, line := range f.Said {
		b.WriteString("\n  | " + line)
	}
	b.WriteString("\n  log: " + f.Log)
	return b.String()
}

func (f *Failure) Unwrap() error { return f.Err }

// A Phase is what a side was at. Commands of one have a log together.
type Phase string

// The phases.
const (
	Build   Phase = "build"
	Prepare Phase = "prepare"
	Start   Phase = "start"
	Serve   Phase = "service" // after the start, and in its log
	Reset   Phase = "reset"
)

const (
	mostLines  = 20
	mostLine   = 300     // characters
	mostOfTail = 8 << 10 // bytes that are looked at, and
	margin     = 4 << 10 // before them, so that a secret is seen whole
)

// tail is the last lines of a log from an offset on, without secrets.
func tail(file string, from int64, secrets []string) []string {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	begin := max(from, info.Size()-mostOfTail-margin)
	all, err := io.ReadAll(io.NewSectionReader(f, begin, info.Size()-begin))
	if err != nil {
		return nil
	}
	text := redact(string(all), secrets)
	if len(text) > mostOfTail {
		text = text[len(text)-mostOfTail:]
		text = text[strings.IndexByte(text, '\n')+1:] // it was in the middle of a line
	}
	said := clean(text)
	if said == "" {
		return nil
	}
	lines := strings.Split(said, "\n")
	lines = lines[max(0, len(lines)-mostLines):]
	for i, line := range lines {
		if r := []rune(line); len(r) > mostLine {
			lines[i] = string(r[:mostLine]) + "…"
		}
	}
	return lines
}

// colours are the sequences that terminals take as colours, positions and titles.
var colours = regexp.MustCompile("\x1b(\\[[0-9;?]*[a-zA-Z]|\\][^\x07\x1b]*(\x07|\x1b\\\\))")

// clean is a program's text as others may show it: no colours, no control characters, no empty lines.
func clean(text string) string {
	text = colours.ReplaceAllString(strings.ToValidUTF8(text, "?"), "")
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		line = line[strings.LastIndexByte(line, '\r')+1:] // what a progress bar has written over
		line = strings.Map(func(r rune) rune {
			if r == '\t' {
				return ' '
			}
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, line)
		if line = strings.TrimRight(line, " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

const (
	redacted    = "REDACTED"
	leastSecret = 6 // characters: shorter values are in any text by chance
)

// secretWords are parts of variables' names whose values are not shown.
var secretWords = []string{"TOKEN", "KEY", "SECRET", "PASS", "PWD", "CREDENTIAL", "AUTH", "SESSION", "PRIVATE", "DSN", "SIGNATURE"}

// secretsIn are the values in an environment that must not be shown: those whose names say so, and passwords in addresses.
func secretsIn(environment []string) []string {
	var all []string
	hide := func(value string) { all = append(all, strings.Split(value, "\n")...) } // a key may have many lines
	for _, v := range environment {
		name, value, _ := strings.Cut(v, "=")
		if name == "PWD" || name == "OLDPWD" { // the working directory
			continue
		}
		name = strings.ToUpper(name)
		if slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) }) {
			hide(value)
		}
		if u, err := url.Parse(value); err == nil {
			if password, has := u.User.Password(); has {
				hide(password)
			}
		}
	}
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	all = slices.DeleteFunc(all, func(s string) bool { return len(s) < leastSecret })
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // one may hold another
	return slices.Compact(all)
}

// passwords are those in addresses, whatever their place.
var passwords = regexp.MustCompile(`(://[^\s/:@]*:)[^\s/@]+@`)

func redact(text string, secrets []string) string {
	for _, s := range secrets {
		text = strings.NewReplacer(s, redacted, url.QueryEscape(s), redacted, url.PathEscape(s), redacted).Replace(text)
	}
	return passwords.ReplaceAllString(text, "${1}"+redacted+"@")
}
