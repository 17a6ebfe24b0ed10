package bench

import (
	"fmt"
	"slices"
	"strings"
)

// own are the environment variables that are meant for us alone: tokens, and where history is, which may hold a password.
var own = []string{"TIDEMARK_TOKEN", "TIDEMARK_READ_TOKEN", "TIDEMARK_HISTORY_TOKEN", "TIDEMARK_HISTORY"}

// NotOurs says why a suite may not use an environment variable; nil: it may.
func NotOurs(name string) error {
	if slices.Contains(own, name) {
		return fmt.Errorf("%s is for tidemark alone, and goes to no service and into no request: give the suite a variable of another name", name)
	}
	return nil
}

// ForOthers is an environment as it is handed on to what is built and started: without what is meant for us alone.
func ForOthers(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(own, name)
	})
}
