package openapi

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

const (
	samples     = 5
	mostSample  = 200
	mostPattern = 1000
)

// samplesOf makes texts that match a pattern, the same ones every time. A pattern of ECMA's that Go does not know gives none.
func samplesOf(pattern string, least, most int) (values []author.Value) {
	if len(pattern) > mostPattern {
		return nil
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	form, err := regexp.Compile(pattern)
	if err != nil {
		return nil
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(pattern))))
	seen := map[string]bool{}
	for range 20 * samples {
		var b strings.Builder
		if sample(&b, tree, rng, least, 0); b.Len() > mostSample || len(values) == samples {
			continue
		}
		text := b.String()
		if n := len([]rune(text)); n < least || n > most || seen[text] || !form.MatchString(text) || !plainText(text) {
			continue
		}
		seen[text] = true
		values = append(values, author.Literal{V: text})
	}
	return values
}

func plainText(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// sample appends a text that matches an expression's tree.
func sample(b *strings.Builder, tree *syntax.Regexp, rng *rand.Rand, least, depth int) {
	if b.Len() > mostSample || depth > 50 {
		return
	}
	repeat := func(low, high int) {
		if high < 0 {
			high = max(low, min(low+6, 12), least)
		}
		high = min(high, max(low, mostSample))
		for range low + rng.IntN(high-low+1) {
			sample(b, tree.Sub[0], rng, least, depth+1)
		}
	}
	switch tree.Op {
	case syntax.OpLiteral:
		b.WriteString(string(tree.Rune))
	case syntax.OpCharClass:
		b.WriteRune(oneOf(tree.Rune, rng))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte("abcdefghijklmnopqrstuvwxyz0123456789"[rng.IntN(36)])
	case syntax.OpCapture:
		sample(b, tree.Sub[0], rng, least, depth+1)
	case syntax.OpConcat:
		for _, sub := range tree.Sub {
			sample(b, sub, rng, least, depth+1)
		}
	case syntax.OpAlternate:
		sample(b, tree.Sub[rng.IntN(len(tree.Sub))], rng, least, depth+1)
	case syntax.OpStar:
		repeat(0, -1)
	case syntax.OpPlus:
		repeat(1, -1)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		repeat(tree.Min, tree.Max)
	}
}

// oneOf is a character of a class: a letter or a digit, if it has any.
func oneOf(ranges []rune, rng *rand.Rand) rune {
	var good, other []rune
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && r <= '~'; r++ {
			switch {
			case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
				good = append(good, r)
			case r > ' ':
				other = append(other, r)
			}
		}
	}
	if len(good) > 0 {
		return good[rng.IntN(len(good))]
	}
	if len(other) > 0 {
		return other[rng.IntN(len(other))]
	}
	return ranges[0]
}
