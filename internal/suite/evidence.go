package suite

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// evidenceNames are what texts of the key evidence may use beside the environment.
var evidenceNames = template.Names{"service": {"port", "side"}}

func (d *document) evidence(c *bench.EvidenceConfig, f evidenceFile) {
	values := []value{f.OTLP, f.Traces, f.Postgres, f.MySQL, f.Metrics, f.Profile}
	for i, source := range c.Sources() {
		at := values[i]
		d.use(at, func(text string) error {
			*source.Text = text
			compiled, err := template.Compile(text, template.Plain, evidenceNames)
			if err != nil {
				d.wrong(at, text, err)
				return nil
			}
			for _, name := range compiled.Env() {
				d.env = append(d.env, bench.EnvUse{Name: name, File: d.name, Optional: true})
				if err := bench.NotOurs(name); err != nil {
					return err
				}
			}
			if !compiled.Constant() {
				return nil // what it will be is looked at when it is
			}
			return checkSource(source.Name, text)
		})
	}
}

// SetEvidence sets one source from a text as otlp=auto, over what the suite says.
func SetEvidence(plan *bench.Plan, setting, origin string) error {
	name, text, found := strings.Cut(setting, "=")
	var names []string
	for _, source := range plan.Evidence.Sources() {
		names = append(names, source.Name)
		if source.Name != name || !found {
			continue
		}
		compiled, err := template.Compile(text, template.Plain, evidenceNames)
		if err != nil {
			return fmt.Errorf("%s %s: %w", origin, name, err)
		}
		for _, variable := range compiled.Env() {
			plan.Env = append(plan.Env, bench.EnvUse{Name: variable, File: origin, Optional: true})
		}
		*source.Text = text
		if compiled.Constant() {
			if err := checkSource(name, text); err != nil {
				return fmt.Errorf("%s %s: %w", origin, name, err)
			}
		}
		return nil
	}
	return fmt.Errorf("%s %q: write a source and where it is, as otlp=auto; sources are %s", origin, name, strings.Join(names, ", "))
}

// FillEvidence replaces the expressions of a configuration. port and side are those of the target. missing says of sources why they cannot
// be asked: an environment variable that is not set, or one that holds no such thing. Its texts hold no value.
func FillEvidence(c bench.EvidenceConfig, env map[string]string, port, side string) (filled bench.EvidenceConfig, missing map[string]string) {
	variables := map[string]any{}
	for name, v := range env {
		variables[name] = v
	}
	scope := template.NewScope(rand.New(rand.NewPCG(1, 1)))
	scope.Set("env", variables)
	scope.Set("service", map[string]any{"port": port, "side": side})
	missing = map[string]string{}
	for _, source := range c.Sources() {
		text, err := template.Compile(*source.Text, template.Plain, evidenceNames)
		if err != nil {
			missing[source.Name] = err.Error()
			*source.Text = ""
			continue
		}
		if i := slices.IndexFunc(text.Env(), func(name string) bool { return env[name] == "" }); i >= 0 {
			missing[source.Name] = "the environment variable " + text.Env()[i] + " is not set"
			*source.Text = ""
			continue
		}
		rendered, err := text.Render(nil, scope)
		if err == nil && len(rendered) > 0 {
			err = checkSource(source.Name, string(rendered))
		}
		if *source.Text = string(rendered); err != nil {
			missing[source.Name] = err.Error()
			*source.Text = ""
		}
	}
	return c, missing
}

// checkSource says what is wrong with where a source is, without repeating it: it may hold a password.
func checkSource(name, text string) error {
	if text == bench.Off {
		return nil
	}
	switch name {
	case "otlp":
		if text == bench.Auto {
			return nil
		}
		host, _, err := net.SplitHostPort(text)
		if ip, e := netip.ParseAddr(host); err != nil || host != "localhost" && (e != nil || !ip.IsLoopback()) {
			return errors.New("write auto, or an address of this machine alone, as 127.0.0.1:4318")
		}
	case "traces":
		if kind, rest, found := strings.Cut(text, "+"); found && (kind == "jaeger" || kind == "tempo") {
			return isURL(rest, "http", "https")
		}
		if strings.Contains(text, "://") {
			return errors.New("write jaeger+http://host:16686, tempo+http://host:3200, or the path of a file of OTLP JSON lines")
		}
	case "postgres":
		return isURL(text, "postgres", "postgresql")
	case "mysql":
		return isURL(text, "mysql", "mariadb")
	case "metrics":
		if !strings.HasPrefix(text, "/") {
			return isURL(text, "http", "https")
		}
	case "profile":
		return isURL(text, "http", "https")
	}
	return nil
}

func isURL(text string, schemes ...string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) {
		return fmt.Errorf("is no URL that begins with %s://", strings.Join(schemes, ":// or "))
	}
	return nil
}
