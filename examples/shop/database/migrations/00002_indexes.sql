-- +goose Up
CREATE INDEX search_terms_term_category_idx ON search_terms (term, category_id, product_id);
CREATE UNIQUE INDEX line_items_order_idx ON line_items (order_id, position);

-- +goose Down
DROP INDEX line_items_order_idx;
DROP INDEX search_terms_term_category_idx;
