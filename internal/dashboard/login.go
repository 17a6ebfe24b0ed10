package dashboard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// People log in with a token through a form. The browser then keeps a cookie that says until when, signed with a key that is made from that
// token: nothing has to be remembered here, other servers of the same token know it too, and a new token ends every session of the one before. Basic
// authentication was rejected: browsers keep the token itself, send it with every request, and have no way to log out.

// A session tells cookies of ours from others.
type session struct{ key []byte }

const (
	cookieName  = "tidemark_session"
	sessionTime = 7 * 24 * time.Hour
)

func newSession(token string) session {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("tidemark dashboard session 1"))
	return session{mac.Sum(nil)}
}

func (s session) sign(until []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(until)
	return mac.Sum(nil)
}

// cookie is good until a time.
func (s session) cookie(until time.Time, secure bool) *http.Cookie {
	stamp := binary.BigEndian.AppendUint64(nil, uint64(until.Unix())) //nolint:gosec // it is after 1970
	return &http.Cookie{Name: cookieName, Value: base64.RawURLEncoding.EncodeToString(append(stamp, s.sign(stamp)...)), Path: "/", Expires: until,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure}
}

// open reports whether a request comes from somebody who is logged in.
func (s session) open(r *http.Request) bool {
	const stampLength = 8
	c, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	value, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(value) != stampLength+sha256.Size || !hmac.Equal(s.sign(value[:stampLength]), value[stampLength:]) {
		return false
	}
	return time.Now().Unix() < int64(binary.BigEndian.Uint64(value)) //nolint:gosec // we have signed it
}

// sessionsOf are those that can be open. There is none of a token that is not set: anybody could sign its cookies.
func sessionsOf(tokens ...string) (all []session) {
	for _, token := range tokens {
		if token != "" {
			all = append(all, newSession(token))
		}
	}
	return all
}

// loggedIn reports whether a request comes from somebody who has logged in, with whichever token: a cookie only reads.
func (s *Server) loggedIn(r *http.Request) bool {
	in := false
	for _, one := range s.sessions {
		in = one.open(r) || in
	}
	return in
}

// forPeople lets through who is logged in, and leads others to the form.
func (s *Server) forPeople(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		has, _ := s.bearer(r)
		switch {
		case !s.locked(), has >= reading, s.loggedIn(r):
			next.ServeHTTP(w, r)
		case r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") == "navigate":
			// A link in a chat was followed, and the browser keeps back a strict cookie on the way from another site. From this page it is sent.
			s.write(w, r, http.StatusOK, "again", view{Title: "Opening", Data: r.URL.RequestURI()})
		default:
			http.Redirect(w, r, "/login?"+url.Values{"next": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
		}
	})
}

// A loginForm is what the form shows.
type loginForm struct {
	Next  string
	Wrong bool
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) {
	if !s.locked() || s.loggedIn(r) {
		http.Redirect(w, r, local(r.URL.Query().Get("next")), http.StatusSeeOther)
		return
	}
	s.write(w, r, http.StatusOK, "login", view{Title: "Log in", Data: loginForm{Next: local(r.URL.Query().Get("next"))}})
}

// mostForm bounds a form's body.
const mostForm = 16 << 10

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	next := local(r.PostForm.Get("next"))
	token := strings.TrimSpace(r.PostForm.Get("token"))
	if s.locked() && s.rightOf(token) == none {
		s.write(w, r, http.StatusUnauthorized, "login", view{Title: "Log in", Data: loginForm{Next: next, Wrong: true}})
		return
	}
	if s.locked() {
		http.SetCookie(w, newSession(token).cookie(time.Now().Add(sessionTime), secure(r)))
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure(r)})
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// secure reports whether the browser came over TLS, to us or to a proxy before us. Whoever lies in the header only keeps their own cookie from themselves.
func secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// local is a path of ours to go on to, whatever was asked for.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

var errNoPage = errors.New("there is no such page")
