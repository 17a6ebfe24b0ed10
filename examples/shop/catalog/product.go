// Package catalog is what the shop sells: products in categories, with variants and reviews, to be listed, shown and searched.
package catalog

import (
	"time"

	"github.com/tidemark/tidemark/examples/shop/inventory"
)

// A Category groups products.
type Category struct {
	ID   int64  `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// A Product as lists show it.
type Product struct {
	ID           int64    `json:"id"`
	Name         string   `json:"name"`
	Category     Category `json:"category"`
	PriceCents   int64    `json:"price_cents"`
	Rating       *Rating  `json:"rating"`                  // nil: nobody rated it
	DispatchDays int      `json:"dispatch_days,omitempty"` // until it leaves the warehouse; 0: the inventory service did not say
}

// A ProductDetail is a product with everything that belongs to it.
type ProductDetail struct {
	Product
	Description string              `json:"description"`
	CreatedAt   time.Time           `json:"created_at"`
	Warehouse   string              `json:"warehouse,omitempty"` // as with DispatchDays
	Carriers    []inventory.Carrier `json:"carriers,omitempty"`
	Variants    []Variant           `json:"variants"`
	Reviews     []Review            `json:"reviews"`
}

// A Variant is a product in one size or colour.
type Variant struct {
	ID         int64  `json:"id"`
	SKU        string `json:"sku"`
	Name       string `json:"name"`
	PriceCents int64  `json:"price_cents"`
}

// A Review is what a buyer thought.
type Review struct {
	ID        int64     `json:"id"`
	Rating    int       `json:"rating"`
	Author    string    `json:"author"`
	Body      string    `json:"body"`
	CreatedAt time.Time `json:"created_at"`
}
