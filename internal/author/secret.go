package author

import (
	"regexp"
	"slices"
	"strings"
)

var (
	secretWords = []string{"token", "secret", "password", "passwd", "passphrase", "pwd", "apikey", "signature", "sig", "auth", "authorization", "credential", "credentials",
		"session", "sessionid", "cookie", "otp", "pin", "cvv", "cvc", "jwt", "bearer", "csrf", "xsrf", "sid", "pass", "iban", "ssn"}
	secretPairs = []string{"api key", "access key", "private key", "client key", "card number", "auth code", "app key", "subscription key", "auth key", "security code", "x key"}
)

// SecretName reports whether a parameter, header or member of that name holds a secret.
func SecretName(name string) bool {
	words := Words(name)
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(secretWords, w) }) {
		return !slices.Contains(words, "count") && !slices.Contains(words, "max") && !slices.Contains(words, "page")
	}
	joined := " " + strings.Join(words, " ") + " "
	return slices.ContainsFunc(secretPairs, func(p string) bool { return strings.Contains(joined, " "+p+" ") })
}

var secretForms = []*regexp.Regexp{
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`),                        // a JSON Web Token
	regexp.MustCompile(`\b(sk|pk|rk)_(live|test)_[A-Za-z0-9]{8,}`),                           // Stripe
	regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})`), // GitHub, GitLab
	regexp.MustCompile(`\bAKIA[0-9A-Z]{16}\b`),                                               // AWS
	regexp.MustCompile(`\bxox[abprs]-[\w-]{10,}`),                                            // Slack
	regexp.MustCompile(`\bAIza[\w-]{30,}`),                                                   // Google
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`),
}

// SecretValue reports whether a text looks like a secret whatever its name.
func SecretValue(text string) bool {
	return slices.ContainsFunc(secretForms, func(form *regexp.Regexp) bool { return form.MatchString(text) })
}

// leastSecret is how long a text has to be to be looked for in files: shorter ones are in any text by chance.
const leastSecret = 6
