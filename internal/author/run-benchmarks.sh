#!/usr/bin/env bash
# Runs this suite, one scenario after another, and ends with Tidemark's exit code: 0 pass, 1 a threshold was breached, 2 the
# input is wrong, 3 void, 4 the target cannot be reached, 5 Tidemark's own failure.
#
#   TARGET=https://staging.example.com ./run-benchmarks.sh
#   ./run-benchmarks.sh --target http://127.0.0.1:8080 --json
#
# TARGET       base URL of the API; or say --target, or `target` in suite.yml
# TIDEMARK     the program to use; else the one on the PATH; else Go builds it
# COMMIT       the commit that answers, where git does not know it
#
# All arguments go to `tidemark run`. Results are saved in results/ beside this script.
set -euo pipefail

suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
module=github.com/tidemark/tidemark

say() { printf 'run-benchmarks: %s\n' "$*" >&2; }

built= # the folder of a program that Go has built
trap 'if [ -n "$built" ]; then rm -rf "$built"; fi' EXIT

# A program that Go builds is kept in a file: `go run` turns every failure into exit code 1.
find_tidemark() {
  if [ -n "${TIDEMARK:-}" ]; then
    tidemark=$TIDEMARK
    return
  fi
  if tidemark=$(command -v tidemark); then
    return
  fi
  if ! command -v go >/dev/null 2>&1; then
    say "tidemark is not on the PATH, and neither is Go, which could build it: go install $module/cmd/tidemark@latest"
    exit 2
  fi
  built=$(mktemp -d)
  tidemark=$built/tidemark
  if [ -n "$(cd "$suite" && go list -m "$module" 2>/dev/null)" ]; then
    say "building the tidemark of this module"
    (cd "$suite" && go build -o "$tidemark" "$module/cmd/tidemark") || exit 5
  else
    say "building $module@latest"
    GOBIN=$built go install "$module/cmd/tidemark@latest" || exit 5
  fi
}
find_tidemark

arguments=("$suite")
if [ -n "${TARGET:-}" ]; then
  arguments+=(--target "$TARGET")
fi
if [ -n "${COMMIT:-}" ]; then
  arguments+=(--commit "$COMMIT")
fi

status=0
"$tidemark" run "${arguments[@]}" "$@" || status=$?
exit "$status"
