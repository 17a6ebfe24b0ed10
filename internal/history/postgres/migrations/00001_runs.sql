-- +goose Up
-- Names begin with tidemark_, so that the database can be shared. Ids go by their bytes, whatever the database's language.
CREATE TABLE tidemark_runs (
    id        TEXT COLLATE "C" PRIMARY KEY,
    suite     TEXT NOT NULL,
    started   TIMESTAMPTZ NOT NULL,
    sha       TEXT NOT NULL,
    branch    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    dirty     BOOLEAN NOT NULL,
    target    TEXT NOT NULL,
    partial   BOOLEAN NOT NULL,
    status    TEXT NOT NULL,
    scenarios INTEGER NOT NULL,
    record    BYTEA NOT NULL -- the JSON document, compressed with zstd
);
ALTER TABLE tidemark_runs ALTER COLUMN record SET STORAGE EXTERNAL; -- compressing it again would gain nothing
CREATE INDEX tidemark_runs_started_idx ON tidemark_runs (started, id);
CREATE INDEX tidemark_runs_sha_idx ON tidemark_runs (sha);

-- What series are read from, in their order. A view of the record: it can be made anew from there.
CREATE TABLE tidemark_results (
    scenario   TEXT NOT NULL,
    started    TIMESTAMPTZ NOT NULL,
    run_id     TEXT COLLATE "C" NOT NULL REFERENCES tidemark_runs (id) ON DELETE CASCADE,
    counts     BOOLEAN NOT NULL, -- false: void, or of a partial run
    p50        DOUBLE PRECISION NOT NULL,
    p90        DOUBLE PRECISION NOT NULL,
    p95        DOUBLE PRECISION NOT NULL,
    p99        DOUBLE PRECISION NOT NULL,
    p999       DOUBLE PRECISION NOT NULL,
    mean       DOUBLE PRECISION NOT NULL,
    max        DOUBLE PRECISION NOT NULL,
    throughput DOUBLE PRECISION NOT NULL,
    errors     DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (scenario, started, run_id)
);
CREATE INDEX tidemark_results_run_idx ON tidemark_results (run_id);

-- +goose Down
DROP TABLE tidemark_results;
DROP TABLE tidemark_runs;
