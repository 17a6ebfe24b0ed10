#!/usr/bin/env bash
# The second step of action.yml: runs tidemark gate or tidemark run, with the inputs as its flags. The token of the code host is not here, since the measured code
# is. A history and its token are, where one is asked: then nothing is built.
#
# The step itself always succeeds, so that what was measured can be shown; exit-code is the verdict, and the last step ends with it.
set -euo pipefail

command=${COMMAND:-gate}
if [ "$command" = gate ] && [ -n "${INPUT_BASE:-}" ]; then
  unset INPUT_HISTORY
elif [ -n "${INPUT_HISTORY_TOKEN:-}" ]; then
  export TIDEMARK_HISTORY_TOKEN=$INPUT_HISTORY_TOKEN # an empty one would hide that of the job
fi
unset INPUT_HISTORY_TOKEN

case $command in
  gate) flags='base head target branch history commit max-time tolerance tolerance-time inconclusive' ;;
  run) flags='target history commit' ;;
  publish)
    echo 'exit-code=' >>"${GITHUB_OUTPUT:?}"
    exit 0
    ;;
  *)
    printf '::error::command "%s" is none of gate, run and publish\n' "$command"
    echo 'exit-code=2' >>"${GITHUB_OUTPUT:?}"
    exit 0
    ;;
esac

arguments=("$command")
for flag in $flags; do
  variable=INPUT_$(printf %s "$flag" | tr 'a-z-' 'A-Z_') # macOS has a bash without ${flag^^}
  if [ -n "${!variable:-}" ]; then
    arguments+=("--$flag=${!variable}")
  fi
done
while IFS= read -r source; do
  [ -z "$source" ] || arguments+=("--evidence=$source")
done <<<"${INPUT_EVIDENCE:-}"
results=${INPUT_RESULTS:-${RUNNER_TEMP:?}/tidemark-results}
arguments+=("--results=$results" -- "${INPUT_SUITE:-benchmarks/api-performance}")

code=0
tidemark "${arguments[@]}" || code=$?
{
  echo "exit-code=$code"
  echo "results=$results"
} >>"${GITHUB_OUTPUT:?}"
