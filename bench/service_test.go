package bench

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextParts(t *testing.T) {
	plain := func(s string) Part { return Part{Text: s} }
	for text, want := range map[Text][]Part{
		"":                          nil,
		"make":                      {plain("make")},
		"${service.port}":           {{Placeholder: ServicePort}},
		"a${service.data}/b":        {plain("a"), {Placeholder: ServiceData}, plain("/b")},
		"${service.dir}${env.A_1}":  {{Placeholder: ServiceDir}, {Placeholder: "env.A_1"}},
		"$HOME ${HOME} ${A:-b.c}":   {plain("$HOME ${HOME} ${A:-b.c}")}, // the shell's
		"${A:-${service.side}}":     {plain("${A:-"), {Placeholder: ServiceSide}, plain("}")},
		"$${service.port} $${A} $$": {plain("${service.port} ${A} $$")},
		"${1} ${} ${":               {plain("${1} ${} ${")},
	} {
		got, err := text.Parts()
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for text, want := range map[Text]string{
		"${service.host}": `nothing is named "service.host"`,
		"${users.id}":     `nothing is named "users.id"`,
		"${env.}":         `nothing is named "env."`,
		"${env.1}":        `nothing is named "env.1"`,
		"${env.A B}":      `nothing is named "env.A B"`,
		"a ${service.por": `"${service.por" has no }`,
	} {
		if _, err := text.Parts(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// What has no placeholder comes back as it was.
func FuzzTextParts(f *testing.F) {
	f.Add("a ${service.port} $${b} ${c.d}")
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := Text(s).Parts()
		if err != nil || strings.Contains(s, "$${") {
			return
		}
		back := ""
		for _, p := range parts {
			if back += p.Text; p.Placeholder != "" {
				back += "${" + string(p.Placeholder) + "}"
			}
		}
		if back != s {
			t.Errorf("%q became %q", s, back)
		}
	})
}
