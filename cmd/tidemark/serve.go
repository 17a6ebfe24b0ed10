package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/internal/dashboard"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// defaultAddress is where the dashboard answers.
const defaultAddress = "127.0.0.1:8090"

type serveFlags struct {
	address, history, certificate, key string
	tokenFile, readTokenFile           string
	hosts                              []string
	json                               bool
}

func serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "The dashboard, and a history that CI jobs push to and fetch from",
		Long: "Shows the runs of a history in a browser until it is interrupted, and serves them to `--history http://…` of other tidemarks.\n" +
			"It answers on loopback, where everybody on this machine may read. With a token (" + pipeline.TokenVariable + " in the environment, or --token-file) it receives runs too, and\n" +
			"people log in with it. With one that only reads (" + pipeline.ReadTokenVariable + ", or --read-token-file), beside it or alone, who has that may look and no more.\n" +
			"Any other address demands one of the two. See docs/DASHBOARD.md.",
		Example: "  tidemark serve\n" +
			"  " + pipeline.TokenVariable + "=… tidemark serve --address 0.0.0.0:8090 --tls-cert cert.pem --tls-key key.pem --history postgres://db.example.com/metrics",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	flags := c.Flags()
	flags.StringVar(&f.address, "address", defaultAddress, "host:port to answer on; port 0 is any that is free")
	historyFlag(flags, &f.history, "where runs are kept")
	flags.StringVar(&f.tokenFile, "token-file", "", "file with the token, instead of "+pipeline.TokenVariable)
	flags.StringVar(&f.readTokenFile, "read-token-file", "", "file with the token that only reads, instead of "+pipeline.ReadTokenVariable)
	flags.StringArrayVar(&f.hosts, "host", nil, "name that a proxy in front of loopback is called by; demands a token (may be repeated)")
	flags.StringVar(&f.certificate, "tls-cert", "", "file of a certificate, to speak HTTPS")
	flags.StringVar(&f.key, "tls-key", "", "file of its key")
	flags.BoolVar(&f.json, "json", false, "say where it answers as one JSON document")
	return c
}

// leastToken is how many letters keep a token from being guessed, if they are drawn at random.
const leastToken = 16

// tokens are what may be sent to the server: to do all, and to read.
type tokens struct{ write, read string }

func (t tokens) none() bool { return t == tokens{} }

// tokens are what the environment or the files have.
func (f *serveFlags) tokens() (t tokens, err error) {
	if t.write, err = tokenIn(pipeline.TokenVariable, "--token-file", f.tokenFile); err == nil {
		t.read, err = tokenIn(pipeline.ReadTokenVariable, "--read-token-file", f.readTokenFile)
	}
	if err == nil && t.read != "" && t.read == t.write {
		err = errors.New("the token that only reads is the one that writes too: draw another, as `openssl rand -hex 24` does")
	}
	return t, err
}

// tokenIn is what a variable, or in its place the file of a flag, has; empty: none.
func tokenIn(variable, flag, file string) (string, error) {
	token, from := os.Getenv(variable), variable
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s: %w", flag, err)
		}
		token, from = strings.TrimSpace(string(text)), file
	}
	switch {
	case token == "" && file != "":
		return "", fmt.Errorf("%s: %s is empty", flag, from)
	case token != "" && len(token) < leastToken:
		return "", fmt.Errorf("the token in %s has %d letters: give it %d or more, as `openssl rand -hex 24` draws them", from, len(token), leastToken)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("the token in %s has a space, a line's end or a letter beyond ASCII in it, which no header can carry", from)
	}
	return token, nil
}

// check is what can be said before anything listens. loopback reports whether the address is one.
func (f *serveFlags) check(ctx context.Context, t tokens) (loopback bool, err error) {
	host, _, err := net.SplitHostPort(f.address)
	if err != nil {
		return false, fmt.Errorf("--address %s: write host:port, as %s", f.address, defaultAddress)
	}
	ip := net.ParseIP(host)
	loopback = host == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case !loopback && t.none():
		err = fmt.Errorf("--address %s can be reached from other machines, so it demands a token: set %s, as to `openssl rand -hex 24`, or %s alone, with which nobody writes; or keep to %s", f.address, pipeline.TokenVariable, pipeline.ReadTokenVariable, defaultAddress)
	case len(f.hosts) > 0 && t.none():
		err = fmt.Errorf("--host %s lets others in through a proxy, so it demands a token: set %s, or %s", f.hosts[0], pipeline.TokenVariable, pipeline.ReadTokenVariable)
	case (f.certificate == "") != (f.key == ""):
		err = errors.New("--tls-cert and --tls-key go together")
	default:
		err = pipeline.CheckHistory(ctx, f.history)
	}
	return loopback, err
}

func (f *serveFlags) run(c *cobra.Command) error {
	t, err := f.tokens()
	var loopback bool
	if err == nil {
		loopback, err = f.check(c.Context(), t)
	}
	if err != nil {
		return inputError{err}
	}
	store, err := pipeline.OpenHistory(c.Context(), f.history)
	if err != nil {
		return storeError(err)
	}
	defer func() { _ = store.Close() }() // every write has ended, and said how
	l, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", f.address)
	if err != nil {
		return inputError{fmt.Errorf("--address: %w", err)}
	}
	server := dashboard.New(dashboard.Config{Store: store, Version: pipeline.Version(), Token: t.write, ReadToken: t.read, Hosts: f.hosts, AnyHost: !loopback})
	if err := f.announce(c, l.Addr(), t); err != nil {
		return errors.Join(ours(err), l.Close())
	}
	return ours(server.Serve(c.Context(), l, f.certificate, f.key))
}

// announce says where the dashboard is.
func (f *serveFlags) announce(c *cobra.Command, at net.Addr, t tokens) error {
	where := url.URL{Scheme: "http", Host: at.String(), Path: "/"}
	if f.certificate != "" {
		where.Scheme = "https"
	}
	fmt.Fprintf(c.ErrOrStderr(), "the dashboard of %s is at %s until you press Ctrl-C\n", pipeline.ShowHistory(f.history), &where)
	if t.write == "" {
		fmt.Fprintf(c.ErrOrStderr(), "it only shows runs; to receive them too, start it with a token in %s\n", pipeline.TokenVariable)
	}
	if !f.json {
		return nil
	}
	return printJSON(c.OutOrStdout(), struct {
		URL     string `json:"url"`
		History string `json:"history"`
	}{where.String(), pipeline.ShowHistory(f.history)})
}
