package shop

import (
	_ "embed"
	"net/http"

	"github.com/tidemark/tidemark/examples/shop/inventory"
	"github.com/tidemark/tidemark/examples/shop/telemetry"
	"github.com/tidemark/tidemark/examples/shop/web"
)

//go:embed openapi.json
var openAPI []byte

// A route is a pattern of http.ServeMux and what answers it.
type route struct {
	pattern string
	answer  web.Handler
}

// routes is the API, as openapi.json describes it.
func (s *Server) routes() []route {
	return []route{
		{"POST /api/v1/login", s.accounts.Login},
		{"GET /api/v1/products", s.catalog.List},
		{"GET /api/v1/products/{id}", s.catalog.Show},
		{"GET /api/v1/search", s.catalog.Search},
		{"POST /api/v1/orders", s.accounts.Require(s.orders.Place)},
		{"GET /api/v1/users/{id}/orders", s.accounts.Require(s.orders.History)},
		{"GET /healthz", s.showHealth},
		{"GET /version", s.showVersion},
	}
}

func (s *Server) apiHandler(config Config) http.Handler {
	mux := http.NewServeMux()
	for _, route := range s.routes() {
		mux.Handle(route.pattern, s.tracing.Server(web.Serve(route.answer, s.log)))
	}
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.HandleFunc("GET /openapi.json", showOpenAPI)
	var log *telemetry.AccessLog
	if config.AccessLog != nil {
		log = telemetry.NewAccessLog(config.AccessLog, config.AccessLogFormat)
	}
	return telemetry.Watch(s.stamp(mux), s.metrics, log)
}

// inventoryHandler is the API of the inventory service: a service of its own, which only lives here.
func (s *Server) inventoryHandler(tracing *telemetry.Tracing) http.Handler {
	service := inventory.NewService(inventorySeed)
	mux := http.NewServeMux()
	for _, route := range []route{
		{"POST /reservations", service.Reserve},
		{"GET /dispatch", service.DispatchOfMany},
		{"GET /products/{id}", service.Stock},
		{"GET /products/{id}/dispatch", service.Dispatch},
		{"GET /products/{id}/warehouse", service.Warehouse},
		{"GET /products/{id}/carriers", service.Carriers},
	} {
		mux.Handle(route.pattern, tracing.Server(web.Serve(route.answer, s.log)))
	}
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	return mux
}

// showHealth answers GET /healthz: a shop without its database is not well.
func (s *Server) showHealth(w http.ResponseWriter, r *http.Request) error {
	if err := s.db.Read.PingContext(r.Context()); err != nil {
		return &web.Problem{Status: http.StatusServiceUnavailable, Detail: "the database does not answer"}
	}
	return web.Answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

func showOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI) // the client has gone
}
