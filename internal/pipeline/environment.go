package pipeline

import (
	"fmt"
	"os"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// A MissingEnv is environment variables that a suite needs and that are not set.
type MissingEnv []bench.EnvUse

func (m MissingEnv) Error() string {
	lines := make([]string, len(m))
	for i, use := range m {
		lines[i] = fmt.Sprintf("%s needs the environment variable %s, which is not set", use.File, use.Name)
	}
	return strings.Join(lines, "\n")
}

// Environment is the variables that a plan's expressions use. The error is a MissingEnv.
func Environment(plan *bench.Plan) (map[string]string, error) {
	env := map[string]string{}
	for _, use := range plan.Env {
		if v, set := os.LookupEnv(use.Name); set || !use.Optional {
			env[use.Name] = v
		}
	}
	return env, missing(plan.Env)
}

// ServiceEnvironment says which variables are not set that building and starting the service needs; a MissingEnv. What measures a service that runs already
// does without them.
func ServiceEnvironment(plan *bench.Plan) error {
	if plan.Service == nil {
		return nil
	}
	var uses []bench.EnvUse
	for _, name := range plan.Service.NeedsEnv() {
		uses = append(uses, bench.EnvUse{Name: name, File: "suite.yml"})
	}
	return missing(uses)
}

func missing(uses []bench.EnvUse) error {
	var m MissingEnv
	for _, use := range uses {
		if _, set := os.LookupEnv(use.Name); !set && !use.Optional {
			m = append(m, use)
		}
	}
	if len(m) > 0 {
		return m
	}
	return nil
}
