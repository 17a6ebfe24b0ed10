package inventory

import (
	"net/http"
	"sync"
	"time"

	"github.com/tidemark/tidemark/examples/shop/web"
)

// A Service keeps count of what is reserved. It stands for a team elsewhere, whose service is as fast as it is.
type Service struct {
	tail *tail

	mu       sync.Mutex
	reserved map[int64]int64 // quantity by product
}

// NewService returns a service whose latencies follow from a seed.
func NewService(seed uint64) *Service {
	return &Service{tail: newTail(seed), reserved: map[int64]int64{}}
}

// Reserve answers POST /reservations.
func (s *Service) Reserve(w http.ResponseWriter, r *http.Request) error {
	var wanted []Reservation
	if err := web.ReadJSON(w, r, &wanted); err != nil {
		return err
	}
	time.Sleep(s.tail.next())
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
