#!/usr/bin/env bash
# The third step of action.yml: shows the record of the comparison, with the token. What goes wrong here is a warning: the verdict is the exit code.
#
# RECORD     the record, or a folder that has one
# EXIT_CODE  how the gate ended; empty: another job measured, and showing is all that is to be done here
set -euo pipefail

arguments=(publish)
if [ -n "${EXIT_CODE:-}" ]; then
  shopt -s nullglob
  records=("$RECORD"/*.comparison.json)
  if [ ${#records[@]} -eq 0 ]; then
    echo 'nothing was compared, so there is nothing to show'
    exit 0
  fi
  arguments+=(--exit "$EXIT_CODE")
fi
tidemark "${arguments[@]}" -- "$RECORD" || {
  code=$?
  echo '::warning::The verdict could not be shown in full; the log of this step says why.'
  [ -n "${EXIT_CODE:-}" ] || exit "$code"
}
