package shop_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

// The document has every route, no other, and no reference into nothing.
func TestOpenAPIIsTheAPI(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	text := c.get("/openapi.json").is(200).body
	var document struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Responses map[string]any }
		Components struct{ Schemas map[string]any }
	}
	check(t, json.Unmarshal(text, &document))
	if document.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", document.OpenAPI)
	}
	var described []string
	for path, operations := range document.Paths {
		for method, operation := range operations {
			described = append(described, strings.ToUpper(method)+" "+path)
			if len(operation.Responses) == 0 {
				t.Errorf("%s %s has no responses", method, path)
			}
		}
	}
	slices.Sort(described)
	// These two are served by handlers of their own.
	served := append(c.Patterns(), "GET /metrics", "GET /openapi.json")
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described %q\nserved    %q", described, served)
	}
	for _, part := range strings.Split(string(text), `"#/components/schemas/`)[1:] {
		if name, _, _ := strings.Cut(part, `"`); document.Components.Schemas[name] == nil {
			t.Errorf("no schema is named %s", name)
		}
	}
}
