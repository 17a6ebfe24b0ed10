package suite

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the published schemas anew")

// schemas are published for editors: # yaml-language-server: $schema=… in a scenario, "$schema" in thresholds.json.
var schemas = map[string]any{"scenario": scenarioFile{}, "suite": sharedFile{}, "thresholds": thresholdsFile{}}

const schemaFolder = "../../schemas"

func TestSchemasAreThoseOfTheTypes(t *testing.T) {
	for name, of := range schemas {
		want := generate(t, name, of)
		file := filepath.Join(schemaFolder, name+".schema.json")
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say: run make schema (%v)", file, err)
		}
	}
}

func generate(t *testing.T, name string, of any) []byte {
	t.Helper()
	scalar := &jsonschema.Schema{Type: "string"}
	anyScalar := func() *jsonschema.Schema { // one for each: the reflector writes a description into it
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}}
	}
	var r jsonschema.Reflector
	r = jsonschema.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, DoNotReference: true, Mapper: func(t reflect.Type) *jsonschema.Schema {
		switch t {
		case reflect.TypeFor[value]():
			return anyScalar()
		case reflect.TypeFor[values]():
			return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "array", Items: anyScalar()}}}
		case reflect.TypeFor[tree]():
			return &jsonschema.Schema{}
		case reflect.TypeFor[controlFile]():
			scenario := r.Reflect(scenarioFile{})
			scenario.Version, scenario.ID = "", ""
			return &jsonschema.Schema{OneOf: []*jsonschema.Schema{scalar, scenario}}
		case reflect.TypeFor[targetFile]():
			version := (&jsonschema.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, DoNotReference: true, Anonymous: true, Mapper: func(reflect.Type) *jsonschema.Schema { return nil }}).Reflect(struct {
				Path   string `yaml:"path" jsonschema:"required"`
				Header string `yaml:"header"`
				JSON   string `yaml:"json"`
			}{})
			version.Version = ""
			both := jsonschema.NewProperties()
			both.Set("url", scalar)
			both.Set("version", &jsonschema.Schema{OneOf: []*jsonschema.Schema{scalar, version}})
			return &jsonschema.Schema{OneOf: []*jsonschema.Schema{scalar, {Type: "object", Properties: both, AdditionalProperties: jsonschema.FalseSchema}}}
		case reflect.TypeFor[readyFile]():
			both := jsonschema.NewProperties()
			both.Set("path", scalar)
			both.Set("timeout", scalar)
			return &jsonschema.Schema{OneOf: []*jsonschema.Schema{scalar, {Type: "object", Properties: both, AdditionalProperties: jsonschema.FalseSchema}}}
		}
		return nil
	}}
	s := r.Reflect(of)
	s.ID = jsonschema.ID("https://github.com/tidemark/tidemark/schemas/" + name + ".schema.json")
	s.Title = "Tidemark: " + name
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func TestSchemasTakeGoodFilesAndRefuseBadOnes(t *testing.T) {
	for name, files := range map[string]struct{ good, bad []string }{
		"scenario": {
			[]string{createOrderQuoted, good, "steps:\n  - get: /a\n    expect: {status: [200, 2xx], json: {$.a: {b: 1}}}\n    think: 1s\nload: {stages: [{users: 5, duration: 1m}]}\n"},
			[]string{"laod: {users: 5}\nrequest: {get: /a}\n", "load: {user: 5}\n", "load: 5\n", "request: {get: [a]}\n", "steps: {get: /a}\n"},
		},
		"suite": {[]string{"target: http://a\n", wholeService, "service: {start: ./a}\npolicy: {thresholds: [strict, always], inconclusive: fail, tolerance: 3%, tolerance_time: 2ms, max_time: 5m}\n", "target: {url: http://a, version: /v}\npolicy: {thresholds: strict}\n", "target: {url: http://a, version: {path: /v, json: $.a}}\n",
			"evidence: {otlp: auto, postgres: '${env.DATABASE_URL}'}\n", "control: GET /healthz\n", "control: {request: {get: /h, headers: {A: b}}, load: {rate: 20/s, duration: 5s}}\n"},
			[]string{"evidence: {oltp: auto}\n", "targets: a\n", "target: {version: {header: a}}\n", "service: ./a\n", "service: {starts: ./a}\n", "service: {start: ./a, ready: {paths: /a}}\n", "service: {start: ./a, env: [A]}\n", "control: [a]\n", "control: {get: /h}\n"}},
		"thresholds": {[]string{`{"$schema": "x", "default": {"p95": "300ms", "errors": "0.1%"}, "scenarios": {"POST /orders": {"p99": "800ms"}}}`}, []string{`{"defaults": {}}`, `{"default": {"p95": {}}}`, `{"scenarios": {"a": "1ms"}}`}},
	} {
		published, err := os.ReadFile(filepath.Join(schemaFolder, name+".schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		document, err := validator.UnmarshalJSON(bytes.NewReader(published))
		if err != nil {
			t.Fatal(err)
		}
		c := validator.NewCompiler()
		if err := c.AddResource("s.json", document); err != nil {
			t.Fatal(err)
		}
		schema, err := c.Compile("s.json")
		if err != nil {
			t.Fatal(err)
		}
		check := func(text string) error {
			asJSON, err := yaml.YAMLToJSON([]byte(text))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			v, err := validator.UnmarshalJSON(bytes.NewReader(asJSON))
			if err != nil {
				t.Fatal(err)
			}
			return schema.Validate(v)
		}
		for _, text := range files.good {
			if err := check(text); err != nil {
				t.Errorf("%s refuses a good file: %v\n%s", name, err, text)
			}
		}
		for _, text := range files.bad {
			if check(text) == nil {
				t.Errorf("%s takes a bad file:\n%s", name, text)
			}
		}
	}
}

// createOrderQuoted is the design's scenario as plain YAML reads it, with its one expression that is none in quotes.
var createOrderQuoted = strings.NewReplacer("line_items: ${", "line_items: '${", "})}", "})}'").Replace(createOrder)
