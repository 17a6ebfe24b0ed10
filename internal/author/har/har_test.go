package har_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/internal/author/authortest"
	"github.com/tidemark/tidemark/internal/author/har"
	"github.com/tidemark/tidemark/internal/suite"
)

// An exchange is one entry of a capture, as a test writes it.
type exchange struct {
	at               float64 // seconds
	method, url      string
	headers          []string // name: value
	body, bodyType   string
	status           int
	answer, kind, ct string
	setCookie        string
}

func capture(t *testing.T, exchanges ...exchange) []byte {
	t.Helper()
	var entries []any
	pairs := func(all []string) (fields []map[string]string) {
		for _, h := range all {
			name, value, _ := strings.Cut(h, ": ")
			fields = append(fields, map[string]string{"name": name, "value": value})
		}
		return fields
	}
	begin := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, x := range exchanges {
		if x.status == 0 {
			x.status = 200
		}
		if x.ct == "" {
			x.ct = "application/json"
		}
		request := map[string]any{"method": x.method, "url": x.url, "headers": pairs(x.headers)}
		if x.body != "" {
			request["postData"] = map[string]any{"mimeType": or(x.bodyType, "application/json"), "text": x.body}
		}
		response := map[string]any{"status": x.status, "headers": []any{}, "content": map[string]any{"mimeType": x.ct, "text": x.answer}}
		if x.setCookie != "" {
			response["headers"] = pairs([]string{"Set-Cookie: " + x.setCookie})
		}
		entries = append(entries, map[string]any{"startedDateTime": begin.Add(time.Duration(x.at * float64(time.Second))), "time": 100, "_resourceType": x.kind, "request": request, "response": response})
	}
	content, err := json.MarshalIndent(map[string]any{"log": map[string]any{"version": "1.2", "pages": []any{map[string]any{"title": "https://www.shop.example/"}}, "entries": entries}}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

const (
	token  = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	cookie = "5f4dcc3b5aa765d61d8327deb882cf99"
	csrf   = "csrf-value-123456789"
)

// visit is somebody who logs in, looks at a list and a product, and orders it.
func visit(t *testing.T) []byte {
	bearer := "authorization: Bearer " + token
	jar := "cookie: sid=" + cookie + "; theme=dark-side-of-it"
	return capture(t,
		exchange{at: 0, method: "GET", url: "https://www.shop.example/", kind: "document", ct: "text/html"},
		exchange{at: 0.1, method: "GET", url: "https://www.shop.example/app.js", kind: "script", ct: "text/javascript"},
		exchange{at: 0.2, method: "GET", url: "https://cdn.example.net/logo.svg", ct: "image/svg+xml"},
		exchange{at: 0.3, method: "POST", url: "https://www.google-analytics.com/g/collect", ct: "text/plain"},
		exchange{at: 0.4, method: "OPTIONS", url: "https://api.shop.example/v1/login"},
		exchange{at: 0.5, method: "GET", url: "https://partner.example.org/rates", kind: "fetch", answer: `{"eur": 1}`},
		exchange{at: 0.6, method: "GET", url: "wss://api.shop.example/live"},
		exchange{at: 1, method: "POST", url: "https://api.shop.example/v1/login", body: `{"email": "ada@customers.example", "password": "correct horse battery"}`, answer: `{"data": {"access": "` + token + `", "user": {"id": "9c5b94b1-35ad-49bb-b118-8e8fc24abf80", "csrf": "` + csrf + `"}}}`, setCookie: "sid=" + cookie + "; HttpOnly"},
		exchange{at: 2, method: "GET", url: "https://api.shop.example/v1/products?page=1&per_page=20&q=oak+table", headers: []string{bearer, jar, "X-Tenant: eu", "Accept: */*", "X-Request-Id: r1"}, answer: `{"data": [{"id": 17, "name": "Table", "slug": "oak-table"}, {"id": 18, "name": "Chair", "slug": "oak-chair"}], "total": 412}`},
		exchange{at: 5.6, method: "GET", url: "https://api.shop.example/v1/products/18", headers: []string{bearer, jar, "X-Tenant: eu", "X-Request-Id: r2"}, answer: `{"id": 18, "name": "Chair", "variants": [{"sku": "CH-1-BLACK"}]}`},
		exchange{at: 5.61, method: "GET", url: "https://api.shop.example/v1/products/18", headers: []string{bearer, jar, "X-Tenant: eu"}, answer: `{"id": 18, "name": "Chair", "variants": [{"sku": "CH-1-BLACK"}]}`},
		exchange{at: 5.9, method: "GET", url: "https://api.shop.example/v1/categories/oak-chair/reviews", headers: []string{bearer, "X-Tenant: eu"}, answer: `{"data": []}`},
		exchange{at: 9, method: "POST", url: "https://api.shop.example/v1/orders?access_token=" + token, headers: []string{bearer, jar, "X-Tenant: eu", "X-CSRF-Token: " + csrf},
			body: `{"user_id": "9c5b94b1-35ad-49bb-b118-8e8fc24abf80", "items": [{"product_id": 18, "sku": "CH-1-BLACK", "quantity": 2}], "card_number": "4111111111111111", "contact": "ada@customers.example"}`, status: 201, answer: `{"id": "01JDHS8MZ7X1V1Y8J2Q0A3B4C5"}`},
		exchange{at: 9.2, method: "GET", url: "https://api.shop.example/v1/users/9c5b94b1-35ad-49bb-b118-8e8fc24abf80/orders", headers: []string{bearer, jar, "X-Tenant: eu"}, answer: `{"data": [{"id": "01JDHS8MZ7X1V1Y8J2Q0A3B4C5"}]}`},
		exchange{at: 9.4, method: "GET", url: "https://api.shop.example/v1/orders/01JDHS8MZ7X1V1Y8J2Q0A3B4C5", headers: []string{bearer, jar, "X-Tenant: eu"}, answer: `{"id": "01JDHS8MZ7X1V1Y8J2Q0A3B4C5"}`},
		exchange{at: 9.5, method: "GET", url: "https://api.shop.example/v1/broken", status: 500},
	)
}

func written(t *testing.T, content []byte) (files map[string]string, choices string) {
	t.Helper()
	known, err := har.Read(content)
	if err != nil {
		t.Fatal(err)
	}
	dir, files, choices := authortest.Write(t, 8, known)
	if _, err := suite.Read(dir); err != nil {
		for _, f := range files {
			t.Log(f)
		}
		t.Fatal(err)
	}
	return files, choices
}

func TestACaptureBecomesASuite(t *testing.T) {
	files, choices := written(t, visit(t))
	has(t, choices, "capture: 8 calls of api.shop.example", "1 of analytics", "1 of other hosts (partner.example.org)", "1 of other kinds", "1 preflights", "3 static files", "1 failed or blocked")
	flow := files["scenarios/captured-flow.yml"]
	has(t, flow,
		"login:\n    request:\n      post: /v1/login\n", `email: "${env.API_USER}"`, `password: "${env.PASSWORD}"`, `token: "$.data.access"`, `user_id: "$.data.user.id"`, "user_id: ${user_id}", "get: /v1/users/${user_id}/orders", "X-CSRF-Token: ${x_csrf_token}", "bearer: ${token}",
		"get: /v1/products?page=1&per_page=20&q=oak+table", `save:`, `product_id: "$.data[1].id"`, `category_id: "$.data[1].slug"`,
		"get: /v1/products/${product_id}", `sku: "$.variants[0].sku"`,
		"get: /v1/categories/${", "sku: ${sku}", "product_id: ${product_id}", "quantity: ${weighted([1, 2, 3], [70, 20, 10])}",
		"access_token=${token}", `card_number: "${env.CARD_NUMBER}"`, "contact: bench-${hex(8)}@example.com",
		`save: {order_id: "$.id"}`, "get: /v1/orders/${order_id}", "think: 3.5s", "X-Tenant: eu", "status: 201")
	if strings.Count(flow, "- name: GET /products/:id") != 1 {
		t.Error("the same request twice in a row is polling, and one step")
	}
	has(t, files["scenarios/product-detail.yml"], "  - get: /v1/products?q=oak+table&per_page=100\n    headers:\n      X-Tenant: eu\n", `save: {product_ids: "$.data[*].id"}`, "get: /v1/products/${pick(product_ids)}")
	has(t, files["scenarios/products-list.yml"], "page=${int(1, 21)}&per_page=20", "412 products")
	for name := range files {
		if strings.Contains(name, "login") {
			t.Error("a login is how to get in, and no scenario")
		}
	}
}

// No file of the suite has a secret or what is somebody's own, in any form.
func TestSecretsStayOut(t *testing.T) {
	files, choices := written(t, visit(t))
	files["choices"] = choices
	for name, content := range files {
		for _, secret := range []string{token, cookie, csrf, "correct horse", "correct+horse", "4111111111111111", "ada@", "ada%40", "dark-side"} {
			if strings.Contains(content, secret) {
				t.Errorf("%s has %q:\n%s", name, secret, content)
			}
		}
		if strings.Contains(strings.ToLower(content), "request-id") {
			t.Errorf("%s has a header that differs from call to call", name)
		}
	}
}

func TestCookiesAndKeys(t *testing.T) {
	files, _ := written(t, capture(t,
		exchange{method: "GET", url: "https://shop.example/api/cart", headers: []string{"Cookie: session=0123456789abcdef"}, answer: `{"id": 1}`},
		exchange{method: "POST", url: "https://shop.example/api/cart", headers: []string{"Cookie: session=0123456789abcdef"}, body: "a=b&c=%20d", bodyType: "application/x-www-form-urlencoded", answer: `{"id": 1}`}))
	has(t, files["scenarios/cart.yml"], "header: {name: Cookie, value: ${env.SESSION_COOKIE}}")
	found := false
	for _, content := range files {
		found = found || strings.Contains(content, "body: \"a=b&c=+d\"") && strings.Contains(content, "application/x-www-form-urlencoded")
	}
	if !found {
		t.Error("the form is not sent as one")
	}
	files, _ = written(t, capture(t, exchange{method: "GET", url: "https://shop.example/api/cart", headers: []string{"X-Api-Key: k-0123456789"}, answer: `{"id": 1}`}))
	has(t, files["scenarios/cart.yml"], "header: {name: X-Api-Key, value: ${env.API_KEY}}")
}

func TestWhatIsNoCapture(t *testing.T) {
	good := string(visit(t))
	for name, c := range map[string]struct{ content, want string }{
		"empty":        {"", "is empty"},
		"text":         {"GET /a", "begins with no {"},
		"gzip":         {"\x1f\x8b\x08", "is compressed"},
		"UTF-16":       {"\xff\xfe{\x00", "save it as UTF-8"},
		"OpenAPI":      {`{"openapi": "3.0.0"}`, "has no log.entries"},
		"no entries":   {`{"log": {}}`, "has no log.entries"},
		"truncated":    {good[:len(good)/2], "the capture ends too early, after "},
		"entries":      {`{"log": {"entries": {}}}`, "line 1: entries is no list"},
		"broken":       {"{\"log\": {\"entries\": [\n{]", "line 2: entry 1: "},
		"a number":     {"{\"log\": {\"entries\": [\n{\"request\": {\"method\": 1}}]}}", "entry 1: "},
		"nothing left": {`{"log": {"entries": [{"request": {"method": "GET", "url": "https://a.example/x.png"}, "response": {"status": 200}}]}}`, "has no calls of an API; left out: 1 static"},
	} {
		if _, err := har.Read([]byte(c.content)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
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

func FuzzRead(f *testing.F) {
	f.Add(`{"log": {"entries": [{"startedDateTime": "2026-11-24T09:00:00Z", "request": {"method": "GET", "url": "https://a.example/b/${c}/17?d=${e}"}, "response": {"status": 200, "content": {"mimeType": "application/json", "text": "[{\"id\": 17}]"}}}]}}`)
	f.Add(`{"log": {"entries": [{"request": {"method": "POST", "url": "http://a/b", "postData": {"text": "{\"a\": [[]], \"id\": 5}"}}, "response": {"status": 201, "content": {"mimeType": "json", "text": "{\"id\": 5}"}}}, {"request": {"method": "PUT", "url": "http://a/b/5"}, "response": {"status": 204}}]}}`)
	f.Fuzz(func(t *testing.T, content string) {
		known, err := har.Read([]byte(content))
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		dir, files, _ := authortest.Write(t, 8, known)
		if _, err := suite.Read(dir); err != nil {
			t.Error(err, fmt.Sprint(files))
		}
	})
}
