package shop

import (
	"fmt"
	"net/http"
	"net/http/pprof"

	"github.com/tidemark/tidemark/examples/shop/seed"
	"github.com/tidemark/tidemark/examples/shop/web"
)

// adminHandler is for those who run the shop: never reachable by its customers.
func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range []route{
		{"GET /faults", s.board.List},
		{"PUT /faults/{name}", s.board.SwitchOn},
		{"DELETE /faults/{name}", s.board.SwitchOff},
		{"POST /reset", s.reset},
		{"GET /users.csv", showUsers},
	} {
		mux.Handle(route.pattern, web.Serve(route.answer, s.log))
	}
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// reset answers POST /reset: the data are as they were seeded.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) error {
	if err := s.orders.Reset(r.Context(), seed.End, seed.Stock); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// showUsers answers GET /users.csv: the users as a suite's data, with what the cost of their history grows with.
func showUsers(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/csv")
	text := []byte("id,email,orders\n")
	for i, count := range seed.OrderCounts() {
		text = fmt.Appendf(text, "%d,%s,%d\n", i+1, seed.Email(i+1), count)
	}
	_, err := w.Write(text)
	return err
}
