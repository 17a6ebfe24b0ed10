// Package suite reads a suite folder into a Plan.
//
// Its stance: everything that is wrong is told at once, before anything is sent, each fault with its file, line and column, and
// with what to write instead.
package suite

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// Read reads the suite in dir: scenarios/*.yml in the order of their names, thresholds.json and suite.yml where there are any.
// It contacts nothing. The error is Faults.
func Read(dir string) (*bench.Plan, error) {
	plan := &bench.Plan{Name: folderName(dir), Policy: bench.DefaultPolicy()}
	names, err := fs.Glob(os.DirFS(dir), "scenarios/*.y*ml")
	switch {
	case !exists(dir, ""):
		return nil, Faults{{File: dir, Message: "no suite: there is no such folder (a URL begins with http:// or https://)"}}
	case err != nil || len(names) == 0:
		return nil, Faults{{File: dir, Message: "no suite: there is no scenarios/*.yml in it"}}
	}
	var faults Faults
	ids, titles := map[string]string{}, map[string]string{}
	for _, name := range names {
		s, title, d := readScenario(dir, name)
		if first := ids[s.ID]; first != "" {
			d.whole("has the same id " + s.ID + " as " + first + ": rename one of the files")
		}
		if first := titles[s.Name]; first != "" && len(d.faults) == 0 {
			message := "has the same name " + s.Name + " as " + first + ": give it another, as `name: …`"
			if title.set() {
				d.at(title.line, title.column, message)
			} else {
				d.whole(message)
			}
		}
		ids[s.ID], titles[s.Name] = name, name
		faults = append(faults, d.faults...)
		plan.Scenarios = append(plan.Scenarios, s)
		addEnv(plan, d.env)
	}
	faults = append(faults, readThresholds(dir, plan)...)
	faults = append(faults, readShared(dir, plan)...)
	if len(faults) > 0 {
		return nil, faults
	}
	return plan, nil
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return !errors.Is(err, fs.ErrNotExist)
}

// readThresholds reads thresholds.json into the plan's scenarios. A scenario is named by its title or its file's stem.
func readThresholds(dir string, plan *bench.Plan) Faults {
	const name = "thresholds.json"
	if !exists(dir, name) {
		return nil
	}
	d := open(dir, name)
	var f thresholdsFile
	d.decode(&f)
	set := func(t *bench.Thresholds, values map[string]value) {
		for key, v := range values {
			d.use(v, func(text string) error { return t.Set(key, text) })
		}
	}
	var base bench.Thresholds
	set(&base, f.Default)
	known, all := map[string]bool{}, true
	for i := range plan.Scenarios {
		s := &plan.Scenarios[i]
		set(&s.Thresholds, f.Scenarios[s.ID])
		if s.Name != s.ID {
			set(&s.Thresholds, f.Scenarios[s.Name])
		}
		s.Thresholds = s.Thresholds.Merge(base)
		known[s.ID], known[s.Name] = true, true
		all = all && s.Name != "" // it has none where its file could not be read
	}
	for key := range f.Scenarios {
		if all && !known[key] {
			names := slices.Collect(maps.Keys(known))
			d.atKey(fmt.Sprintf("no scenario has the name or id %q%s", key, template.DidYouMean(key, names)), "scenarios", key)
		}
	}
	d.sort()
	return d.faults
}

// readShared reads suite.yml: what the scenarios share.
func readShared(dir string, plan *bench.Plan) Faults {
	const name = "suite.yml"
	if !exists(dir, name) {
		return nil
	}
	d := open(dir, name)
	var f sharedFile
	d.decode(&f)
	d.use(f.Name, func(text string) (err error) { plan.Name, err = suiteName(text); return err })
	d.use(f.Target.URL, func(text string) (err error) { plan.Target, err = Target(text); return err })
	plan.Version = d.versionProbe(f.Target.Version)
	plan.Service = d.service(f.Service)
	plan.Policy = d.policy(f.Policy)
	plan.Control = d.control(f.Control)
	d.evidence(&plan.Evidence, f.Evidence)
	addEnv(plan, d.env)
	d.sort()
	return d.faults
}

func addEnv(plan *bench.Plan, env []bench.EnvUse) {
	for _, use := range env {
		if !slices.Contains(plan.Env, use) {
			plan.Env = append(plan.Env, use)
		}
	}
}
