-- Both databases read these statements. Times are Unix milliseconds and identifiers that grow are ULIDs, since SQLite has no
-- timestamps and the two have no common way to number rows.

-- +goose Up
CREATE TABLE categories (
    id   INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE products (
    id          INTEGER PRIMARY KEY,
    category_id INTEGER NOT NULL REFERENCES categories (id),
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    price_cents BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX products_category_idx ON products (category_id, id);

CREATE TABLE variants (
    id          INTEGER PRIMARY KEY,
    product_id  INTEGER NOT NULL REFERENCES products (id),
    sku         TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    price_cents BIGINT NOT NULL
);
CREATE INDEX variants_product_idx ON variants (product_id);

CREATE TABLE reviews (
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    rating     INTEGER NOT NULL,
    author     TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reviews_product_idx ON reviews (product_id, created_at);

CREATE TABLE stock (
    product_id INTEGER PRIMARY KEY REFERENCES products (id),
    available  BIGINT NOT NULL
);

-- The words of each product's name and description, lower-cased, once.
CREATE TABLE search_terms (
    term        TEXT NOT NULL,
    category_id INTEGER NOT NULL REFERENCES categories (id),
    product_id  INTEGER NOT NULL REFERENCES products (id)
);

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL
);

CREATE TABLE orders (
    id          TEXT PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    status      TEXT NOT NULL,
    total_cents BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX orders_user_idx ON orders (user_id, created_at);
CREATE INDEX orders_pending_idx ON orders (created_at) WHERE status = 'pending';

-- Name and price are copies: an order says what was bought, and at what price.
CREATE TABLE line_items (
    order_id         TEXT NOT NULL REFERENCES orders (id),
    position         INTEGER NOT NULL,
    product_id       INTEGER NOT NULL REFERENCES products (id),
    name             TEXT NOT NULL,
    quantity         BIGINT NOT NULL,
    unit_price_cents BIGINT NOT NULL
);

-- +goose Down
DROP TABLE line_items;
DROP TABLE orders;
DROP TABLE users;
DROP TABLE search_terms;
DROP TABLE stock;
DROP TABLE reviews;
DROP TABLE variants;
DROP TABLE products;
DROP TABLE categories;
