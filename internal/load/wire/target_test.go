package wire

import (
	"crypto/tls"
	"strings"
	"testing"
)

func TestFollow(t *testing.T) {
	plain, secure := Target{Host: "shop.example"}, Target{Host: "shop.example:8443", TLS: &tls.Config{}}
	for _, c := range []struct {
		target             Target
		path, location, to string // empty: it leads away
	}{
		{plain, "/a/b?c=d", "e", "/a/e"},
		{plain, "/a/b", "/x?y=z#f", "/x?y=z"},
		{plain, "/a/b", "?page=2", "/a/b?page=2"},
		{plain, "/a", "http://shop.example/x", "/x"},
		{plain, "/a", "http://SHOP.example:80", "/"},
		{plain, "/a", "//shop.example/x", "/x"},
		{plain, "/a", "https://shop.example/x", ""},
		{plain, "/a", "http://shop.example:81/x", ""},
		{plain, "/a", "http://elsewhere.example/x", ""},
		{plain, "/a", "mailto:shop.example", ""},
		{plain, "/a", ":", ""},
		{plain, "/a", "/x y?z=a b", "/x%20y?z=a%20b"},
		{secure, "/a", "https://shop.example:8443/x", "/x"},
		{secure, "/a", "//shop.example:8443/x", "/x"},
		{secure, "/a", "https://shop.example/x", ""},
		{secure, "/a", "http://shop.example:8443/x", ""},
	} {
		to, ok := c.target.Follow(c.path, c.location)
		if to != c.to || ok != (c.to != "") {
			t.Errorf("from %s to %s: %q, %t; want %q", c.path, c.location, to, ok, c.to)
		}
	}
}

// Whatever a server answers, the next request is one.
func FuzzFollow(f *testing.F) {
	f.Add("http://shop.example/a b?c d#e")
	f.Add("//shop.example")
	f.Fuzz(func(t *testing.T, location string) {
		to, ok := Target{Host: "shop.example"}.Follow("/a/b?c", location)
		if ok && (!strings.HasPrefix(to, "/") || strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r == 0x7f })) {
			t.Errorf("%q leads to %q", location, to)
		}
	})
}
