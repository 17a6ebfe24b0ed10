package har

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// authenticate finds how the calls prove who sends them: with what most of them have. A login whose answer has the token becomes one.
func (r *reader) authenticate() {
	counts, bearer := map[string]int{}, ""
	for _, c := range r.calls {
		for _, f := range c.headers {
			low := strings.ToLower(f.Name)
			switch {
			case low == "authorization":
				counts["authorization "+strings.ToLower(strings.Fields(f.Value + " ?")[0])]++
				if scheme, token, _ := strings.Cut(f.Value, " "); strings.EqualFold(scheme, "bearer") {
					bearer = strings.TrimSpace(token)
				}
			case low == "cookie":
				counts["cookie"]++
			case author.SecretName(f.Name) && author.PlainHeader(f.Name) && !strings.Contains(low, "csrf") && !strings.Contains(low, "xsrf"):
				counts["header "+f.Name]++
			}
		}
	}
	how := slices.MaxFunc(append(slices.Sorted(maps.Keys(counts)), ""), func(a, b string) int {
		rank := func(s string) int { // a header that is made for it says more than cookies, which are sent with all
			if strings.HasPrefix(s, "authorization") {
				return 1 << 20
			}
			if s == "cookie" {
				return 1
			}
			return counts[s] << 1
		}
		return rank(a)*min(1, counts[a]) - rank(b)*min(1, counts[b])
	})
	switch {
	case strings.HasPrefix(how, "authorization"):
		for _, c := range r.calls {
			if a, _ := author.AuthFrom(header(c.headers, "Authorization")); a != nil && strings.HasPrefix(strings.ToLower(header(c.headers, "Authorization")), strings.TrimPrefix(how, "authorization ")) {
				r.known.Auth = a
				break
			}
		}
	case how == "cookie":
		r.known.Auth = &author.Auth{Kind: author.Header, Header: "Cookie", Value: "${env.SESSION_COOKIE}", Note: "all that the browser sends, as name=value; name=value"}
	case how != "":
		name := strings.TrimPrefix(how, "header ")
		r.known.Auth = &author.Auth{Kind: author.Header, Header: name, Value: "${env." + author.EnvName(strings.TrimPrefix(strings.ToLower(name), "x-")) + "}"}
	}
	if bearer != "" {
		r.login(bearer)
	}
}

// login finds the call that gave the token.
func (r *reader) login(token string) {
	for i, c := range r.calls {
		if c.method != "POST" || c.body == nil || c.answer == nil {
			continue
		}
		_, secrets := author.Clean(c.body)
		x := newIndex()
		x.add(i, c.answer)
		found := x.sources[token]
		if len(secrets) == 0 || len(found) == 0 {
			continue
		}
		body, _ := author.Clean(author.Walk(c.body, func(name string, v author.Value) author.Value {
			words := author.Words(name)
			if l, ok := v.(author.Literal); ok && len(words) > 0 && !author.SecretName(name) && slices.Contains([]string{"email", "username", "user", "login", "name"}, words[len(words)-1]) {
				if text, isText := l.V.(string); isText {
					r.secret(text)
				}
				return author.Text{author.Expression("env.API_USER")}
			}
			return v
		}))
		c.login = true
		step := author.FlowStep{Endpoint: author.Endpoint{Method: c.method, Path: c.url.EscapedPath(), Body: &author.Body{Type: formType(c), Value: body}}, Save: []author.Save{{Name: "token", Path: found[0].path}}}
		r.known.Auth = &author.Auth{Kind: author.Bearer, Value: "${token}", Login: &step}
		r.known.Notes = append(r.known.Notes, "login: as captured, with the user and the password from the environment")
		return
	}
}

// formType is a body's type where it is not JSON.
func formType(c *call) string {
	if strings.Contains(c.bodyType, "json") || c.bodyType == "" {
		return ""
	}
	return c.bodyType
}
