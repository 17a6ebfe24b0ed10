package author_test

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/authortest"
	"github.com/tidemark/tidemark/internal/author/brief"
	"github.com/tidemark/tidemark/internal/author/openapi"
	"github.com/tidemark/tidemark/internal/suite"
)

func TestScenarioIDs(t *testing.T) {
	for endpoint, want := range map[string]string{
		"GET /api/v1/products":                "products-list",
		"GET /api/v1/products/{id}":           "product-detail",
		"POST /api/v1/orders":                 "create-order",
		"GET /api/v1/users/{id}/orders":       "user-orders",
		"PUT /categories/{id}":                "replace-category",
		"PATCH /v2/users/{id}":                "update-user",
		"DELETE /v2/users/{id}":               "delete-user",
		"POST /orders/{id}/cancel":            "cancel-order",
		"POST /login":                         "login",
		"GET /search":                         "search",
		"GET /":                               "get-root",
		"GET /api":                            "api",
		"GET /me":                             "me",
		"POST /v1/customers/{customer}":       "update-customer",
		"GET /repos/{owner}/{repo}/issues":    "repo-issues",
		"GET /2010-04-01/Accounts/{Sid}.json": "account-detail",
		"GET /straße/{id}":                    "stra-e-detail",
	} {
		method, path, _ := strings.Cut(endpoint, " ")
		if got := author.ScenarioID(&author.Endpoint{Method: method, Path: path}); got != want {
			t.Errorf("%s: got %s, want %s", endpoint, got, want)
		}
	}
}

func TestNouns(t *testing.T) {
	for plural, singular := range map[string]string{"products": "product", "categories": "category", "boxes": "box", "addresses": "address", "statuses": "status", "people": "person", "matches": "match", "houses": "house", "keys": "key", "days": "day"} {
		if got := author.Singular(plural); got != singular {
			t.Errorf("%s: got %s, want %s", plural, got, singular)
		}
	}
	for _, noun := range []string{"status", "address", "news", "series", "analysis", "bus", "sms", "gas"} {
		if got := author.Singular(noun); got != noun && noun != "sms" {
			t.Errorf("%s became %s", noun, got)
		}
	}
}

func TestSecretsAreKnownByNameAndForm(t *testing.T) {
	for _, name := range []string{"password", "accessToken", "X-Api-Key", "api_key", "client_secret", "Authorization", "sessionId", "card_number", "csrf-token", "pin"} {
		if !author.SecretName(name) {
			t.Errorf("%s is a secret's name", name)
		}
	}
	for _, name := range []string{"id", "page_token", "token_count", "max_tokens", "keyword", "author", "passenger", "monkey", "key"} {
		if author.SecretName(name) {
			t.Errorf("%s is no secret's name", name)
		}
	}
	if !author.SecretValue("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.x") || author.SecretValue("oak table") {
		t.Error("a JSON Web Token is a secret, an oak table is none")
	}
}

