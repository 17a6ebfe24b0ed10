package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ohler55/ojg/jp"
	"github.com/ohler55/ojg/oj"

	"github.com/tidemark/tidemark/bench"
)

const (
	versionTimeout = 10 * time.Second
	versionBody    = 64 << 10 // more is no version
	leastSHA       = 7        // letters of a commit's name that are enough to know it by
)

// proveVersion asks the target which commit answers, if the suite says how, and holds it against the commit that the run is
// tagged with: a regression that is measured on yesterday's deployment is blamed on the wrong change.
func proveVersion(ctx context.Context, plan *bench.Plan, tagged *bench.Commit) (string, error) {
	probe := plan.Version
	if probe.Path == "" {
		return "", nil
	}
	version, err := askVersion(ctx, plan.Target+probe.Path, probe)
	if err != nil {
		return "", fmt.Errorf("its version (GET %s): %w", probe.Path, err)
	}
	if tagged != nil && !sameCommit(version, tagged.SHA) {
		return "", fmt.Errorf("it answers as %q, but the run would be tagged with commit %.12s: deploy that commit, or say which one it is with --commit", version, tagged.SHA)
	}
	return version, nil
}

func askVersion(ctx context.Context, url string, probe bench.VersionProbe) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }() // only read
	body, err := io.ReadAll(io.LimitReader(answer.Body, versionBody))
	if err != nil {
		return "", err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return "", errors.New(answer.Status)
	}
	var version string
	switch {
	case probe.Header != "":
		version = answer.Header.Get(probe.Header)
	case probe.JSON != "":
		version, err = versionAt(body, probe.JSON)
	default:
		version = versionIn(body)
	}
	if err == nil && strings.TrimSpace(version) == "" {
		err = errors.New("is empty")
	}
	return strings.TrimSpace(version), err
}

func versionAt(body []byte, path string) (string, error) {
	x, err := jp.ParseString(path)
	if err != nil {
		return "", err
	}
	document, err := oj.Parse(body)
	if err != nil {
		return "", fmt.Errorf("is no JSON: %w", err)
	}
	if found, ok := x.First(document).(string); ok {
		return found, nil
	}
	return "", fmt.Errorf("%s points at no text", path)
}

// versionIn is the version that a body without further notice holds: a member of a JSON object, or all of a text.
func versionIn(body []byte) string {
	var members map[string]any
	if json.Unmarshal(body, &members) == nil {
		for _, name := range []string{"commit", "sha", "revision", "version"} {
			if v, ok := members[name].(string); ok {
				return v
			}
		}
	}
	return string(body)
}

// sameCommit reports whether two names are of one commit: either may be shortened.
func sameCommit(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return min(len(a), len(b)) >= leastSHA && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}
