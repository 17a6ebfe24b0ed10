//go:build unix

package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/suite"
)

// asked is one way to ask an endpoint, of the traffic that is known.
type asked struct {
	endpoint string  // as the shop's log shows it, with numbers as {id}
	rate     float64 // a second
	columns  string  // of its data, with commas; empty: it has none
	row      func(r *draw) []string
	request  string // what a scenario says, as YAML
}

// A draw gives values as users ask for them: few often, most rarely.
type draw struct{ *rand.Rand }

// skewed is a number from 1 to most, of which the n-th is asked for about n^-1.2 times as often as the first.
func (d *draw) skewed(most uint64) string {
	return strconv.FormatUint(1+rand.NewZipf(d.Rand, 1.2, 1, most-1).Uint64(), 10)
}

func (d *draw) word() string {
	words := []string{"oak table", "walnut lamp", "steel", "copper bowl", "linen", "quiet sturdy", "brass hook", "wool blanket", "lamp", "table", "oak", "bowl", "glass", "paper", "garden", "café crème"}
	return words[rand.NewZipf(d.Rand, 1.3, 1, uint64(len(words)-1)).Uint64()]
}

func (d *draw) category() string {
	slugs := []string{"garden-lighting", "kitchen-textiles", "bath-storage", "desk-lamps", "outdoor-rugs"}
	return slugs[rand.NewZipf(d.Rand, 1.5, 1, uint64(len(slugs)-1)).Uint64()]
}

// traffic is nine endpoints, 60 requests a second in all. Lists and searches are asked for in two ways.
func traffic() []asked {
	product := func(d *draw) []string { return []string{d.skewed(2000)} }
	return []asked{
		{"GET /api/v1/products", 12.6, "page,size", func(d *draw) []string { return []string{d.skewed(100), []string{"20", "20", "20", "50"}[d.IntN(4)]} },
			`request: {get: "/api/v1/products?page=${rows.page}&per_page=${rows.size}"}`},
		{"GET /api/v1/products", 5.4, "category", func(d *draw) []string { return []string{d.category()} },
			`request: {get: "/api/v1/products?category=${rows.category}"}`},
		{"GET /api/v1/products/{id}", 13.2, "id", product, `request: {get: "/api/v1/products/${rows.id}"}`},
		{"GET /api/v1/search", 6.3, "q", func(d *draw) []string { return []string{d.word()} },
			`request: {get: "/api/v1/search?q=${rows.q}"}`},
		{"GET /api/v1/search", 2.7, "q,category", func(d *draw) []string { return []string{d.word(), d.category()} },
			`request: {get: "/api/v1/search?q=${rows.q}&category=${rows.category}"}`},
		{"GET /api/v1/users/{id}/orders", 6, "id", func(d *draw) []string { return []string{d.skewed(200)} },
			"auth: {bearer: \"${env.TOKEN}\"}\nrequest: {get: \"/api/v1/users/${rows.id}/orders\"}"},
		{"POST /api/v1/orders", 4.8, "user,product", func(d *draw) []string { return []string{d.skewed(200), d.skewed(2000)} },
			"auth: {bearer: \"${env.TOKEN}\"}\nrequest:\n  post: /api/v1/orders\n  json:\n    user_id: ${rows.user}\n    line_items: ${[{product_id: rows.product, quantity: 1}]}"},
		{"HEAD /api/v1/products/{id}", 3.6, "id", product, `request: {head: "/api/v1/products/${rows.id}"}`},
		{"POST /api/v1/login", 2.4, "user", func(d *draw) []string { return []string{d.skewed(200)} },
			`request: {post: /api/v1/login, json: {email: "user${rows.user}@shop.example", password: tidemark}}`},
		{"GET /openapi.json", 1.8, "", nil, `request: {get: /openapi.json}`},
		{"GET /version", 1.2, "", nil, `request: {get: /version}`},
	}
}

// rowsDrawn is how many rows each way has: no row is asked for twice because there are too few.
const rowsDrawn = 4000

// write makes a suite of the traffic. Arrivals are random, as those of people who do not know of each other.
func write(dir string, all []asked, length time.Duration) error {
	d := &draw{rand.New(rand.NewPCG(7, 7))}
	for _, sub := range []string{"scenarios", "data"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	for i, a := range all {
		stem, data := fmt.Sprintf("%02d", i), ""
		if a.columns != "" {
			data = fmt.Sprintf("data: {rows: {file: ../data/%s.csv}}\n", stem)
			rows := [][]string{strings.Split(a.columns, ",")}
			for range rowsDrawn {
				rows = append(rows, a.row(d))
			}
			var content strings.Builder
			if err := csv.NewWriter(&content).WriteAll(rows); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, "data", stem+".csv"), []byte(content.String()), 0o644); err != nil {
				return err
			}
		}
		scenario := fmt.Sprintf("name: way %s\nload: {rate: %g/s, arrivals: poisson, warmup: 0s, duration: %s}\n%s%s\n", stem, a.rate, length, data, a.request)
		if err := os.WriteFile(filepath.Join(dir, "scenarios", stem+".yml"), []byte(scenario), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// drive makes the traffic: all ways at once.
func drive(ctx context.Context, dir, target, token string, length time.Duration) error {
	if err := write(dir, traffic(), length); err != nil {
		return err
	}
	plan, err := suite.Read(dir)
	if err != nil {
		return err
	}
	base, err := url.Parse(target)
	if err != nil {
		return err
	}
	failed := make([]error, len(plan.Scenarios), len(plan.Scenarios)+1)
	var all sync.WaitGroup
	for i := range plan.Scenarios {
		all.Go(func() {
			s := &plan.Scenarios[i]
			recording, err := load.Run(ctx, base, s, map[string]string{"TOKEN": token}, func(load.Progress) {})
			for _, second := range recording.Slices {
				if n := second.Errors(); err == nil && n > 0 {
					err = fmt.Errorf("%d requests failed: %s", n, strings.Join(recording.Notes, "; "))
				}
			}
			if err != nil {
				failed[i] = fmt.Errorf("%s: %w", s.Name, err)
			}
		})
	}
	all.Wait()
	return errors.Join(append(failed, ctx.Err())...)
}
