package shop_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

// checksum is that of every product in a list, and of some of all else.
func (c *client) checksum() string {
	c.t.Helper()
	var paths []string
	for page := 1; page <= 10; page++ {
		paths = append(paths, fmt.Sprintf("/api/v1/products?per_page=200&page=%d", page))
	}
	for id := 1; id <= 2000; id += 9 {
		paths = append(paths, fmt.Sprintf("/api/v1/products/%d", id))
	}
	for user := 1; user <= 200; user += 9 {
		paths = append(paths, fmt.Sprintf("/api/v1/users/%d/orders", user))
	}
	paths = append(paths, "/api/v1/search?q=oak&per_page=200")
	sum := sha256.New()
	for _, path := range paths {
		sum.Write(c.get(path).is(200).body)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func TestSeedIsTheSameEveryTime(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	first := start(t, shop.Config{}).checksum()
	t.Run("SQLite", func(t *testing.T) {
		if again := start(t, shop.Config{}).checksum(); again != first {
			t.Errorf("checksum %s, the first time %s", again, first)
		}
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		needPostgres(t)
		if other := start(t, shop.Config{Database: createPostgres(t, "")}).checksum(); other != first {
			t.Errorf("checksum %s, of SQLite %s", other, first)
		}
	})
}

func TestDataOutliveTheShop(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		first := start(t, shop.Config{Database: database})
		placed := as[order](first.buy(1, 7).is(201))
		check(t, first.Close())
		second := start(t, shop.Config{Database: database})
		if orders := second.history(1); len(orders) != 6 || orders[0].ID != placed.ID {
			t.Errorf("%d orders, want 6 with %s", len(orders), placed.ID)
		}
		if got := as[products](second.get("/api/v1/products")).Total; got != 2000 {
			t.Errorf("%d products: seeded twice?", got)
		}
	})
}

func TestTemporaryDatabaseIsRemoved(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	c := start(t, shop.Config{})
	if found, err := filepath.Glob(filepath.Join(temp, "shop-*", "shop.db")); err != nil || len(found) != 1 {
		t.Errorf("the database is %q, %v", found, err)
	}
	check(t, c.Close())
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if s, err := shop.Start(t.Context(), shop.Config{Listen: "nowhere.invalid:0"}); err == nil {
		check(t, s.Close())
		t.Error("a shop starts at an address that does not exist")
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left behind by a shop that did not start: %v, %v", left, err)
	}
}
