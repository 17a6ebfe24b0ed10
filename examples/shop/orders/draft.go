package orders

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/tidemark/tidemark/examples/shop/web"
)

const (
	maxID        = math.MaxInt32 // of the columns; PostgreSQL would not even look for more
	maxLineItems = 50
	maxQuantity  = 1_000_000
)

// A draft is an order as a client sends it.
type draft struct {
	UserID    int64       `json:"user_id"`
	LineItems []draftItem `json:"line_items"`
}

type draftItem struct {
	ProductID int64 `json:"product_id"`
	Quantity  int64 `json:"quantity"`
}

func (d draft) check() error {
	var wrong []web.FieldProblem
	if d.UserID < 1 || d.UserID > maxID {
		wrong = append(wrong, web.FieldProblem{Field: "user_id", Message: "must be a user's id"})
	}
	if len(d.LineItems) < 1 || len(d.LineItems) > maxLineItems {
		wrong = append(wrong, web.FieldProblem{Field: "line_items", Message: fmt.Sprintf("must be 1 to %d", maxLineItems)})
	}
	for i, item := range d.LineItems {
		if item.ProductID < 1 || item.ProductID > maxID {
			wrong = append(wrong, itemProblem(i, "product_id", "must be a product's id"))
		}
		if item.Quantity < 1 || item.Quantity > maxQuantity {
			wrong = append(wrong, itemProblem(i, "quantity", fmt.Sprintf("must be from 1 to %d", maxQuantity)))
		}
	}
	if wrong != nil {
		return web.Invalid(wrong...)
	}
	return nil
}

// merged is the items with each product once, in the order of their ids.
func (d draft) merged() []draftItem {
	items := slices.Clone(d.LineItems)
	slices.SortFunc(items, func(a, b draftItem) int { return cmp.Compare(a.ProductID, b.ProductID) })
	last := 0
	for _, item := range items[1:] {
		if item.ProductID == items[last].ProductID {
			items[last].Quantity += item.Quantity
			continue
		}
		last++
		items[last] = item
	}
	return items[:last+1]
}

func itemProblem(i int, field, message string) web.FieldProblem {
	return web.FieldProblem{Field: fmt.Sprintf("line_items[%d].%s", i, field), Message: message}
}
