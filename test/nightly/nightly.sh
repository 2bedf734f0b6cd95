#!/usr/bin/env bash
# What takes too long for every change (Debian 12, root, Node 20, Go; after `npm ci`): every test with its long cases,
# hours of people's work on a mount, random operations in number, and the benchmarks. A failed step is counted and the
# rest still runs. The last line is `N passed, N failed`, in steps.
#
#   test/nightly/nightly.sh [minutes of soak = 60] [operations of fuzz = 5000000]
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-60}
operations=${2:-5000000}
# A day's own cases, which its log tells how to repeat.
export LAYERSCOPE_FUZZ_SEED=${LAYERSCOPE_FUZZ_SEED:-$(date -u +%Y%m%d)}

passed=0
failed=0

# step NAME COMMAND…
step() {
  local name=$1 begin=$SECONDS
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  if "$@"; then
    passed=$((passed + 1))
    printf -- '-- %s: %s s\n' "$name" $((SECONDS - begin))
  else
    failed=$((failed + 1))
    printf -- '-- %s FAILED: %s s\n' "$name" $((SECONDS - begin))
  fi
}

step 'system packages' test/setup-debian.sh
step 'build' npm run --silent build
# Every fault at every step, crashes by the thousand, 64 clients for a minute, long histories; nothing is left out.
step 'tests, with the long cases' env LAYERSCOPE_NIGHTLY=1 LAYERSCOPE_REQUIRE=all node test/run.js
# The release line of Node that has long-term support now, beside the oldest one that is supported (this machine's).
lts=26
lts_node() {
  npm install --prefix test/.cache/node --ignore-scripts --no-save --silent "node-linux-$(node -p process.arch)@$lts"
}
step "Node $lts" lts_node
step "unit tests on Node $lts" "test/.cache/node/node_modules/node-linux-$(node -p process.arch)/bin/node" test/run.js unit
step 'fuzz' npm run --silent fuzz -- --ops "$operations" --seed "$LAYERSCOPE_FUZZ_SEED"
step 'soak' node test/soak/soak.js "$minutes" "$LAYERSCOPE_FUZZ_SEED"
step 'benchmarks' node test/bench/run.js

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
