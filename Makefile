.PHONY: help build test race fuzz
help:  ; @grep -E '^[a-z]+:' Makefile
build: ; go build -o bin/tidemark ./cmd/tidemark
test:  ; ./scripts/test
race:  ; ./scripts/test --race
fuzz:  ; go test -fuzz FuzzRead -fuzztime 30s ./internal/load/http1
