-- +goose Up
-- The newest run of each endpoint is at an end of this index.
ALTER TABLE results ADD COLUMN suite TEXT NOT NULL DEFAULT '';
UPDATE results SET suite = (SELECT suite FROM runs WHERE id = run_id);
CREATE INDEX results_suite_idx ON results (suite, scenario, started, run_id);
CREATE INDEX runs_suite_idx ON runs (suite, started, id);

-- +goose Down
DROP INDEX runs_suite_idx;
DROP INDEX results_suite_idx;
ALTER TABLE results DROP COLUMN suite;
