// Package inventory is the warehouse's own service, and the client with which the shop calls it.
package inventory

// A Reservation asks for the goods of one order.
type Reservation struct {
	OrderID string `json:"order_id"`
	Items   []Item `json:"items"`
}

// An Item is how much of a product.
type Item struct {
	ProductID int64 `json:"product_id"`
	Quantity  int64 `json:"quantity"`
}
