package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/internal/dashboard"
	"github.com/tidemark/tidemark/internal/history"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// history is where the runs of all demos are kept.
func (f *demoFlags) history() string { return filepath.Join(f.results, "history.db") }

// A demoBoard keeps the runs of demos, and shows them if it is to.
type demoBoard struct {
	store  history.Store
	server *dashboard.Server // nil: it shows nothing
	url    string
	end    func() error
}

// board opens the demos' history, and the dashboard with --serve.
func (f *demoFlags) board(c *cobra.Command) (*demoBoard, error) {
	store, err := pipeline.OpenHistory(c.Context(), f.history())
	if err != nil {
		return nil, err
	}
	b := &demoBoard{store: store, end: func() error { return nil }}
	if !f.serve {
		return b, nil
	}
	var listening net.ListenConfig
	l, err := listening.Listen(c.Context(), "tcp", defaultAddress)
	if err != nil { // another demo has it
		l, err = listening.Listen(c.Context(), "tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	b.server = dashboard.New(dashboard.Config{Store: store, Version: pipeline.Version()})
	b.url = "http://" + l.Addr().String() + "/"
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.Context()))
	served := make(chan error, 1)
	go func() { served <- b.server.Serve(ctx, l, "", "") }()
	b.end = func() error { cancel(); return <-served }
	fmt.Fprintln(c.ErrOrStderr(), "watch it at", b.url)
	return b, nil
}

func (b *demoBoard) close() error { return errors.Join(b.end(), b.store.Close()) }

// What the shop's two versions are called, in place of a commit: what is checked out where the demo is started has nothing to do with them.
var (
	healthyShop = &bench.Commit{SHA: "healthy", Subject: "the shop without mistakes in its code"}
	faultyShop  = &bench.Commit{SHA: "faulty", Subject: "the shop with " + strings.Join(demoFaults, " and ")}
)

// measure measures the shop, tells the dashboard how it goes, and keeps the run.
func (b *demoBoard) measure(c *cobra.Command, ready shop.Ready, version *bench.Commit, watch *pipeline.Watch) (*bench.Run, []bench.Series, error) {
	plan, err := demoPlan(ready.URL)
	if err != nil {
		return nil, nil, err
	}
	var live *pipeline.Announcer
	if b.server != nil {
		live = pipeline.AnnounceTo(c.Context(), b.server.Tell, plan, version)
	}
	result, series, err := measure(c, plan, pipeline.Options{Env: map[string]string{"SHOP_TOKEN": ready.Token}, Watch: watch}, live)
	if result != nil {
		result.Commit = version
	}
	if err != nil {
		return result, series, err
	}
	ctx := context.WithoutCancel(c.Context()) // an interrupted run is kept too
	if b.server != nil {
		err = b.server.Add(ctx, result)
	} else {
		err = b.store.Add(ctx, result)
	}
	if err != nil { // it is saved all the same
		fmt.Fprintf(c.ErrOrStderr(), "warning: the run is not in the demos' history: %v\n", err)
	}
	return result, series, nil
}

// switchOn has the shop make mistakes.
func switchOn(ctx context.Context, admin string, faults []string) error {
	for _, name := range faults {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, admin+"/faults/"+name, http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		_ = answer.Body.Close() // nothing is read
		if answer.StatusCode/100 != 2 {
			return fmt.Errorf("the shop cannot be given the fault %s: %s", name, answer.Status)
		}
	}
	return nil
}