// The document gives shapes and ids, the brief says what counts and how fast, seed data have the ids of real customers.
func TestSourcesTogether(t *testing.T) {
	wanted, err := brief.Read([]byte("GET /customers/:id/orders p95 120ms, 80 users\nPOST /orders (4-6 positions)\n\nAll endpoints: p99 < 700ms"))
	if err != nil {
		t.Fatal(err)
	}
	described, err := openapi.Read([]byte(`
openapi: 3.0.0
servers: [{url: /api/v3}]
security: [{basic: []}]
paths:
  /customers: {get: {responses: {"200": {content: {application/json: {schema: {type: array, items: {type: object, properties: {number: {type: string}}}}}}}}}}
  /customers/{customerId}/orders: {get: {parameters: [{name: customerId, in: path, required: true, schema: {type: integer}}, {name: expand, in: query, required: true, schema: {enum: [lines]}}], responses: {"200": {description: fine}}}}
  /articles: {get: {responses: {"200": {content: {application/json: {schema: {type: object, properties: {articles: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}}}}}}}
  /orders:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [customerId, positions]
              properties:
                customerId: {type: integer}
                positions: {type: array, items: {type: object, required: [articleId, quantity], properties: {articleId: {type: integer}, quantity: {type: integer, minimum: 1}}}}
      responses: {"202": {description: later}}
components: {securitySchemes: {basic: {type: http, scheme: basic}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	seeds := &author.Known{Source: "seed data", Tables: []author.Table{{Name: "customers", File: "customers.csv", Columns: []string{"id", "mail", "orders"}, Rows: [][]string{{"7", "a@b.example", "3"}, {"9", "c@d.example", "44"}}}}}
	dir, files, choices := authortest.Write(t, 8, wanted, described, seeds)
	plan, err := suite.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Scenarios) != 2 {
		t.Errorf("%d scenarios: the brief names two", len(plan.Scenarios))
	}
	has(t, files["scenarios/customer-orders.yml"], "get: /api/v3/customers/${customers.id}/orders?expand=lines", "users: 80", "size: ${customers.orders}", "basic: {user: ${env.API_USER}")
	has(t, files["scenarios/create-order.yml"], "customerId: ${customers.id}", "positions: ${repeat(int(4, 6), {articleId: pick(article_ids), quantity: ", `save: {article_ids: "$.articles[*].id"}`, "status: 202")
	has(t, files["data/customers.csv"], "id,orders\n7,3\n9,44\n")
	has(t, files["thresholds.json"], `"default": {"p99": "700ms", "errors": "0.1%"}`, `"customer-orders": {"p95": "120ms"}`)
	has(t, choices, "ids of customers: from customers.csv")
	for name, content := range files {
		if strings.Contains(content, "b.example") {
			t.Errorf("%s has a customer's address", name)
		}
	}
}

// The last thing before writing: a secret of a source that would get into a file is a mistake, and nothing is written.
func TestASecretStopsTheWriting(t *testing.T) {
	k := &author.Known{Source: author.HAR, Secrets: []string{"s3cr3t&value"}, Endpoints: []author.Endpoint{{Method: "GET", Path: "/a", Chosen: true, Params: []author.Param{{Name: "q", In: "query", Value: author.Literal{V: "s3cr3t&value"}}}}}}
	s, err := author.Compose(k, author.Options{Top: 8})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Files(); err == nil || !strings.Contains(err.Error(), "scenarios/a.yml would hold a secret") {
		t.Errorf("got %v", err)
	}
}

// What texts may hold, YAML and templates keep: the plan has it as it was.
func TestOddTextsComeThrough(t *testing.T) {
	odd := []string{"a: b", "# no comment", "- x", "'", `"`, `\`, "${env.X}", "$${y}", "$", "true", "null", "~", "", " ", "1", "1e3", "0x1F", "2026-11-24", "a\nb", "\t", "ä€😀", "{", "}", "[", "@", "`", "%", "*x", "&x", "!x", "|", ">", "a #b", "yes", ":", "a:", "=", "<<", "exists"}
	o := author.Object{}
	for i, text := range odd {
		o = append(o, author.Field{Name: "m" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Value: author.Literal{V: text}}, author.Field{Name: text + "k", Value: author.Literal{V: 1.0}})
	}
	k := &author.Known{Source: author.OpenAPI, Endpoints: []author.Endpoint{{Method: "POST", Path: "/a", Chosen: true, Described: true, Body: &author.Body{Value: o}}}}
	dir, files, _ := authortest.Write(t, 8, k)
	plan, err := suite.Read(dir)
	if err != nil {
		t.Fatalf("%v\n%s", err, files["scenarios/a.yml"])
	}
	if len(plan.Env) > 0 {
		t.Errorf("a text became an expression: %v", plan.Env)
	}
	body := plan.Scenarios[0].Steps[0].Request.Body
	for _, text := range []string{`"a: b"`, `"# no comment"`, `"$${env.X}"`, `"true"`, `"1e3"`, `"2026-11-24"`, `"a\nb"`, `"ä€😀"`, `"exists"`, `"~"`, `""`} {
		if !strings.Contains(body, ":"+text) {
			t.Errorf("%s is not in %s", text, body)
		}
	}
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}
