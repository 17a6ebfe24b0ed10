package gitlab

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/internal/forge"
	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

func at(d *forgetest.Double, change ...func(*forge.Place)) *Host {
	p := &forge.Place{Kind: forge.GitLab, API: d.URL, Repository: "12", Pull: 7, Token: d.Token}
	for _, c := range change {
		c(p)
	}
	return Open(p, "", "tidemark/test")
}

func TestComments(t *testing.T) {
	forgetest.Comments(t, forgetest.GitLab, func(d *forgetest.Double) forge.Host { return at(d) })
	d := forgetest.GitLab(t)
	if _, err := at(d, func(p *forge.Place) { p.Pull = 0 }).Comments(t.Context()); !errors.Is(err, forge.ErrNoPull) {
		t.Errorf("a branch: %v", err)
	}
	if _, err := at(d, func(p *forge.Place) { p.Token = "" }).Comments(t.Context()); !errors.Is(err, ErrNoToken) {
		t.Errorf("without a token: %v", err)
	}
}

func TestArtifacts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "results")
	h := Open(&forge.Place{}, dir, "tidemark/test")
	check := forge.Check{Name: "tidemark/shop", Title: "Fail: 1 of 3 endpoints: GET /orders", Conclusion: forge.Failure,
		JUnit:       []byte("<testsuites></testsuites>"),
		Annotations: []forge.Annotation{{File: "orders/list.go", Line: 12, Failed: true, Title: "GET /orders: n-plus-one", Message: "51 queries"}, {File: "", Line: 3}},
	}
	var prints []string
	for _, message := range []string{"51 queries", "52 queries"} { // of the next pipeline: the same remark
		check.Annotations[0].Message = message
		if err := h.Check(t.Context(), check); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, QualityFile))
		if err != nil {
			t.Fatal(err)
		}
		var got []map[string]any
		if err := json.Unmarshal(text, &got); err != nil || len(got) != 1 {
			t.Fatalf("%v: %s", err, text)
		}
		prints = append(prints, got[0]["fingerprint"].(string))
		delete(got[0], "fingerprint")
		want := map[string]any{"description": "GET /orders: n-plus-one: " + message, "check_name": "tidemark", "severity": "major",
			"location": map[string]any{"path": "orders/list.go", "lines": map[string]any{"begin": 12.0}}}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Error(diff)
		}
	}
	if prints[0] != prints[1] || len(prints[0]) != 64 {
		t.Errorf("the fingerprints are %q", prints)
	}
	text, err := os.ReadFile(filepath.Join(dir, JUnitFile))
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != "<testsuites></testsuites>" {
		t.Errorf("JUnit: %s", text)
	}
}
