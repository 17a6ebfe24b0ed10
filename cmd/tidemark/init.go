package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/internal/pipeline"
)

// defaultTop is how many endpoints of a source that has more: what fits into a run of ten minutes.
const defaultTop = 8

func initCommand() *cobra.Command {
	var o pipeline.InitOptions
	var ci pipeline.CIOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a suite from a brief, an OpenAPI document, an access log, a capture, or several",
		Long: "Writes a suite to DIR (default " + defaultSuite + ") from what you have already: prose, a document, an access log, a capture.\n" +
			"Several go together: the brief says what counts and how fast, the log how much is asked, the document gives shapes, the capture\n" +
			"flows, seed data real ids.\n" +
			"What had to be chosen or guessed is told, and stands as a comment in the files. With --target it looks at the running API, and\n" +
			"sends nothing but GET. With --ci it writes the workflow that gates pull requests too, or, without a source, for the suite that is there.",
		Example: "  tidemark init --brief brief.txt\n" +
			"  pbpaste | tidemark init --brief - --target http://127.0.0.1:8080\n" +
			"  tidemark init --access-log /var/log/nginx/ --top 8\n" +
			"  tidemark init --openapi openapi.yaml --har visit.har --data seeds/ --dry-run\n" +
			"  tidemark init --ci github",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.Dir = defaultSuite; len(args) > 0 {
				o.Dir = args[0]
			}
			if o.Top < 1 {
				return inputError{fmt.Errorf("--top %d: write 1 or more", o.Top)}
			}
			o.Stdin = c.InOrStdin()
			ci.Suite, ci.Force, ci.DryRun = o.Dir, o.Force, o.DryRun
			r, err := initialise(c.Context(), o, ci)
			var failed *pipeline.WriteError
			var unreachable *pipeline.Unreachable
			switch {
			case errors.As(err, &unreachable):
				return err
			case errors.As(err, &failed):
				return &oursError{err}
			case err != nil:
				return inputError{err}
			case asJSON:
				return ours(json.NewEncoder(c.OutOrStdout()).Encode(r))
			}
			err = tell(c.OutOrStdout(), c.ErrOrStderr(), r)
			if r.CI != nil {
				fmt.Fprintln(c.OutOrStdout())
				err = errors.Join(err, tell(c.OutOrStdout(), c.ErrOrStderr(), r.CI))
			}
			if r.Written && o.HasSource() {
				_, e := fmt.Fprintf(c.OutOrStdout(), "\nNext: tidemark check%s\n", argument(r.Dir))
				err = errors.Join(err, e)
			}
			return ours(err)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.Brief, "brief", "", "file of prose: endpoints as GET /path, targets, load; - for standard input")
	flags.StringVar(&o.OpenAPI, "openapi", "", "OpenAPI 3.x or Swagger 2.0 document, JSON or YAML; - for standard input")
	flags.StringVar(&o.HAR, "har", "", "capture of a browser or proxy (HTTP Archive); - for standard input")
	flags.StringArrayVar(&o.AccessLogs, "access-log", nil, "access log of nginx, Apache, Caddy, Traefik, Envoy or AWS ALB, plain, gzip or zstd; a folder of them; - for standard input; may be repeated")
	flags.StringVar(&o.LogFormat, "log-format", "", "how its lines are written, as log_format in nginx's or LogFormat in Apache's configuration (default: found out)")
	flags.StringVar(&o.Data, "data", "", "folder of seed data (.csv, .json) that real ids are taken from")
	flags.StringVar(&o.Target, "target", "", "base URL of the running API, to learn ids, pages and answers from; only GET is sent")
	flags.IntVar(&o.Top, "top", defaultTop, "how many endpoints of a source that has more")
	flags.StringVar(&ci.Host, "ci", "", "github, gitlab or forgejo (and Gitea): write its workflow, called at the top of the repository")
	flags.StringVar(&ci.Version, "ci-version", "", "version of tidemark that the workflow uses, as v1.4.0 (default: this one)")
	flags.StringVar(&ci.History, "ci-history", "", "`URL` of a history that serve serves, for the workflow (default: a branch of the repository)")
	flags.BoolVar(&o.Force, "force", false, "write over files that are there")
	flags.BoolVar(&o.DryRun, "dry-run", false, "tell what would be written, and write nothing")
	flags.BoolVar(&asJSON, "json", false, "one JSON document on standard output, with the files' content, and nothing else there")
	return c
}

// initialise writes a suite, the workflow for it, or both. The suite is what is told first.
func initialise(ctx context.Context, o pipeline.InitOptions, ci pipeline.CIOptions) (*pipeline.InitResult, error) {
	if ci.Host == "" {
		if ci.Version != "" {
			return nil, errors.New("--ci-version goes with --ci")
		}
		if ci.History != "" {
			return nil, errors.New("--ci-history goes with --ci")
		}
		return pipeline.Init(ctx, o)
	}
	if !o.HasSource() {
		return pipeline.InitCI(ctx, ci)
	}
	r, err := pipeline.Init(ctx, o)
	if err != nil {
		return nil, err
	}
	ci.Init = r
	if r.CI, err = pipeline.InitCI(ctx, ci); err != nil && r.Written {
		err = fmt.Errorf("the suite is written, and its workflow is not: %w", err)
	}
	return r, err
}

// tell says what was written and why it looks as it does. What was not understood goes to standard error.
func tell(out, notes io.Writer, r *pipeline.InitResult) error {
	verb := "wrote"
	if !r.Written {
		verb = "would write"
	}
	var err error
	say := func(w io.Writer, format string, args ...any) {
		if _, e := fmt.Fprintf(w, format+"\n", args...); e != nil && w == out {
			err = e
		}
	}
	for _, f := range r.Files {
		over := ""
		if f.Exists {
			over = ", over the one that was there"
		}
		say(out, "%s %s  (%s%s)", verb, path.Join(r.Dir, f.Path), f.About, over)
	}
	if len(r.Choices) > 0 {
		say(out, "\nChosen:")
	}
	for _, choice := range r.Choices {
		say(out, "- %s", choice)
	}
	for _, text := range r.Unclear {
		say(notes, "not understood: %s", text)
	}
	for _, name := range r.Others {
		say(notes, "left alone: %s, which is no part of the new suite", name)
	}
	for _, name := range r.Environment {
		say(notes, "to be set before a run: the environment variable %s", name)
	}
	return err
}

// argument is a folder as the next command line needs it.
func argument(dir string) string {
	if dir == defaultSuite {
		return ""
	}
	return " " + dir
}
