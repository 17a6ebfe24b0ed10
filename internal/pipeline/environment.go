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
	var missing MissingEnv
	for _, use := range plan.Env {
		v, set := os.LookupEnv(use.Name)
		switch {
		case !set && !use.Optional:
			missing = append(missing, use)
		case set:
			env[use.Name] = v
		}
	}
	if len(missing) > 0 {
		return nil, missing
	}
	return env, nil
}
