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

// UnmarshalYAML takes a URL, or a mapping of url and version.
func (t *targetFile) UnmarshalYAML(node ast.Node) error {
	if _, isScalar := node.(ast.ScalarNode); isScalar {
		return t.URL.UnmarshalYAML(node)
	}
	type plain targetFile // without this method
	return yaml.NodeToValue(node, (*plain)(t), yaml.Strict())
}

// UnmarshalYAML takes a path, or a mapping of path and header or json.
func (v *versionFile) UnmarshalYAML(node ast.Node) error {
	if _, isScalar := node.(ast.ScalarNode); isScalar {
		return v.Path.UnmarshalYAML(node)
	}
	type plain versionFile // without this method
	return yaml.NodeToValue(node, (*plain)(v), yaml.Strict())
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
