package openapi

import (
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// auth is how a request proves who sends it: the first way of a security requirement that a suite can say. What a second scheme of the
// same way adds goes into the endpoint's parameters.
func (d *document) auth(security *node, e *author.Endpoint) *author.Auth {
	if security == nil {
		return nil
	}
	alternatives := security.elements()
	if len(alternatives) == 0 {
		return &author.Auth{Kind: author.NoAuth}
	}
	optional := false
	for _, alternative := range alternatives {
		if alternative.kind != mapping {
			continue
		}
		if len(alternative.names) == 0 {
			optional = true
			continue
		}
		var found *author.Auth
		var more []author.Param
		ok := true
		for _, name := range alternative.names {
			a := d.scheme(name)
			switch {
			case a == nil:
				ok = false
			case found == nil:
				found = a
			case a.Kind == author.Header || a.Kind == author.Query:
				in := "header"
				if a.Kind == author.Query {
					in = "query"
				}
				more = append(more, author.Param{Name: a.Header, In: in, Required: true, Value: author.Expression(strings.TrimSuffix(strings.TrimPrefix(a.Value, "${"), "}"))})
			}
		}
		if ok && found != nil {
			if e != nil {
				e.Params = append(e.Params, more...)
			} else if len(more) > 0 {
				return nil // each operation says it, with what belongs to it
			}
			return found
		}
	}
	if optional {
		return &author.Auth{Kind: author.NoAuth}
	}
	return nil
}

// scheme is one security scheme as a suite says it; nil: a suite cannot.
func (d *document) scheme(name string) *author.Auth {
	s := d.follow(d.root.get("components", "securitySchemes", name))
	if d.two {
		s = d.follow(d.root.get("securityDefinitions", name))
	}
	variable := func(usual string) string { return "${env." + d.variable(name, usual) + "}" }
	switch kind := strings.ToLower(s.string("type")); kind {
	case "http":
		switch strings.ToLower(s.string("scheme")) {
		case "bearer":
			return &author.Auth{Kind: author.Bearer, Value: variable("API_TOKEN")}
		case "basic":
			return &author.Auth{Kind: author.Basic, User: variable("API_USER"), Value: "${env.API_PASSWORD}"}
		}
	case "basic":
		return &author.Auth{Kind: author.Basic, User: variable("API_USER"), Value: "${env.API_PASSWORD}"}
	case "oauth2", "openidconnect":
		return &author.Auth{Kind: author.Bearer, Value: variable("API_TOKEN"), Note: "an access token of " + name}
	case "apikey":
		in, header := s.string("in"), s.string("name")
		switch {
		case in == "query" && header != "":
			return &author.Auth{Kind: author.Query, Header: header, Value: variable("API_KEY")}
		case in == "cookie" && header != "" && author.PlainHeader(header):
			return &author.Auth{Kind: author.Header, Header: "Cookie", Value: header + "=" + variable("SESSION_COOKIE")}
		case in == "header" && strings.EqualFold(header, "Authorization"):
			return &author.Auth{Kind: author.Header, Header: "Authorization", Value: variable("API_TOKEN"), Note: "all of the header, with its scheme if it has one, as Bearer …"}
		case in == "header" && author.PlainHeader(header):
			return &author.Auth{Kind: author.Header, Header: header, Value: variable("API_KEY")}
		}
	}
	return nil
}

// variable is the environment variable of a scheme: the usual name, or one with the scheme's own where another has that already.
func (d *document) variable(scheme, usual string) string {
	if name := d.env[scheme]; name != "" {
		return name
	}
	for _, taken := range d.env {
		if taken == usual {
			usual = author.EnvName(scheme)
			break
		}
	}
	d.env[scheme] = usual
	return usual
}
