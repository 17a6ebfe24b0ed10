-- +goose Up
CREATE TABLE runs (
    id        TEXT PRIMARY KEY,
    suite     TEXT NOT NULL,
    started   INTEGER NOT NULL, -- microseconds since 1970
    sha       TEXT NOT NULL,
    branch    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    dirty     INTEGER NOT NULL,
    target    TEXT NOT NULL,
    partial   INTEGER NOT NULL,
    status    TEXT NOT NULL,
    scenarios INTEGER NOT NULL,
    record    BLOB NOT NULL -- the JSON document, compressed with zstd
) WITHOUT ROWID;
CREATE INDEX runs_started_idx ON runs (started, id);
CREATE INDEX runs_sha_idx ON runs (sha);

-- What series are read from, in their order. A view of the record: it can be made anew from there.
CREATE TABLE results (
    scenario   TEXT NOT NULL,
    started    INTEGER NOT NULL,
    run_id     TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    counts     INTEGER NOT NULL, -- 0: void, or of a partial run
    p50        REAL NOT NULL,
    p90        REAL NOT NULL,
    p95        REAL NOT NULL,
    p99        REAL NOT NULL,
    p999       REAL NOT NULL,
    mean       REAL NOT NULL,
    max        REAL NOT NULL,
    throughput REAL NOT NULL,
    errors     REAL NOT NULL,
    PRIMARY KEY (scenario, started, run_id)
) WITHOUT ROWID;
CREATE INDEX results_run_idx ON results (run_id);

-- +goose Down
DROP TABLE results;
DROP TABLE runs;
