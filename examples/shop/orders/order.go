// Package orders takes orders and shows each user what they ordered.
package orders

import "time"

// An Order is what a user bought at once.
type Order struct {
	ID         string     `json:"id"`
	Number     int64      `json:"number,omitempty"` // 0: it has none
	UserID     int64      `json:"user_id"`
	Status     Status     `json:"status"`
	TotalCents int64      `json:"total_cents"`
	CreatedAt  time.Time  `json:"created_at"`
	LineItems  []LineItem `json:"line_items"`
}

// A Status says how far an order has come.
type Status string

// The statuses.
const (
	Pending   Status = "pending"   // accepted from our own stock table; the inventory service has yet to hear of it
	Confirmed Status = "confirmed" // reserved by the inventory service
)

// A LineItem is one product of an order, with the name and price it had.
type LineItem struct {
	ProductID      int64  `json:"product_id"`
	Name           string `json:"name"`
	Quantity       int64  `json:"quantity"`
	UnitPriceCents int64  `json:"unit_price_cents"`
}
