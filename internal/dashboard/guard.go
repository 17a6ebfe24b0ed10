package dashboard

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/pipeline"
)

// policy lets a page load what this server has, and nothing written into the page itself run or style it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded is what every answer has, and what every request has to pass, whoever sends it.
func (s *Server) guarded(next http.Handler) http.Handler {
	// Another site's page may send a browser's requests here. Those that could change something it may not.
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // it is that value
				log.Printf("tidemark: a bug: %v\n%s", p, debug.Stack())
				http.Error(w, "tidemark has a bug: its log says which", http.StatusInternalServerError)
			}
		}()
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // what a page shows may not be for whoever uses the browser next
		if !s.knows(r.Host) {
			http.Error(w, "This server is not called "+clipped(r.Host)+": open it by the address that it printed, or start it with --host.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knows reports whether a name is one of ours. On loopback without a token the name is what keeps other sites out: one that points its own name
// at 127.0.0.1 could else read here as itself.
func (s *Server) knows(host string) bool {
	if s.AnyHost {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback() || slices.ContainsFunc(s.Hosts, func(h string) bool { return strings.EqualFold(h, name) })
}

func clipped(text string) string {
	const most = 60
	return fmt.Sprintf("%.*q", most, text)
}

// A right is what a token gives.
type right int

const (
	none    right = iota
	reading       // and telling how far a run is
	writing       // and reading
)

// locked reports whether it takes a token to read here.
func (s *Server) locked() bool { return s.Token != "" || s.ReadToken != "" }

// rightOf takes as long for any token, and does not end earlier for one of ours: hashes have one length, and what is given is held against both.
func (s *Server) rightOf(given string) right {
	got := sha256.Sum256([]byte(given))
	is := func(token string) bool {
		want := sha256.Sum256([]byte(token))
		return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && token != ""
	}
	writes, reads := is(s.Token), is(s.ReadToken)
	switch {
	case writes:
		return writing
	case reads:
		return reading
	}
	return none
}

// bearer is the right that a request's token gives, and whether it has one at all.
func (s *Server) bearer(r *http.Request) (has right, given bool) {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !given {
		return none, false
	}
	return s.rightOf(token), true
}

// forPrograms lets through who has a token for it: to read, either; to do anything else, one that gives what is needed. Who is logged in, or on
// loopback where there is no token, may read.
func (s *Server) forPrograms(needed right, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		has, given := s.bearer(r)
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case has >= needed, has == reading && reads, !given && reads && (!s.locked() || s.loggedIn(r)):
			next.ServeHTTP(w, r)
		case s.Token == "" && (has == reading || !s.locked() && !reads):
			refuse(w, http.StatusForbidden, "this server only shows runs: to receive them it has to be started with a token, in "+pipeline.TokenVariable)
		case has == reading:
			refuse(w, http.StatusForbidden, "this token only reads: to add or delete runs takes the server's other token, which writes")
		case !s.locked():
			refuse(w, http.StatusForbidden, "this server has no token: ask without one")
		case given:
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			refuse(w, http.StatusUnauthorized, "the token is wrong")
		default:
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, "this needs a token, as the header Authorization: Bearer …")
		}
	})
}

func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": text}) // whoever asked is gone
}
