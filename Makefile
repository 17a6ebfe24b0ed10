# One line each, over commands that can as well be typed. What a variable holds can be said on the command line:
# make fuzz FUZZ=FuzzScenario PKG=./internal/suite FUZZTIME=5m
FUZZ     = FuzzRead
FUZZTIME = 30s
PKG      = ./internal/load/http1
ACTIONLINT = go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
LINT     = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help build install test race fuzz bench golden schema eval-gate eval-eagerload eval-changepoints eval-diagnosis eval-authoring eval-k6 fmt lint tidy ci clean
help: ; @sed -n 's/^\([a-z-]*\):.*\#\# /\1\t/p' Makefile | expand -t 20
build: ; go build -o bin/tidemark ./cmd/tidemark ## bin/tidemark
install: ; go install ./cmd/tidemark ## tidemark, where go install puts it
test: ; ./scripts/test ## all tests, with the real servers that they need
race: ; ./scripts/test --race ## all tests under the race detector
fuzz: ; go test -run '^$$' -fuzz '^$(FUZZ)$$' -fuzztime $(FUZZTIME) $(PKG) ## one fuzz target: FUZZ, FUZZTIME, PKG
bench: ; go test -run '^$$' -bench . -benchmem ./... ## all Go benchmarks
golden: ; go test ./... -run 'Golden|Scripts' -args -update ## golden files, written anew
schema: ; go test ./internal/suite -run Schema -update ## the published JSON Schemas
eval-gate: ; go build -o bin/evalgate ./evaluation/gate && bin/evalgate all -out .cache/gate ## how often the gate is wrong (over an hour, on a machine left alone)
eval-eagerload: ; go run ./evaluation/eagerload ## gate and bisect on the shop, with an eager load removed (some ten minutes)
eval-changepoints: ; go run ./evaluation/changepoints > evaluation/changepoints/RESULTS.md ## how well steps and drift are found, written anew (some minutes)
eval-diagnosis: ; go run ./evaluation/diagnosis ## whether each of the shop's faults is found, by each kind of evidence
eval-authoring: ; { go run ./evaluation/authoring; echo; go run ./evaluation/authoring mix; } > evaluation/authoring/RESULTS.md ## how fast a gigabyte of access log becomes a suite, beside goaccess, and whether the suite makes the traffic of its log
eval-k6: ; go run ./evaluation/k6 --k6 $${TIDEMARK_TEST_K6:-k6} > evaluation/k6/RESULTS.md ## whether k6 sends for an exported suite what Tidemark sends for the suite (four minutes)
fmt: ; $(LINT) fmt ## the source, formatted
lint: ; $(LINT) run && $(ACTIONLINT) ## what the linters say, of the workflows too
tidy: ; go mod tidy ## go.mod and go.sum
ci: ; .ci/run ## all that CI runs
clean: ; rm -rf bin .cache ## what the above have built
