package compare

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// UnlikeRuns says how two runs differ in what is not the code: the machine, where it stands, and what was asked. Nothing: they
// are comparable.
func UnlikeRuns(a, b *bench.Run) (all []string) {
	for _, d := range []struct{ what, a, b string }{
		{"CPU", a.Environment.CPU, b.Environment.CPU},
		{"cores", strconv.Itoa(a.Environment.Cores), strconv.Itoa(b.Environment.Cores)},
		{"system", a.Environment.OS, b.Environment.OS},
		{"CI", ci(a), ci(b)},
		{"load generator", engine(a.Environment.Engine), engine(b.Environment.Engine)},
		{"target host", host(a.Target.URL), host(b.Target.URL)},
	} {
		if d.a != d.b {
			all = append(all, fmt.Sprintf("%s: %s, %s", d.what, quoted(d.a), quoted(d.b)))
		}
	}
	return all
}

// UnlikeLoads says how two results differ in load. Nothing: they are comparable.
func UnlikeLoads(a, b *bench.Result) (all []string) {
	for _, d := range []struct{ what, a, b string }{
		{"load", level(a.Load), level(b.Load)},
		{"duration", seconds(a.Load.Duration), seconds(b.Load.Duration)},
		{"warm-up", seconds(a.Load.Warmup), seconds(b.Load.Warmup)},
	} {
		if d.a != d.b {
			all = append(all, fmt.Sprintf("%s: %s, %s", d.what, d.a, d.b))
		}
	}
	return all
}

// ci is where a run was made. Earlier versions called GitHub's what imitates it; which machine it is the rest says.
func ci(r *bench.Run) string {
	if name := r.Environment.CI; name != "forgejo" && name != "gitea" {
		return name
	}
	return "github"
}

// host is a target's machine: ports change from one start to the next.
func host(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	return u.Hostname()
}

// engine is a generator without its version: a new one makes no other load.
func engine(name string) string {
	name, _, _ = strings.Cut(name, " ")
	if name == "" {
		return "Tidemark"
	}
	return name
}

func quoted(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// level says how much load there is, with everything that belongs to it but its length.
func level(l bench.LoadRecord) string {
	s := fmt.Sprintf("%d users", l.Users)
	if l.Model == "open" {
		s = fmt.Sprintf("%g/s", l.Rate)
	}
	if len(l.Stages) > 0 {
		s = fmt.Sprintf("%d stages %v", len(l.Stages), l.Stages)
	}
	if l.Poisson {
		s += ", poisson"
	}
	if l.Connections > 0 {
		s += fmt.Sprintf(", %d connections", l.Connections)
	}
	return s
}

func seconds(s float64) string { return fmt.Sprintf("%gs", s) }
