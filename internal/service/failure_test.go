package service

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheLastLinesAreBoundedAndClean(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("$ make\nof another command\n" + "\x1b[1;31mred\x1b[0m\tand\x07 \xff\r\n\n10%\r99%\n\x1b]0;title\x07done\n")
	if got, want := tail(file, int64(len("$ make\nof another command\n")), nil), []string{"red and ?", "99%", "done"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	write(strings.Repeat("a line\n", 100_000) + strings.Repeat("é", 1000))
	got := tail(file, 0, nil)
	if len(got) != mostLines || got[0] != "a line" || got[mostLines-1] != strings.Repeat("é", mostLine)+"…" {
		t.Errorf("%d lines, the last %q", len(got), got[len(got)-1])
	}
	write(strings.Repeat("x", 2*mostOfTail)) // one line that has no beginning here
	if got := tail(file, 0, nil); len(got) != 1 || len(got[0]) > 2*mostLine {
		t.Errorf("%d lines", len(got))
	}
	// A secret is not shown because its line, or what is looked at, begins in its middle.
	for _, before := range []int{0, mostLine - 3, mostLine} {
		write(strings.Repeat("\n", margin) + strings.Repeat("x", before) + "swordfish" + strings.Repeat("y", mostOfTail-5))
		if got := strings.Join(tail(file, 0, []string{"swordfish"}), ""); strings.Contains(got, "sword") || strings.Contains(got, "fish") || got == "" {
			t.Errorf("%q", got)
		}
	}
	write("")
	if got := tail(file, 0, nil); got != nil {
		t.Errorf("%q of an empty log", got)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	secrets := secretsIn([]string{"API_TOKEN=t0k3n+t0k3n", "DATABASE_URL=postgres://shop:sword/fish@db:5432/shop", "db_password=swordfish", "PWD=/home/ada", "EMPTY_KEY=", "SHORT_KEY=on", "HOME=/root", "ODD", "PRIVATE_PEM=-----BEGIN-----\nMIIEvQIBADAN\n-----END-----\n"})
	for text, want := range map[string]string{
		"token t0k3n+t0k3n, or t0k3n%2Bt0k3n": "token REDACTED, or REDACTED",
		"swordfish in /home/ada":              "REDACTED in /home/ada",
		"key MIIEvQIBADAN":                    "key REDACTED",
		"is on, in /root":                     "is on, in /root",
		"redis://:another@cache:6379/0":       "redis://:REDACTED@cache:6379/0",
		"http://127.0.0.1:8080/a@b":           "http://127.0.0.1:8080/a@b",
	} {
		if got := redact(text, secrets); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
