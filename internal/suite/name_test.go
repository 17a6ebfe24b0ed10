package suite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	for text, want := range map[string]string{
		"name: orders-api":      "orders-api",
		"name: Bestellungen 2":  "Bestellungen 2",
		"target: http://a:1":    "api-performance",
		"name: ../secret":       "",
		"name: x":               "",
		`name: "a\nb"`:          "",
		"name: <b>orders</b>":   "",
		"name: " + long(101):    "",
		"name: " + long(100):    long(100),
		"title: orders":         "", // the fault says what to write instead
		"name: [orders, other]": "",
	} {
		dir := filepath.Join(t.TempDir(), "api-performance")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "suite.yml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := Name(dir)
		if (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "suite.yml:1:") {
			t.Errorf("%q: %v says no place", text, err)
		}
	}
	if got, err := Name("no/such/folder"); got != "folder" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func long(n int) string { return strings.Repeat("a", n) }
