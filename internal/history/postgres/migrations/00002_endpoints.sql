-- +goose Up
-- The newest run of each endpoint is at an end of this index.
ALTER TABLE tidemark_results ADD COLUMN suite TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE tidemark_results t SET suite = r.suite FROM tidemark_runs r WHERE r.id = t.run_id;
CREATE INDEX tidemark_results_suite_idx ON tidemark_results (suite, scenario COLLATE "C", started, run_id);
CREATE INDEX tidemark_runs_suite_idx ON tidemark_runs (suite, started, id);

-- +goose Down
DROP INDEX tidemark_runs_suite_idx;
DROP INDEX tidemark_results_suite_idx;
ALTER TABLE tidemark_results DROP COLUMN suite;
