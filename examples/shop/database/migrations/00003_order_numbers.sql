-- Consecutive numbers of orders, for accountants. An order without one is identified by its id all the same.

-- +goose Up
ALTER TABLE orders ADD COLUMN number BIGINT;
CREATE TABLE order_numbers (last BIGINT NOT NULL);
INSERT INTO order_numbers (last) VALUES (0);

-- +goose Down
DROP TABLE order_numbers;
ALTER TABLE orders DROP COLUMN number;
