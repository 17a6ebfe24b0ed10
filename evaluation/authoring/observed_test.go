//go:build unix

package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// Of four requests three ask for a and one for b; of the others one and three: any set of values differs by a half at most.
func TestDistance(t *testing.T) {
	one, other := []string{"a", "a", "a", "b"}, []string{"a", "b", "b", "b"}
	if d := distance(distributionOf(one), distributionOf(other)); d != 0.5 {
		t.Error(d)
	}
	if d := distance(distributionOf(one), distributionOf(one)); d != 0 {
		t.Error(d)
	}
	if d := distance(distributionOf(one), distributionOf(nil)); d != 1 {
		t.Error(d)
	}
	// Two heaps of 1,000 that are all alike are never apart; of heads and tails, 1,000 of each, their shares differ by more than 0.022*1.96 once in twenty.
	same, coins := make([]string, 1000), make([]string, 1000)
	for i := range coins {
		coins[i] = []string{"head", "tail"}[i%2]
	}
	if d := chance(same, same); d != 0 {
		t.Error(d)
	}
	if d := chance(coins, coins); math.Abs(d-0.0438) > 0.008 {
		t.Error(d)
	}
}

func TestObserve(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	const log = `127.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /api/v1/users/7/orders?page=2&q=a%20b HTTP/1.1" 200 9 "-" "x" 0.001
127.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /api/v1/users/8/orders HTTP/1.1" 200 9 "-" "x" 0.001
127.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "POST /api/v1/orders HTTP/1.1" 201 9 "-" "x" 0.001
`
	if err := os.WriteFile(file, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := observe(file)
	if err != nil {
		t.Fatal(err)
	}
	orders := o.by["GET /api/v1/users/{id}/orders"]
	if o.requests != 3 || orders == nil || orders.count != 2 || len(orders.values["{id}"]) != 2 || orders.values["{id}"][1] != "8" || orders.values["q"][0] != "a b" || orders.values["which parameters"][0] != "page&q" {
		t.Errorf("%+v", o.by)
	}
	if s := o.share("POST /api/v1/orders"); math.Abs(s-1./3) > 1e-9 || o.share("GET /nothing") != 0 {
		t.Error(s)
	}
}
