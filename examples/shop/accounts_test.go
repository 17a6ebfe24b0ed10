package shop_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

type grant struct {
	Token     string
	ExpiresAt time.Time `json:"expires_at"`
	UserID    int64     `json:"user_id"`
}

func (c *client) login(email string) grant {
	c.t.Helper()
	return as[grant](c.post("/api/v1/login", `{"email":"`+email+`","password":"tidemark"}`).is(200))
}

func TestLoginGivesATokenForTheUser(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		given := c.login("user7@shop.example")
		if given.UserID != 7 || !given.ExpiresAt.After(time.Now()) {
			t.Errorf("%+v", given)
		}
		orders := c.Ready.URL + "/api/v1/orders"
		c.send("GET", c.Ready.URL+"/api/v1/users/7/orders", given.Token, "").is(200)
		c.send("POST", orders, given.Token, `{"user_id":7,"line_items":[{"product_id":1,"quantity":1}]}`).is(201)
		c.send("GET", c.Ready.URL+"/api/v1/users/8/orders", given.Token, "").refuses(403)
		c.send("POST", orders, given.Token, `{"user_id":8,"line_items":[{"product_id":1,"quantity":1}]}`).refuses(403)
	})
}

func TestLoginRefuses(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		wrong := c.post("/api/v1/login", `{"email":"user7@shop.example","password":"wrong"}`).refuses(401)
		unknown := c.post("/api/v1/login", `{"email":"user201@shop.example","password":"tidemark"}`).refuses(401)
		if wrong.Detail != unknown.Detail {
			t.Errorf("%q and %q tell who is a customer", wrong.Detail, unknown.Detail)
		}
		c.post("/api/v1/login", `{"email":`).refuses(400)
		c.post("/api/v1/login", `{"email":"\u0000","password":"tidemark"}`).refuses(422)
	})
}

func TestTokensAreChecked(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	token := c.login("user7@shop.example").Token
	parts := strings.Split(token, ".")
	encode := base64.RawURLEncoding.EncodeToString
	for name, bad := range map[string]string{
		"none":        "",
		"words":       "let me in",
		"truncated":   token[:len(token)-4],
		"user 8":      parts[0] + "." + encode([]byte(`{"sub":8,"exp":4102444800}`)) + "." + parts[2],
		"unsigned":    encode([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"of another":  start(t, shop.Config{Database: freshSQLite(t)}).login("user7@shop.example").Token,
		"one too few": parts[0] + "." + parts[2],
	} {
		a := c.send("GET", c.Ready.URL+"/api/v1/users/8/orders", bad, "")
		a.refuses(401)
		if a.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: no WWW-Authenticate", name)
		}
	}
}

func TestTokensExpire(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t), TokenLifetime: -time.Second})
	p := c.send("GET", c.Ready.URL+"/api/v1/users/7/orders", c.login("user7@shop.example").Token, "").refuses(401)
	if !strings.Contains(p.Detail, "expired") {
		t.Errorf("%+v", p)
	}
}

func TestServiceTokenActsForEveryone(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t), Token: "chosen"})
	if c.Ready.Token != "chosen" {
		t.Errorf("the token is %q", c.Ready.Token)
	}
	for _, user := range []string{"1", "200"} {
		c.send("GET", c.Ready.URL+"/api/v1/users/"+user+"/orders", "chosen", "").is(200)
	}
	if other := start(t, shop.Config{Database: freshSQLite(t)}).Ready.Token; len(other) < 20 {
		t.Errorf("a random token is %q", other)
	}
}
