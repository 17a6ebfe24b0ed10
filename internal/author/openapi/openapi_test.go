package openapi_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/internal/author/authortest"
	"github.com/tidemark/tidemark/internal/author/openapi"
	"github.com/tidemark/tidemark/internal/suite"
)

// written is what a document becomes; it passes check.
func written(t *testing.T, top int, document string) (files map[string]string, choices string) {
	t.Helper()
	known, err := openapi.Read([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	dir, files, choices := authortest.Write(t, top, known)
	if _, err := suite.Read(dir); err != nil {
		t.Fatal(err)
	}
	return files, choices
}

func names(files map[string]string) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name, found := strings.CutPrefix(name, "scenarios/"); found {
			all = append(all, name)
		}
	}
	return all
}

const catalogue = `
openapi: 3.1.0
info: {title: Catalogue, version: "1"}
servers: [{url: "https://{region}.example.com/shop/v2", variables: {region: {default: eu}}}]
security: [{key: []}]
paths:
  /products:
    get:
      summary: All products
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 0}}
        - {name: limit, in: query, schema: {type: integer, maximum: 50, default: 25}}
        - {name: sort, in: query, schema: {type: string}}
        - {name: currency, in: query, required: true, schema: {type: string, enum: [EUR, USD]}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string, example: acme}}
      responses: {"200": {$ref: "#/components/responses/Products"}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Product"}}}}
      responses: {"201": {content: {application/json: {schema: {$ref: "#/components/schemas/Product"}}}}}
  /products/{code}:
    parameters: [{name: code, in: path, required: true, schema: {type: string}}]
    get:
      security: []
      responses: {"200": {content: {application/json: {schema: {$ref: "#/components/schemas/Product"}}}}}
    delete: {responses: {"204": {description: gone}}}
  /healthz: {get: {responses: {"200": {description: fine}}}}
  /old: {get: {deprecated: true, responses: {"200": {description: fine}}}}
  /uploads: {post: {requestBody: {content: {multipart/form-data: {}}}, responses: {"200": {description: fine}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Api-Key}
  responses:
    Products:
      content:
        application/json:
          schema: {type: object, properties: {total: {type: integer}, products: {type: array, items: {$ref: "#/components/schemas/Product"}}}}
  schemas:
    Base: {type: object, required: [name], properties: {id: {type: string, readOnly: true}, name: {type: string, minLength: 3, maxLength: 40}}}
    Product:
      allOf:
        - $ref: "#/components/schemas/Base"
        - type: object
          required: [code, price, stock, launch, colour, parts, supplier_id, mail]
          properties:
            code: {type: string, pattern: "^[A-Z]{3}-[0-9]{4}$"}
            price: {type: number, minimum: 1, exclusiveMaximum: 100}
            stock: {type: [integer, "null"], minimum: 5, maximum: 9}
            launch: {type: string, format: date}
            colour: {type: string, enum: [red, green]}
            parts: {type: array, minItems: 2, maxItems: 4, items: {$ref: "#/components/schemas/Part"}}
            supplier_id: {type: integer}
            mail: {type: string, format: email}
            note: {type: string}
    Part: {type: object, required: [size, parent], properties: {size: {const: 7}, parent: {$ref: "#/components/schemas/Part"}}}
`

func TestADocumentBecomesASuite(t *testing.T) {
	files, choices := written(t, 8, catalogue)
	if diff := cmp.Diff([]string{"create-product.yml", "product-detail.yml", "products-list.yml"}, names(files)); diff != "" {
		t.Error(diff)
	}
	// Page numbers begin with 0, a page has 25; what is required has a value, what is optional is left out.
	has(t, files["scenarios/products-list.yml"],
		"# All products\n",
		`get: /shop/v2/products?currency=${pick(["EUR", "USD"])}&page=${int(0, 4)}&limit=25`,
		"auth:\n  header: {name: X-Api-Key, value: ${env.API_KEY}}\n",
		"headers:\n    X-Tenant: acme\n", "status: 200")
	// Ids come from the list, asked for with as many as it gives; the detail itself needs no key, but the list does.
	has(t, files["scenarios/product-detail.yml"],
		`  - get: /shop/v2/products?currency=${pick(["EUR", "USD"])}&limit=50`, `save: {product_ids: "$.products[*].code"}`,
		"get: /shop/v2/products/${pick(product_ids)}", "X-Api-Key")
	has(t, files["scenarios/create-product.yml"],
		"name: Benchmark ${hex(8)}", "code: ${pick([\"", "price: ${int(1, 99)}", "stock: ${int(5, 9)}", `launch: ${now().Format("2006-01-02")}`, `colour: ${pick(["red", "green"])}`,
		"parts: ${repeat(int(2, 4), {size: 7, parent: ", "supplier_id: ${int(1, 100)}", "mail: bench-${hex(8)}@example.com", "status: 201", `json: {"$.id": exists}`)
	for _, absent := range []string{"note:", " id:", "sort"} {
		if strings.Contains(files["scenarios/create-product.yml"]+files["scenarios/products-list.yml"], absent) {
			t.Errorf("%s should not be there", absent)
		}
	}
	has(t, choices, "3 of 7 endpoints chosen", "1 deprecated", "1 take uploads", "1 that no user waits for", "1 that take away what the others need")
}

