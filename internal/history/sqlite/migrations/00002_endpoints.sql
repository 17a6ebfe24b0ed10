-- +goose Up
-- The newest run of each endpoint is at an end of this index.
ALTER TABLE results ADD COLUMN suite TEXT NOT NULL DEFAULT '';
UPDATE results SET suite = (SELECT suite FROM runs WHERE id = run_id);
CREATE INDEX results_suite_idx ON results (suite, scenario, started, run_id);
CREATE INDEX runs_suite_idx ON runs (suite, started, id);

-- Records get a table of their own: where they were, SQLite read whole ones to compare the ids of others.
CREATE TABLE records (
    run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    record BLOB NOT NULL -- the JSON document, compressed with zstd
);
INSERT INTO records SELECT id, record FROM runs;
ALTER TABLE runs DROP COLUMN record;

-- +goose Down
ALTER TABLE runs ADD COLUMN record BLOB NOT NULL DEFAULT x'';
UPDATE runs SET record = (SELECT record FROM records WHERE run_id = id);
DROP TABLE records;
DROP INDEX runs_suite_idx;
DROP INDEX results_suite_idx;
ALTER TABLE results DROP COLUMN suite;
