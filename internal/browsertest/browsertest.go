// Package browsertest finds the browser that tests look at pages with.
package browsertest

import (
	"os"
	"os/exec"
	"testing"
)

// Path is Chromium's program; the test is skipped where there is none, or where none is wanted.
func Path(t *testing.T) string {
	t.Helper()
	if os.Getenv("TIDEMARK_TEST_WITHOUT_BROWSER") == "1" {
		t.Skip("TIDEMARK_TEST_WITHOUT_BROWSER=1")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium here: ./scripts/test installs it on Debian")
	return ""
}
