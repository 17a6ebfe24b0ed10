package load

import (
	"net/url"
	"slices"
	"strings"
)

const redacted = "REDACTED"

// leastSecret is how long a value has to be to be searched for: shorter ones are in any text by chance.
const leastSecret = 4

// redact takes secrets out of a text that is to be shown: the values of the environment and what login saves, which are credentials,
// wherever they stand, and of query parameters whose names say so.
func (p *program) redact(text string) string {
	for _, secret := range *p.secrets.Load() {
		if len(secret) >= leastSecret {
			text = strings.NewReplacer(secret, redacted, url.QueryEscape(secret), redacted, url.PathEscape(secret), redacted).Replace(text)
		}
	}
	return redactQuery(text)
}

// secretWords are parts of parameters' names whose values are not shown.
var secretWords = []string{"token", "key", "secret", "pass", "sig", "auth", "session", "code"}

func redactQuery(path string) string {
	base, query, found := strings.Cut(path, "?")
	if !found {
		return path
	}
	params := strings.Split(query, "&")
	for i, p := range params {
		name, _, _ := strings.Cut(p, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if isSecret(plain) {
			params[i] = name + "=" + redacted
		}
	}
	return base + "?" + strings.Join(params, "&")
}

func isSecret(name string) bool {
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(strings.ToLower(name), word) })
}