const swagger = `{
  "swagger": "2.0", "basePath": "/v1", "securityDefinitions": {"oauth": {"type": "oauth2"}, "login": {"type": "basic"}},
  "security": [{"login": []}],
  "paths": {
    "/teams/{teamId}/members": {"get": {"parameters": [{"name": "teamId", "in": "path", "required": true, "type": "integer"}, {"name": "offset", "in": "query", "type": "integer"}, {"name": "limit", "in": "query", "type": "integer"}],
      "responses": {"200": {"schema": {"type": "array", "items": {"$ref": "#/definitions/Member"}}}}}},
    "/teams/{teamId}/members/{memberId}": {"get": {"parameters": [{"name": "teamId", "in": "path", "required": true, "type": "integer"}, {"name": "memberId", "in": "path", "required": true, "type": "integer"}],
      "responses": {"200": {"description": "one"}}}},
    "/teams": {"get": {"security": [{"oauth": []}], "responses": {"200": {"schema": {"type": "array", "items": {"$ref": "#/definitions/Team"}}}}},
      "post": {"consumes": ["application/x-www-form-urlencoded"], "parameters": [{"name": "title", "in": "formData", "required": true, "type": "string"}, {"name": "a[b]", "in": "formData", "required": true, "type": "integer", "minimum": 3, "maximum": 3}], "responses": {"200": {"description": "made"}, "202": {"description": "later"}}}}
  },
  "definitions": {"Team": {"properties": {"teamId": {"type": "integer"}}}, "Member": {"properties": {"id": {"type": "integer"}}}}
}`

func TestSwagger2(t *testing.T) {
	files, _ := written(t, 8, swagger)
	// A member belongs to a team: both are taken from the same one.
	has(t, files["scenarios/team-member-detail.yml"],
		`  - get: /v1/teams`, `save: {team_id: "$[0].teamId"}`,
		`  - get: /v1/teams/${team_id}/members?limit=100`, `save: {member_ids: "$[*].id"}`,
		"get: /v1/teams/${team_id}/members/${pick(member_ids)}", "basic: {user: ${env.API_USER}, password: ${env.API_PASSWORD}}")
	has(t, files["scenarios/team-members.yml"], "get: /v1/teams/${pick(team_ids)}/members?offset=${20 * int(0, 4)}&limit=20")
	has(t, files["scenarios/teams-list.yml"], "bearer: ${env.API_TOKEN}")
	has(t, files["scenarios/create-team.yml"], "Content-Type: application/x-www-form-urlencoded", `body: "title=Benchmark+${hex(8)}&a%5Bb%5D=${int(3, 3)}"`, "status: 2xx")
}

