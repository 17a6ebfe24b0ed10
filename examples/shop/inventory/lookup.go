package inventory

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// DispatchDays asks, in one call, in how many days each of the products leaves the warehouse.
func (c *Client) DispatchDays(ctx context.Context, products []int64) (days map[int64]int, err error) {
	query := url.Values{}
	for _, id := range products {
		query.Add("product", strconv.FormatInt(id, 10))
	}
	var answer struct{ Data []Dispatch }
	if err := c.get(ctx, "/dispatch", "/dispatch?"+query.Encode(), &answer); err != nil {
		return nil, err
	}
	days = make(map[int64]int, len(answer.Data))
	for _, d := range answer.Data {
		days[d.ProductID] = d.Days
	}
	return days, nil
}

// Dispatch asks in how many days a product leaves the warehouse.
func (c *Client) Dispatch(ctx context.Context, product int64) (days int, err error) {
	var answer Dispatch
	err = c.get(ctx, "/products/{id}/dispatch", fmt.Sprintf("/products/%d/dispatch", product), &answer)
	return answer.Days, err
}

// Warehouse asks where a product lies.
func (c *Client) Warehouse(ctx context.Context, product int64) (name string, err error) {
	var answer struct{ Warehouse string }
	err = c.get(ctx, "/products/{id}/warehouse", fmt.Sprintf("/products/%d/warehouse", product), &answer)
	return answer.Warehouse, err
}

// Carriers asks who would bring a product, and for how much.
func (c *Client) Carriers(ctx context.Context, product int64) ([]Carrier, error) {
	var answer struct{ Data []Carrier }
	err := c.get(ctx, "/products/{id}/carriers", fmt.Sprintf("/products/%d/carriers", product), &answer)
	return answer.Data, err
}
