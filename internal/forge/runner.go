package forge

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"
)

// A Runner is the files through which a job tells its runner something; empty ones it does not have.
type Runner struct{ summary, output string }

// mostSummary is how much a runner takes of one step, with room for what else the step says.
const mostSummary = 1000 << 10

// Summary adds Markdown to the page of the job.
func (r Runner) Summary(markdown string) error {
	if r.summary == "" {
		return nil
	}
	if len(markdown) > mostSummary {
		return fmt.Errorf("the job's summary would have %d KB, and a runner takes %d", len(markdown)>>10, mostSummary>>10)
	}
	return add(r.summary, markdown+"\n")
}

// An Output is a value that later steps can use.
type Output struct{ Name, Value string }

// Outputs sets values of the step. Each has a delimiter that nobody can guess around it, so that no value can set another.
func (r Runner) Outputs(all ...Output) error {
	if r.output == "" {
		return nil
	}
	var b strings.Builder
	for _, o := range all {
		end := "end-" + rand.Text()
		fmt.Fprintf(&b, "%s<<%s\n%s\n%s\n", o.Name, end, o.Value, end)
	}
	return add(r.output, b.String())
}

func add(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
