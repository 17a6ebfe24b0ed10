# One line each, over commands that can as well be typed. What a variable holds can be said on the command line:
# make fuzz FUZZ=FuzzScenario PKG=./internal/suite FUZZTIME=5m
FUZZ     = FuzzRead
FUZZTIME = 30s
PKG      = ./internal/load/http1
LINT     = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help build install test race fuzz bench eval-diagnosis golden schema fmt lint tidy ci clean
help: ; @sed -n 's/^\([a-z-]*\):.*\#\# /\1\t/p' Makefile | expand -t 17
build: ; go build -o bin/tidemark ./cmd/tidemark ## bin/tidemark
install: ; go install ./cmd/tidemark ## tidemark, where go install puts it
test: ; ./scripts/test ## all tests, with the real servers that they need
race: ; ./scripts/test --race ## all tests under the race detector
fuzz: ; go test -run '^$$' -fuzz '^$(FUZZ)$$' -fuzztime $(FUZZTIME) $(PKG) ## one fuzz target: FUZZ, FUZZTIME, PKG
bench: ; go test -run '^$$' -bench . -benchmem ./... ## all Go benchmarks
eval-diagnosis: ; go run ./evaluation/diagnosis ## how often the true cause is named, over the shop's faults
golden: ; go test ./... -run 'Golden|Scripts' -args -update ## golden files, written anew
schema: ; go test ./internal/suite -run Schema -update ## the published JSON Schemas
fmt: ; $(LINT) fmt ## the source, formatted
lint: ; $(LINT) run ## what the linters say
tidy: ; go mod tidy ## go.mod and go.sum
ci: ; .ci/run ## all that CI runs
clean: ; rm -rf bin .cache ## what the above have built
