package shop

import (
	"net/http"
	"runtime/debug"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// builtFrom is the commit that the binary was built from, or "unknown": go test and go run don't note it.
func builtFrom() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return setting.Value
			}
		}
	}
	return "unknown"
}

// showVersion answers GET /version.
func (s *Server) showVersion(w http.ResponseWriter, _ *http.Request) error {
	return web.Answer(w, http.StatusOK, map[string]string{"version": s.version})
}

// stamp makes every answer say which version gave it.
func (s *Server) stamp(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Shop-Version", s.version)
		next.ServeHTTP(w, r)
	})
}
