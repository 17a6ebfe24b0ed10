package shop

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func start(t *testing.T, faults ...string) *Server {
	t.Helper()
	s, err := Start(t.Context(), Config{Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fetch(t *testing.T, method, url, body string, status int) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		t.Fatalf("%s %s: %d %s %v, want %d", method, url, answer.StatusCode, text, err, status)
	}
	return string(text)
}

func TestEndpoints(t *testing.T) {
	s := start(t, SlowDependency)
	var page struct{ Data []product }
	if err := json.Unmarshal([]byte(fetch(t, "GET", s.URL+"/api/v1/products?page=2&category=category-07", "", 200)), &page); err != nil || len(page.Data) == 0 || len(page.Data) > perPage || page.Data[0].Category != "category-07" {
		t.Errorf("products: %v, %+v", err, page)
	}
	if got := fetch(t, "GET", s.URL+"/api/v1/products/7", "", 200); !strings.Contains(got, `"variants":["Size`) {
		t.Errorf("product: %s", got)
	}
	if got := fetch(t, "POST", s.URL+"/api/v1/orders", `{"user_id": 3, "line_items": [{"product_id": 4, "quantity": 2}]}`, 201); !strings.Contains(got, `"id":`) {
		t.Errorf("order: %s", got)
	}
	fetch(t, "GET", s.URL+"/api/v1/products/9999", "", 404)
	fetch(t, "GET", s.URL+"/api/v1/products?page=x", "", 400)
	fetch(t, "POST", s.URL+"/api/v1/orders", `{`, 400)
	fetch(t, "POST", s.URL+"/api/v1/orders", `{"user_id": 3}`, 422)
	fetch(t, "POST", s.URL+"/api/v1/orders", `{"user_id": 3, "line_items": [{"product_id": 99999, "quantity": 1}]}`, 409)
}

func TestFaultChangesNoAnswer(t *testing.T) {
	healthy, faulty := start(t), start(t, NPlusOne)
	path := "/api/v1/users/60/orders"
	if a, b := fetch(t, "GET", healthy.URL+path, "", 200), fetch(t, "GET", faulty.URL+path, "", 200); a != b || len(a) < 1000 {
		t.Errorf("%d and %d bytes", len(a), len(b))
	}
	if _, err := Start(t.Context(), Config{Faults: []string{"nonsense"}}); err == nil {
		t.Error("an unknown fault starts")
	}
}

func TestOrdersAreSkewed(t *testing.T) {
	sum := 0
	for user := 1; user <= seedUsers; user++ {
		sum += ordersOf(user)
	}
	if mean := sum / seedUsers; ordersOf(1) != 5 || ordersOf(seedUsers) != 200 || mean < 40 || mean > 60 {
		t.Errorf("from %d to %d, %d on average", ordersOf(1), ordersOf(seedUsers), mean)
	}
}
