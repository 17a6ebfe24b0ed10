package main

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/pipeline"
)

// A failure is the document that --json promises, of a command that could not do what it was asked to.
type failure struct {
	Schema string          `json:"schema"`
	Exit   int             `json:"exit"`
	Error  string          `json:"error"`
	Faults pipeline.Faults `json:"faults,omitempty"` // of a suite, each with its place
}

func writeFailure(w io.Writer, code int, err error) error {
	f := failure{Schema: "tidemark.error/1", Exit: code, Error: err.Error()}
	f.Faults, _ = errors.AsType[pipeline.Faults](err)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(f)
}

// wantsJSON looks for --json itself: the command line may be what is wrong.
func wantsJSON(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return slices.ContainsFunc(args, func(arg string) bool {
		name, value, given := strings.Cut(arg, "=")
		on, _ := strconv.ParseBool(value) // what is neither is refused elsewhere
		return name == "--json" && (on || !given)
	})
}

// A noted writer knows whether anything was written to it.
type noted struct {
	io.Writer
	written bool
}

func (n *noted) Write(b []byte) (int, error) {
	n.written = true
	return n.Writer.Write(b)
}
