package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/internal/pipeline"
)

func exportCommand() *cobra.Command {
	c := &cobra.Command{Use: "export", Short: "Write a suite for another tool: k6"}
	c.AddCommand(exportK6Command())
	return c
}

func exportK6Command() *cobra.Command {
	var o pipeline.ExportOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "k6 [DIR]",
		Short: "Write a suite as k6 scripts",
		Long: "Writes the suite in DIR (default " + defaultSuite + ") as scripts for k6, to DIR/k6: main.js, a module for each scenario, the library\n" +
			"that they share, and their data. The same requests, drawn in the same way, under the same load; thresholds count what is measured.\n" +
			"What k6 does otherwise, or not at all, is told and stands in the scripts. Values of environment variables are never written.",
		Example: "  tidemark export k6 && k6 run -e TARGET=http://127.0.0.1:8080 " + defaultSuite + "/k6/main.js\n" +
			"  tidemark export k6 --out load/k6 --force",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.Dir = suiteDir(args); o.Out == "" {
				o.Out = filepath.Join(o.Dir, "k6")
			}
			r, err := pipeline.ExportK6(o)
			if failed, ok := errors.AsType[*pipeline.WriteError](err); ok {
				return &oursError{failed}
			}
			switch {
			case err != nil:
				return inputError{err}
			case asJSON:
				return ours(json.NewEncoder(c.OutOrStdout()).Encode(r))
			}
			return ours(tellExport(c.OutOrStdout(), c.ErrOrStderr(), r))
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.Out, "out", "", "folder that the scripts are written to (default DIR/k6)")
	flags.StringVar(&o.Target, "target", "", "base URL that the scripts suggest (default: target in suite.yml)")
	flags.BoolVar(&o.Force, "force", false, "write over files that are there")
	flags.BoolVar(&o.DryRun, "dry-run", false, "tell what would be written, and write nothing")
	flags.BoolVar(&asJSON, "json", false, "one JSON document on standard output, with the files' content, and nothing else there")
	return c
}

// tellExport says what was written. What k6 does otherwise goes to standard error.
func tellExport(out, notes io.Writer, r *pipeline.ExportResult) error {
	verb := "wrote"
	if !r.Written {
		verb = "would write"
	}
	for _, f := range r.Files {
		if _, err := fmt.Fprintf(out, "%s %s  (%s)\n", verb, path.Join(filepath.ToSlash(r.Dir), f.Path), f.About); err != nil {
			return err
		}
	}
	for _, n := range r.Notes {
		where := ""
		if len(n.Scenarios) > 0 {
			where = strings.Join(n.Scenarios, ", ") + ": "
		}
		fmt.Fprintf(notes, "note: %s%s\n", where, n.Text)
	}
	for _, name := range r.Environment {
		fmt.Fprintf(notes, "to be set before a run: the environment variable %s\n", name)
	}
	if !r.Written {
		return nil
	}
	_, err := fmt.Fprintf(out, "\nNext: k6 run -e TARGET=http://host:port %s\n", path.Join(filepath.ToSlash(r.Dir), "main.js"))
	return err
}
