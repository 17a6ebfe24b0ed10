package pipeline

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

const sha = "0123456789abcdef0123456789abcdef01234567"

func TestProveVersion(t *testing.T) {
	body := ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/version" {
			w.WriteHeader(http.StatusNotFound)
		}
		w.Header().Set("X-Version", sha)
		_, _ = io.WriteString(w, body)
	}))
	defer srv.Close()
	for name, c := range map[string]struct {
		probe bench.VersionProbe
		body  string
		want  string // of the error; empty: it is proved
	}{
		"text":       {bench.VersionProbe{Path: "/version"}, sha[:9] + "\n", ""},
		"member":     {bench.VersionProbe{Path: "/version"}, `{"version": "` + strings.ToUpper(sha) + `"}`, ""},
		"path":       {bench.VersionProbe{Path: "/version", JSON: "$.build.sha"}, `{"build": {"sha": "` + sha + `"}}`, ""},
		"header":     {bench.VersionProbe{Path: "/version", Header: "X-Version"}, "", ""},
		"another":    {bench.VersionProbe{Path: "/version"}, strings.Repeat("f", 40), `answers as "fff`},
		"too short":  {bench.VersionProbe{Path: "/version"}, sha[:6], `answers as "012345"`},
		"empty":      {bench.VersionProbe{Path: "/version"}, " ", "is empty"},
		"not there":  {bench.VersionProbe{Path: "/nowhere"}, sha, "404"},
		"no such":    {bench.VersionProbe{Path: "/version", JSON: "$.sha"}, `{}`, "points at no text"},
		"no JSON":    {bench.VersionProbe{Path: "/version", JSON: "$.sha"}, `<`, "is no JSON"},
		"no header":  {bench.VersionProbe{Path: "/version", Header: "X-Other"}, sha, "is empty"},
		"not wanted": {bench.VersionProbe{}, "", ""},
	} {
		body = c.body
		_, err := proveVersion(t.Context(), &bench.Plan{Target: srv.URL, Version: c.probe}, &bench.Commit{SHA: sha})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
