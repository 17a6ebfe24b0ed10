package catalog

import "testing"

func TestBothWaysMaskTheSame(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"Quiet, sturdy and simple.":        "Quiet, sturdy and simple.",
		"Damn good; the CROOK's, not mine": "**** good; the *****'s, not mine",
		"damned":                           "******", // not damn with an ed
		"a prattle about soda":             "a prattle about soda",
		"git_hub git-hub gitß git2":        "git_hub ***-hub ***ß git2",
		"twit":                             "****",
	} {
		if once, words := maskOnce(text), maskWordByWord(text); once != want || words != want {
			t.Errorf("%q: %q and %q, want %q", text, once, words, want)
		}
	}
}
