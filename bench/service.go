package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Service says how a commit of the service becomes a process that can be measured. Lines are for a shell, those of one list
// run one after another, and the first that fails ends it. All texts may hold placeholders.
type Service struct {
	Build   []Text // once for each side, in its checkout
	Prepare []Text // what a side needs of its own: database, migrations, seeds
	Start   []Text // the last line is the service, and stays
	Ready   Ready
	Reset   []Text // between rounds: the side's data as prepare left them
	Env     []Variable
}

// Ready says when a service that was started can be measured: when a path answers below 400.
type Ready struct {
	Path    Text
	Timeout time.Duration
}

// What a service has when it does not say otherwise. A minute is what large frameworks take on a small machine.
const (
	DefaultReadyPath    Text = "/"
	DefaultReadyTimeout      = time.Minute
)

// A Variable is an environment variable that the service's commands get.
type Variable struct {
	Name  string
	Value Text
}

// A Text holds placeholders, as ${service.port} or ${env.HOME}. Whatever else begins with ${ is the shell's, because only
// placeholders have a dot after their first word. $${ is ${ itself.
type Text string

// A Part of a text is plain, or a placeholder.
type Part struct {
	Text        string
	Placeholder Placeholder
}

// A Placeholder is service.port, service.side, service.dir, service.data, or env. and a variable's name.
type Placeholder string

// What a side is told about itself.
const (
	ServicePort Placeholder = "service.port" // that it has to listen on
	ServiceSide Placeholder = "service.side" // base or head
	ServiceDir  Placeholder = "service.dir"  // the checkout; commands run there
	ServiceData Placeholder = "service.data" // an empty folder of its own
)

// Placeholders are all of them but those of the environment.
var Placeholders = []Placeholder{ServicePort, ServiceSide, ServiceDir, ServiceData}

// An UnknownPlaceholder is one that stands for nothing.
type UnknownPlaceholder Placeholder

func (u UnknownPlaceholder) Error() string {
	return fmt.Sprintf("nothing is named %q: know service.port, service.side, service.dir, service.data, and env.NAME for an environment variable", string(u))
}

// Env is the environment variable that a placeholder stands for; ok is false if it is another kind.
func (p Placeholder) Env() (name string, ok bool) { return strings.CutPrefix(string(p), "env.") }

// Parts takes a text apart. The error says what to write instead.
func (t Text) Parts() ([]Part, error) {
	var parts []Part
	plain := func(s string) {
		if n := len(parts) - 1; n >= 0 && parts[n].Placeholder == "" {
			parts[n].Text += s
		} else if s != "" {
			parts = append(parts, Part{Text: s})
		}
	}
	rest := string(t)
	for {
		i := strings.Index(rest, "${")
		if i < 0 {
			plain(rest)
			return parts, nil
		}
		if i > 0 && rest[i-1] == '$' {
			plain(rest[:i-1] + "${")
			rest = rest[i+2:]
			continue
		}
		plain(rest[:i])
		word := identifier(rest[i+2:])
		if after := rest[i+2+len(word):]; word == "" || !strings.HasPrefix(after, ".") {
			plain("${")
			rest = rest[i+2:]
			continue
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			return nil, fmt.Errorf("%q has no }", rest[i:])
		}
		p := Placeholder(rest[i+2 : i+end])
		if name, env := p.Env(); !slices.Contains(Placeholders, p) && (!env || !IsVariable(name)) {
			return nil, UnknownPlaceholder(p)
		}
		parts = append(parts, Part{Placeholder: p})
		rest = rest[i+end+1:]
	}
}

// Has reports whether a text holds a placeholder. One that cannot be taken apart holds none.
func (t Text) Has(p Placeholder) bool {
	parts, _ := t.Parts()
	return slices.ContainsFunc(parts, func(part Part) bool { return part.Placeholder == p })
}

// identifier is the name that a text begins with.
func identifier(text string) string {
	for i, r := range text {
		if letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'; !letter && (i == 0 || r < '0' || r > '9') {
			return text[:i]
		}
	}
	return text
}

// IsVariable reports whether an environment variable can have a name, as far as every shell can say it.
func IsVariable(name string) bool { return name != "" && identifier(name) == name }

// NeedsEnv is the environment variables that a service's texts hold, in order.
func (s Service) NeedsEnv() []string {
	texts := slices.Concat(s.Build, s.Prepare, s.Start, s.Reset, []Text{s.Ready.Path})
	for _, v := range s.Env {
		texts = append(texts, v.Value)
	}
	var names []string
	for _, t := range texts {
		parts, _ := t.Parts() // what cannot be taken apart was told by who read it
		for _, p := range parts {
			if name, ok := p.Placeholder.Env(); ok {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
