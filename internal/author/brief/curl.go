package brief

import (
	"encoding/base64"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// command reads a curl command: what it sends is what the benchmark sends, but for its secrets.
func (r *reader) command(it *item) (int, bool) {
	words := shellWords(it.text)
	method, where, data, mediaType := "", "", []string{}, ""
	var headers [][2]string
	user, get := "", false
	for i := 1; i < len(words); i++ {
		flag, value := words[i], ""
		if !strings.HasPrefix(flag, "-") || flag == "-" {
			if where == "" {
				where = flag
			}
			continue
		}
		name, inline, found := strings.Cut(flag, "=")
		switch {
		case strings.HasPrefix(flag, "--") && found:
			flag, value = name, inline
		case !strings.HasPrefix(flag, "--") && len(flag) > 2 && strings.ContainsRune("XHdubA", rune(flag[1])):
			flag, value = flag[:2], flag[2:]
		}
		next := func() string {
			if value == "" && i+1 < len(words) {
				i++
				value = words[i]
			}
			return value
		}
		switch flag {
		case "-X", "--request":
			method = strings.ToUpper(next())
		case "-H", "--header":
			name, content, _ := strings.Cut(next(), ":")
			headers = append(headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(content)})
		case "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--data-urlencode":
			data = append(data, next())
			if flag == "--json" {
				mediaType = "application/json"
			}
		case "-u", "--user":
			user = next()
		case "-G", "--get":
			get = true
		case "--url":
			where = next()
		case "-I", "--head":
			method = "HEAD"
		case "-b", "--cookie":
			headers = append(headers, [2]string{"Cookie", next()})
		case "-o", "--output", "-A", "--user-agent", "-e", "--referer", "-m", "--max-time", "--connect-timeout", "-w", "--write-out", "-x", "--proxy", "-F", "--form", "--cacert", "--resolve", "-c", "--cookie-jar", "--retry", "-T", "--upload-file":
			if flag == "-F" || flag == "--form" || flag == "-T" || flag == "--upload-file" {
				r.unclear(it.line, "uploads ("+flag+")")
			}
			next()
		}
	}
	if method == "" {
		method = "GET"
		if len(data) > 0 && !get {
			method = "POST"
		}
	}
	if get && len(data) > 0 {
		where += map[bool]string{true: "&", false: "?"}[strings.Contains(where, "?")] + strings.Join(data, "&")
		data = nil
	}
	if !strings.Contains(where, "://") && !strings.HasPrefix(where, "/") {
		where = "http://" + where
	}
	if !oneMethod.MatchString(method) {
		r.unclear(it.line, it.text)
		return 0, false
	}
	e, ok := r.endpoint(method, where)
	if !ok {
		r.unclear(it.line, "curl without a path")
		return 0, false
	}
	for _, h := range headers {
		if strings.EqualFold(h[0], "Content-Type") {
			mediaType = h[1]
			continue
		}
		r.header(&e, h[0], h[1])
	}
	if user != "" {
		_, password, _ := strings.Cut(user, ":")
		r.secret(password)
		r.secret(base64.StdEncoding.EncodeToString([]byte(user)))
		e.Auth = basicAuth()
	}
	i := r.add(e)
	if body := strings.Join(data, "&"); body != "" && !strings.HasPrefix(body, "@") {
		if v, err := author.ParseJSON([]byte(body)); err == nil {
			r.setBody(i, v)
		} else {
			if mediaType == "" {
				mediaType = "application/x-www-form-urlencoded"
			}
			if v := author.ParseForm(body); v != nil && strings.HasPrefix(mediaType, "application/x-www-form-urlencoded") {
				r.setBody(i, v)
			} else {
				r.setBody(i, author.Literal{V: body})
			}
			r.known.Endpoints[i].Body.Type = mediaType
		}
	} else if body != "" {
		r.unclear(it.line, "the body in the file "+body[1:])
	}
	return i, true
}

// header takes a header over. One that proves who sends becomes auth.
func (r *reader) header(e *author.Endpoint, name, value string) {
	switch low := strings.ToLower(name); {
	case low == "authorization":
		a, secrets := author.AuthFrom(value)
		r.secrets = append(r.secrets, secrets...)
		e.Auth = a
	case low == "cookie":
		for _, c := range strings.Split(value, ";") {
			_, v, _ := strings.Cut(c, "=")
			r.secret(strings.TrimSpace(v))
		}
		e.Auth = &author.Auth{Kind: author.Header, Header: "Cookie", Value: "${env.SESSION_COOKIE}"}
	case author.SecretName(name) || author.SecretValue(value):
		r.secret(value)
		e.Auth = &author.Auth{Kind: author.Header, Header: name, Value: "${env." + author.EnvName(strings.TrimPrefix(low, "x-")) + "}"}
	case author.PlainHeader(name):
		e.Params = append(e.Params, author.Param{Name: name, In: "header", Required: true, Value: author.Literal{V: value}})
	}
}

func basicAuth() *author.Auth {
	return &author.Auth{Kind: author.Basic, User: "${env.API_USER}", Value: "${env.API_PASSWORD}"}
}

// shellWords splits a command as a shell does, without expanding anything.
func shellWords(command string) (words []string) {
	var word strings.Builder
	quote, inWord := byte(0), false
	for i := 0; i < len(command); i++ {
		c := command[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(command):
			i++
			if quote == '"' && !strings.ContainsRune("\"\\$`\n", rune(command[i])) {
				word.WriteByte('\\')
			}
			word.WriteByte(command[i])
			inWord = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inWord = c, true
		case quote == 0 && (c == ' ' || c == '\n' || c == '\t'):
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		case quote == 0 && (c == '|' || c == ';' || c == '>'): // what is done with the answer
			if inWord {
				words = append(words, word.String())
			}
			return words
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
