package inventory

import "math/rand/v2"

// A Dispatch is in how many days a product leaves the warehouse.
type Dispatch struct {
	ProductID int64 `json:"product_id"`
	Days      int   `json:"days"`
}

// A Carrier brings parcels.
type Carrier struct {
	Name       string `json:"name"`
	PriceCents int64  `json:"price_cents"`
}

var (
	warehouses = []string{"Gdansk", "Leipzig", "Lyon", "Porto"}
	carriers   = []string{"Heron Post", "Blue Van", "Quayside Freight", "Pedal & Parcel"}
)

// goods is what the warehouse knows of a product: the same every time.
type goods struct {
	days      int
	warehouse string
	carriers  []Carrier
}

func (s *Service) goods(product int64) goods {
	rng := rand.New(rand.NewPCG(s.seed, uint64(product)))
	g := goods{days: 1 + rng.IntN(5), warehouse: warehouses[rng.IntN(len(warehouses))], carriers: []Carrier{}}
	for _, name := range carriers {
		if rng.IntN(3) > 0 {
			g.carriers = append(g.carriers, Carrier{name, int64(290 + 10*rng.IntN(90))})
		}
	}
	return g
}
