package inventory

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// maxLookups is how many products one call may ask for: a page of the shop's.
const maxLookups = 200

// A Service keeps count of what is reserved. It stands for a team elsewhere, whose service is as fast as it is.
type Service struct {
	seed     uint64
	reserve  *clock
	lookup   *clock
	mu       sync.Mutex
	reserved map[int64]int64 // quantity by product
}

// NewService returns a service whose goods and latencies follow from a seed.
func NewService(seed uint64) *Service {
	return &Service{
		seed:     seed,
		reserve:  newClock(seed, 2, reserving),
		lookup:   newClock(seed, 3, lookingUp),
		reserved: map[int64]int64{},
	}
}

// Reserve answers POST /reservations.
func (s *Service) Reserve(w http.ResponseWriter, r *http.Request) error {
	var wanted []Reservation
	if err := web.ReadJSON(w, r, &wanted); err != nil {
		return err
	}
	time.Sleep(s.reserve.next())
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, reservation := range wanted {
		for _, item := range reservation.Items {
			s.reserved[item.ProductID] += item.Quantity
		}
	}
	return web.Answer(w, http.StatusCreated, map[string]int{"reserved": len(wanted)})
}

// Stock answers GET /products/{id}.
func (s *Service) Stock(w http.ResponseWriter, r *http.Request) error {
	id, err := web.ID(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return web.Answer(w, http.StatusOK, map[string]int64{"product_id": id, "reserved": s.reserved[id]})
}

// DispatchOfMany answers GET /dispatch: many products take hardly longer than one.
func (s *Service) DispatchOfMany(w http.ResponseWriter, r *http.Request) error {
	ids := r.URL.Query()["product"]
	if len(ids) > maxLookups {
		return web.Invalid(web.FieldProblem{Field: "product", Message: fmt.Sprintf("at most %d at once", maxLookups)})
	}
	all := make([]Dispatch, len(ids))
	for i, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return web.Invalid(web.FieldProblem{Field: "product", Message: fmt.Sprintf("%q is no id", text)})
		}
		all[i] = Dispatch{id, s.goods(id).days}
	}
	time.Sleep(s.lookup.next())
	return web.Answer(w, http.StatusOK, map[string][]Dispatch{"data": all})
}

// Dispatch answers GET /products/{id}/dispatch.
func (s *Service) Dispatch(w http.ResponseWriter, r *http.Request) error {
	return s.answer(w, r, func(id int64, g goods) any { return Dispatch{id, g.days} })
}

// Warehouse answers GET /products/{id}/warehouse.
func (s *Service) Warehouse(w http.ResponseWriter, r *http.Request) error {
	return s.answer(w, r, func(_ int64, g goods) any { return map[string]string{"warehouse": g.warehouse} })
}

// Carriers answers GET /products/{id}/carriers.
func (s *Service) Carriers(w http.ResponseWriter, r *http.Request) error {
	return s.answer(w, r, func(_ int64, g goods) any { return map[string][]Carrier{"data": g.carriers} })
}

// answer looks a product up.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, choose func(id int64, g goods) any) error {
	id, err := web.ID(r)
	if err != nil {
		return err
	}
	time.Sleep(s.lookup.next())
	return web.Answer(w, http.StatusOK, choose(id, s.goods(id)))
}
