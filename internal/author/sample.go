package author

import (
	"slices"
	"strings"
)

// A Kind is a JSON type, as far as it is known.
type Kind string

// The kinds.
const (
	AnyKind     Kind = ""
	StringKind  Kind = "string"
	IntegerKind Kind = "integer"
	NumberKind  Kind = "number"
	BooleanKind Kind = "boolean"
)

func choice(options ...string) Value { return Expression("pick(" + marshal(options) + ")") }

func literal(text string) Value { return Literal{text} }

// unique texts differ from request to request: an API may refuse what it has already.
func unique(before, after string) Value {
	t := Text{literal(before), Expression("hex(8)")}
	if after != "" {
		t = append(t, literal(after))
	}
	return t
}

// samples are values by the last words of a name. The first that fits is taken.
var samples = []struct {
	kind  Kind
	words string // alternatives, each of one word or more
	value Value
}{
	{StringKind, "email|e mail|mail", unique("bench-", "@example.com")},
	{StringKind, "first name|given name|firstname", choice("Ada", "Grace", "Alan", "Edsger", "Barbara")},
	{StringKind, "last name|family name|surname|lastname", choice("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov")},
	{StringKind, "user name|username|login|nickname|handle", unique("bench-", "")},
	{StringKind, "phone|mobile|telephone|phone number", Text{literal("+1555"), Expression("int(1000000, 9999999)")}},
	{StringKind, "street|address|address line|line1|address1", Text{Expression("int(1, 200)"), literal(" Example Street")}},
	{StringKind, "city|town", choice("Berlin", "Lyon", "Leeds", "Austin")},
	{StringKind, "country|country code", choice("DE", "FR", "GB", "US")},
	{StringKind, "zip|zip code|postal code|postcode", Text{Expression("int(10000, 99999)")}},
	{StringKind, "currency|currency code", choice("EUR", "USD", "GBP")},
	{StringKind, "locale|language|lang", choice("en", "de", "fr")},
	{StringKind, "timezone|time zone", literal("Europe/Berlin")},
	{StringKind, "color|colour", choice("red", "green", "blue")},
	{StringKind, "url|uri|link|website|callback|webhook", literal("https://example.com/benchmark")},
	{StringKind, "slug|sku|reference|external id|idempotency key|key|code", unique("bench-", "")},
	{StringKind, "description|comment|note|notes|message|text|body|content|summary|bio|review|reason", literal("Written by a benchmark.")},
	{StringKind, "title|subject|name|label|headline", unique("Benchmark ", "")},
	{StringKind, "date|day|birthday|birthdate|dob", Expression(`now().Format("2006-01-02")`)},
	{StringKind, "at|time|timestamp|datetime|start|end|from|to|until", Expression(`now().Format("2006-01-02T15:04:05Z07:00")`)},
	{IntegerKind, "quantity|qty|count|units", Expression("weighted([1, 2, 3], [70, 20, 10])")},
	{IntegerKind, "rating|stars|score", Expression("weighted([5, 4, 3, 2, 1], [40, 30, 15, 10, 5])")},
	{IntegerKind, "age", Expression("int(18, 80)")},
	{IntegerKind, "year", Expression("now().Year()")},
	{NumberKind, "price|amount|total|cost|fee|value|sum|balance", Expression("int(100, 10000) / 100")},
	{IntegerKind, "price|amount|total|cost|fee|value|sum|balance|cents", Expression("int(100, 10000)")},
	{NumberKind, "lat|latitude", Expression("float(47, 54)")},
	{NumberKind, "lon|lng|longitude", Expression("float(6, 14)")},
	{BooleanKind, "", Expression("pick([true, false])")},
}

// ByName is a value that a member of that name may have, or nil. A kind that is not known takes the first that the name suggests.
func ByName(name string, kind Kind) Value {
	words := Words(name)
	if SecretName(name) && (kind == StringKind || kind == AnyKind) {
		return Text{Expression("env." + envName(words...))}
	}
	if noun := nounOfID(name); noun != "" && kind != BooleanKind {
		return ID{Noun: noun, Name: name, Kind: kind}
	}
	for _, s := range samples {
		if kind != AnyKind && s.kind != kind && (kind != NumberKind || s.kind != IntegerKind) {
			continue
		}
		if kind == BooleanKind {
			return s.value
		}
		for alternative := range strings.SplitSeq(s.words, "|") {
			if w := strings.Fields(alternative); s.words != "" && len(words) >= len(w) && slices.Equal(words[len(words)-len(w):], w) {
				return s.value
			}
		}
	}
	return nil
}

// ByKind is any value of a kind.
func ByKind(kind Kind) Value {
	switch kind {
	case IntegerKind:
		return Expression("int(1, 100)")
	case NumberKind:
		return Expression("int(100, 10000) / 100")
	case BooleanKind:
		return Expression("pick([true, false])")
	}
	return unique("bench-", "")
}

// nounOfID is product for product_id, productId and product_ids, and empty for what is no id of another thing.
func nounOfID(name string) string {
	words := Words(name)
	if n := len(words); n > 1 && (words[n-1] == "id" || words[n-1] == "ids" || words[n-1] == "uuid") {
		if w := strings.Join(words[:n-1], "_"); !slices.Contains([]string{"external", "client", "request", "trace", "correlation", "idempotency", "transaction"}, w) {
			return w
		}
	}
	return ""
}
