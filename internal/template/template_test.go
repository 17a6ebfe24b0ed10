package template

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

func scope() *Scope {
	s := NewScope(rand.New(rand.NewPCG(1, 2)))
	s.Set("env", map[string]any{"TOKEN": "s3cret"})
	s.Set("users", map[string]any{"id": float64(7), "name": `a "b"/c?d&e`})
	s.Set("product_ids", []any{float64(1), float64(2), float64(3)})
	return s
}

var names = Names{"users": {"id", "name"}, "product_ids": nil}

func render(t testing.TB, source string, f Format) string {
	t.Helper()
	text, err := Compile(source, f, names)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	b, err := text.Render(nil, scope())
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return string(b)
}

func TestRenderEscapesByPlace(t *testing.T) {
	for _, c := range []struct {
		source string
		format Format
		want   string
	}{
		{"/users/${users.id}/orders", Path, "/users/7/orders"},
		{"/u/${users.name}?q=${users.name}", Path, `/u/a%20%22b%22%2Fc%3Fd&e?q=a+%22b%22%2Fc%3Fd%26e`},
		{"Bearer ${env.TOKEN}", Header, "Bearer s3cret"},
		{`{"id":${users.id},"name":"<${users.name}>","all":${product_ids}}`, JSON, `{"id":7,"name":"<a \"b\"/c?d\u0026e>","all":[1,2,3]}`},
		{`{"name":${users.name}}`, JSON, `{"name":"a \"b\"/c?d\u0026e"}`},
		{`{"a\"${users.id}":1}`, JSON, `{"a\"7":1}`},
		{"$${users.id} ${users.id + 1}", Plain, "${users.id} 8"},
		{"${ {\"a\": '}'}.a }", Plain, "}"},
		{"${let x = users.id; x * 2}", Plain, "14"},
	} {
		if got := render(t, c.source, c.format); got != c.want {
			t.Errorf("%s: got %s, want %s", c.source, got, c.want)
		}
	}
}

// The design's own example: three to five items, each drawn anew.
func TestRepeatEvaluatesAnew(t *testing.T) {
	const source = `${repeat(int(3, 5), {product_id: pick(product_ids), quantity: weighted([1, 2, 3], [70, 20, 10])})}`
	text, err := Compile(source, JSON, names)
	if err != nil {
		t.Fatal(err)
	}
	s, lengths, quantities, mixed := scope(), map[int]int{}, map[int]int{}, false
	for range 2000 {
		b, err := text.Render(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		var items []struct {
			Product  int `json:"product_id"`
			Quantity int `json:"quantity"`
		}
		if err := json.Unmarshal(b, &items); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		lengths[len(items)]++
		for _, item := range items {
			quantities[item.Quantity]++
			mixed = mixed || item.Product != items[0].Product
		}
	}
	if len(lengths) != 3 || lengths[3] == 0 || lengths[4] == 0 || lengths[5] == 0 || !mixed {
		t.Errorf("lengths %v, mixed %v", lengths, mixed)
	}
	// About 8,000 draws: 70% of them are 5,600 with a standard deviation of 41.
	total := quantities[1] + quantities[2] + quantities[3]
	if share := float64(quantities[1]) / float64(total); share < .67 || share > .73 {
		t.Errorf("quantities %v", quantities)
	}
}

func TestCompileSaysWhere(t *testing.T) {
	for source, want := range map[string]struct {
		offset  int
		message string
	}{
		"/a/${user.id}":            {5, `nothing is named "user" (did you mean "users"?)`},
		"/a/${users.idd}":          {11, `users has no column "idd" (did you mean "id"?)`},
		"/a/${users.id":            {3, "${ without its }"},
		"/a/${}":                   {5, "is empty"},
		"${int(5, 3)}":             {2, "the low end comes first"},
		"${int(5)}":                {2, "takes 2 arguments"},
		"${repeat(-1, 2)}":         {2, "a whole number from 0 to 10000"},
		"${repeat(1.5, 2)}":        {2, "a whole number from 0 to 10000"},
		"${repeat(3)}":             {2, "takes 2 arguments"},
		"${int(users.id)}":         {2, "takes 2 arguments"},
		"${pick([])}":              {2, "the list is empty"},
		"${weighted([1, 2], [1])}": {2, "a weight for each"},
		"${1 +}":                   {-1, "unexpected token"},
		"${picc(product_ids)}":     {2, `did you mean "pick"`},
		"${hex(99999999)}":         {2, "write 1 to"},
	} {
		_, err := Compile(source, Plain, names)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, want.message) || want.offset >= 0 && e.Offset != want.offset {
			t.Errorf("%s: got %+v, want %+v", source, err, want)
		}
	}
}

func TestRenderErrors(t *testing.T) {
	for source, want := range map[string]string{
		"${pick(saved)}":                  "is no list",
		"${repeat(int(20000, 20001), 1)}": "from 0 to 10000",
		"${saved}":                        "has no value",
		"a: ${'x\\ny'}":                   "line break",
	} {
		text, err := Compile(source, Header, Names{"saved": nil})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := text.Render(nil, NewScope(rand.New(rand.NewPCG(1, 1)))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", source, err, want)
		}
	}
}

func TestUUIDAndHex(t *testing.T) {
	if got := render(t, "${uuid()}", Plain); len(got) != 36 || got[14] != '4' || !strings.ContainsRune("89ab", rune(got[19])) {
		t.Error(got)
	}
	if got := render(t, "${hex(5)}", Plain); len(got) != 5 {
		t.Error(got)
	}
}

func TestEnvIsTold(t *testing.T) {
	text, err := Compile("${env.A}${env.B}", Plain, nil)
	if err != nil || strings.Join(text.Env(), " ") != "A B" {
		t.Errorf("%v %v", text, err)
	}
}

// Whatever a value holds, a path keeps its shape: unescaping gives the value back.
func FuzzPathKeepsItsShape(f *testing.F) {
	f.Add("a/../b?c#d e%")
	f.Fuzz(func(t *testing.T, value string) {
		text, err := Compile("/x/${v}?q=${v}&r=1", Path, Names{"v": nil})
		if err != nil {
			t.Fatal(err)
		}
		s := NewScope(rand.New(rand.NewPCG(1, 1)))
		s.Set("v", value)
		b, err := text.Render(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		path, query, _ := strings.Cut(string(b), "?")
		if segment, err := url.PathUnescape(strings.TrimPrefix(path, "/x/")); err != nil || segment != value || strings.Count(path, "/") != 2 {
			t.Errorf("%q: %q", value, path)
		}
		if q, err := url.ParseQuery(query); err != nil || q.Get("q") != value || len(q) != 2 {
			t.Errorf("%q: %q", value, query)
		}
	})
}

func FuzzCompile(f *testing.F) {
	f.Add("/a/${users.id}?${pick([1,2])}$${x}")
	f.Fuzz(func(t *testing.T, source string) {
		var e *Error
		if _, err := Compile(source, JSON, names); err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > len(source)) {
			t.Errorf("%q: %v", source, err)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	text, err := Compile("/api/v1/users/${users.id}/orders?page=${int(1, 20)}", Path, names)
	if err != nil {
		b.Fatal(err)
	}
	s, buffer := scope(), []byte(nil)
	b.ReportAllocs()
	for b.Loop() {
		if buffer, err = text.Render(buffer[:0], s); err != nil {
			b.Fatal(err)
		}
	}
}
