package shop_test

import (
	"iter"
	"os"
	"strconv"
	"strings"
	"testing"
)

// linesOf are the lines of an answer.
func linesOf(a answer) iter.Seq[string] {
	return strings.SplitSeq(strings.TrimSuffix(string(a.body), "\n"), "\n")
}

// fieldOf is one field of a line of CSV without quotes.
func fieldOf(line string, index int) string { return strings.Split(line, ",")[index] }

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	check(t, err)
	return n
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	check(t, err)
	return string(text)
}
