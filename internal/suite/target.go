package suite

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tidemark/tidemark/bench"
)

// UnmarshalYAML takes a URL, or a mapping of url and version; version may be a path.
func (t *targetFile) UnmarshalYAML(node ast.Node) error {
	if _, isScalar := node.(ast.ScalarNode); isScalar {
		return t.url.UnmarshalYAML(node)
	}
	var both struct {
		URL     value `yaml:"url"`
		Version tree  `yaml:"version"`
	}
	if err := yaml.NodeToValue(node, &both, yaml.Strict()); err != nil {
		return err
	}
	t.url = both.URL
	if !both.Version.set() {
		return nil
	}
	if _, isScalar := both.Version.node.(ast.ScalarNode); isScalar {
		return t.version.Path.UnmarshalYAML(both.Version.node)
	}
	return yaml.NodeToValue(both.Version.node, &t.version, yaml.Strict())
}

func (d *document) versionProbe(f versionFile) (p bench.VersionProbe) {
	d.use(f.Path, func(text string) error {
		if p.Path = text; !strings.HasPrefix(text, "/") {
			return errors.New("write a path, as /version")
		}
		return nil
	})
	d.use(f.Header, func(text string) error { p.Header = text; return nil })
	d.use(f.JSON, func(text string) error { p.JSON = text; return jsonPath(text) })
	for _, v := range []value{f.Header, f.JSON} {
		if v.set() && !f.Path.set() {
			d.at(v.line, v.column, "say which path answers with it too, as path: /healthz")
		}
	}
	return p
}

// Target is the base URL that text stands for, or an error that says what to write.
func Target(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%q is no target: write http://host:port, without a path", text)
	case u.User != nil:
		return "", errors.New("a target has no user and password: write `auth: {basic: {user: …, password: …}}` in the scenarios, or a header")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", fmt.Errorf("%q has no port from 1 to 65535", text)
		}
	}
	return u.Scheme + "://" + u.Host, nil
}
