package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

func publishCommand() *cobra.Command {
	var dir string
	exit := -1
	c := &cobra.Command{
		Use:   "publish RECORD",
		Short: "Show a saved comparison where its change is reviewed",
		Long: "Shows the record of a comparison (results/<id>.comparison.json, or a folder with one) as gate --publish does: comment, check and page of the job.\n" +
			"It is for a step of its own, with the token that the measured code is not to see; and for a second workflow, which may write where the first, that of\n" +
			"a fork's pull request, may not. The record is taken for what it is, a file that anybody may have written; which pull request it belongs to is never\n" +
			"taken from it. See docs/CI.md.",
		Example: "  tidemark publish --exit 1 results/\n" +
			"  tidemark publish artifact/",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			v, path, err := pipeline.ReadForeign(args[0])
			if err != nil {
				return inputError{err}
			}
			if exit < 0 {
				exit = exitCode(verdictOf(v, bench.Policy{}))
			}
			err = pipeline.Publish(c.Context(), os.Getenv, publication(v, path, dir, exit), func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) })
			switch {
			case errors.Is(err, pipeline.ErrNoPlace):
				return inputError{err}
			case err != nil:
				return &pipeline.Unreachable{Target: "the code host", Err: err}
			}
			return nil
		},
	}
	c.Flags().IntVar(&exit, "exit", exit, "exit code of the gate, of which the check's conclusion is made (default: that of the record's verdict)")
	c.Flags().Lookup("exit").DefValue = "0" // it is told in words
	c.Flags().StringVar(&dir, "results", "results", "folder for the files that GitLab reads")
	return c
}

// tokenVariable names the code host's token.
const tokenVariable = pipeline.TokenVariable

// withhold takes the code host's token out of the environment, and returns that as it was: a history that is served, whose token may have the same variable,
// gets only its own to see. What is built and started never gets either.
func withhold() (func(string) string, error) {
	token := os.Getenv(tokenVariable)
	return func(name string) string {
		if name == tokenVariable {
			return token
		}
		return os.Getenv(name)
	}, os.Unsetenv(tokenVariable)
}

// publish shows a comparison after its verdict. What goes wrong is told, and changes nothing: the verdict is the exit code. An interrupted job says nothing, for
// mostly a newer one has taken its place.
func publish(c *cobra.Command, env func(string) string, v *bench.Versus, results string, code int) {
	if v == nil || v.Partial {
		return
	}
	p := publication(v, filepath.Join(results, v.ID+report.VersusSuffix), results, code)
	if err := pipeline.Publish(c.Context(), env, p, func(line string) { fmt.Fprintln(c.ErrOrStderr(), line) }); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			fmt.Fprintln(c.ErrOrStderr(), "warning: not published:", line)
		}
	}
}

func publication(v *bench.Versus, record, results string, code int) pipeline.Publication {
	marker := report.CommentMarker(v.Suite)
	if v.Folder != "" { // two suites of a repository may have one name; a name has no slash, so none is a folder
		marker = report.CommentMarker("/" + v.Folder)
	}
	return pipeline.Publication{Versus: v, Exit: code, Record: record, Dir: results, Marker: marker,
		Text: func(previous string) string { return comment(v, previous, report.MostComment-len(marker)-1) }}
}

// comment is a comparison as the pull request's comment of so many bytes at most, which keeps the verdicts of the one that it takes the place of.
func comment(v *bench.Versus, previous string, most int) string {
	var b strings.Builder
	if err := report.Comment(&b, v, report.CommentOptions{Previous: previous, Limit: most}); err != nil {
		return err.Error() // into memory everything can be written
	}
	return b.String()
}