// What the document links becomes a flow.
func TestLinksBecomeFlows(t *testing.T) {
	files, _ := written(t, 8, `
openapi: 3.0.3
paths:
  /carts:
    post:
      requestBody: {content: {application/json: {example: {customer_email: ada@shop.example, password: hunter22}}}}
      responses:
        "201":
          content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {id: {type: string}}}}}}}
          links: {read: {operationId: readCart, parameters: {cartId: "$response.body#/data/id"}}}
  /carts/{cartId}:
    get:
      operationId: readCart
      parameters: [{name: cartId, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: it}}
`)
	has(t, files["scenarios/create-cart-then-cart-detail.yml"], "- name: POST /carts\n    post: /carts\n", `save: {cart_id: "$.data.id"}`, "get: /carts/${cart_id}", "customer_email: bench-${hex(8)}@example.com", `password: "${env.PASSWORD}"`)
	for name, content := range files {
		if strings.Contains(content, "hunter22") || strings.Contains(content, "ada@") {
			t.Errorf("%s has what the example had:\n%s", name, content)
		}
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"empty":            {" ", "is empty"},
		"binary":           {"a\x00b", "is a binary file"},
		"text":             {"hello", "is no OpenAPI document: it is no object"},
		"truncated":        {`{"openapi": "3.0.0",` + "\n" + `"paths": {"/a": {"get"`, "line 2: the document ends too early"},
		"broken JSON":      {"{\n\"openapi\": \"3.0.0\",\n\"paths\": {]}\n", "line 3: "},
		"broken YAML":      {"openapi: 3.0.0\npaths:\n  /a: [\n", "line "},
		"tabs":             {"openapi: 3.0.0\npaths:\n\t/a: {}\n", "line 3"},
		"another":          {"a: 1", "neither `openapi: 3.x` nor"},
		"version":          {"openapi: 4.0.0\npaths: {}", "line 1: version 4.0.0"},
		"HAR":              {`{"log": {"entries": []}}`, "pass it with --har"},
		"Postman":          {`{"info": {"_postman_id": "x"}}`, "Postman collection"},
		"AsyncAPI":         {"asyncapi: 3.0.0", "AsyncAPI"},
		"HTML":             {"<html>", "HTML"},
		"no paths":         {"openapi: 3.0.0", "has no paths"},
		"empty paths":      {"openapi: 3.0.0\npaths: {}", "line 2: paths has no operations"},
		"paths is a list":  {"openapi: 3.0.0\npaths: []", "line 2: paths is no object"},
		"loop to the path": {"openapi: 3.0.0\npaths: {/a: {$ref: '#/paths/~1a'}}", "no operations"},
	} {
		if _, err := openapi.Read([]byte(c.content)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// Loops, references to elsewhere and to nothing, and aliases that would fill any memory: read all the same, and told.
func TestOddDocuments(t *testing.T) {
	_, choices := written(t, 8, `
openapi: 3.0.0
paths:
  /a: {get: {parameters: [{$ref: "#/components/parameters/one"}], responses: {"200": {$ref: "other.yaml#/x"}}}}
  /b: {post: {requestBody: {$ref: "http://169.254.169.254/latest"}, responses: {}}}
  /c: {post: {requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Loop"}}}}, responses: {"200": {$ref: "#/gone"}}}}
components:
  parameters: {one: {$ref: "#/components/parameters/two"}, two: {$ref: "#/components/parameters/one"}}
  schemas: {Loop: {allOf: [{$ref: "#/components/schemas/Loop"}], required: [next], properties: {next: {$ref: "#/components/schemas/Loop"}}}}
`)
	has(t, choices, "references to other documents are not followed: http://169.254.169.254/latest, other.yaml#/x", "not in the document: #/gone (line 6)", "only lead to each other: 1")
	laughs := "openapi: 3.0.0\nx0: &x0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
	for i := range 12 {
		a, b := string(rune('0'+i%10))+strings.Repeat("a", i), string(rune('0'+(i+1)%10))+strings.Repeat("a", i+1)
		laughs += "x" + b + ": &x" + b + " [" + strings.TrimSuffix(strings.Repeat("*x"+a+", ", 9), ", ") + "]\n"
	}
	laughs += "paths: {/a: {post: {requestBody: {content: {application/json: {example: {all: *x2" + strings.Repeat("a", 12) + "}}}}, responses: {}}}}\n"
	begin := time.Now()
	if files, _ := written(t, 8, laughs); len(files["scenarios/a.yml"]) == 0 && time.Since(begin) > 20*time.Second {
		t.Error("the laughs took too long")
	}
}

// The shop's own document gives a suite like the one that the shop brings along.
func TestTheShopsDocument(t *testing.T) {
	document, err := os.ReadFile(filepath.FromSlash("../../../examples/shop/openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	files, _ := written(t, 8, string(document))
	if diff := cmp.Diff([]string{"create-order.yml", "product-detail.yml", "products-list.yml", "search.yml", "user-orders.yml"}, names(files)); diff != "" {
		t.Error(diff)
	}
	has(t, files["scenarios/create-order.yml"], `save: {product_ids: "$.data[*].id"}`, "line_items: ${repeat(3, {product_id: pick(product_ids), quantity: weighted([1, 2, 3], [70, 20, 10])})}", "bearer: ${env.API_TOKEN}")
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(catalogue))
	f.Add([]byte(swagger))
	f.Add([]byte("openapi: 3.0.0\npaths: {'/a/{b}{c}.json/${x}': {get: {parameters: [{name: b, in: path}], responses: {'200': {}}}}}\n"))
	f.Add([]byte("a: &a [*a]\nopenapi: 3.0.0\npaths: &p {<<: *p, /a: {post: {requestBody: {content: {application/json: {example: *a}}}, responses: {}}}}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		known, err := openapi.Read(content)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		dir, files, _ := authortest.Write(t, 8, known)
		if _, err := suite.Read(dir); err != nil {
			t.Errorf("%v\n%v", err, files)
		}
	})
}
