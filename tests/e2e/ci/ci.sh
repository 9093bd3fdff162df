#!/usr/bin/env bash
# The steps of the scheduled workflow (examples/ci), on this machine against the known-answer endpoint: plan, three shards at once,
# merge, check, compare, every output. Each exit code must be seen once.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
here=$root/tests/e2e/ci
work=$(mktemp -d)
endpoint=
finish() {
  if [ -n "$endpoint" ]; then kill "$endpoint" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
cd "$work"
export XDG_CACHE_HOME=$work/.cache NO_COLOR=1
unset CI_NODE_INDEX CI_NODE_TOTAL GITHUB_STEP_SUMMARY NODE_OPTIONS

needlescope() { node "$root/dist/main.js" "$@"; }
declare -A seen=()
step() { printf '%s\n' "$*"; }
fail() {
  printf 'e2e:ci: %s\n' "$*" >&2
  exit 1
}
# expect CODE COMMAND…: runs it, its output in stdout.txt and stderr.txt.
expect() {
  local want=$1 code=0
  shift
  "$@" >stdout.txt 2>stderr.txt || code=$?
  if [ "$code" != "$want" ]; then
    cat stdout.txt stderr.txt >&2
    fail "expected exit $want, got $code: $*"
  fi
  seen[$want]=1
}
says() { grep -qF -- "$2" "$1" || { cat "$1" >&2; fail "expected \"$2\" in $1"; }; }

step 'the known-answer endpoint'
node "$root/dist/main.js" serve --port 0 >endpoint.txt 2>/dev/null &
endpoint=$!
for _ in $(seq 100); do [ -s endpoint.txt ] && break; sleep 0.1; done
VLLM_URL=$(head -n 1 endpoint.txt)
export VLLM_URL
[ -n "$VLLM_URL" ] || fail 'the endpoint did not start'

# The config as a job has it: `build` stands for what is served behind the same name from one night to the next.
config() {
  cat >needlescope.yaml <<YAML
version: 1
models:
  - name: served
    model: known-answer/$1
    tokenizer: o200k_base
    templateOverhead: 8
    contextWindow: 128k
    baseUrl: \${VLLM_URL}
contextLengths: [1k, 2k, 4k, 8k]
depths: {count: 11}
trials: 3
thresholds: ["accuracy >= 0.95", "accuracy[8k..8k] >= 0.9", "effectiveLength >= 4k", "failed == 0"]
YAML
}

# night NAME: three shards at once, then merged.
night() {
  local name=$1 shard
  local -a jobs=()
  for shard in 1 2 3; do
    needlescope run needlescope.yaml --shard "$shard/3" --out "reports/$name-shard-$shard" --quiet >/dev/null 2>"shard-$shard.txt" &
    jobs+=($!)
  done
  for shard in 1 2 3; do
    wait "${jobs[$((shard - 1))]}" || { cat "shard-$shard.txt" >&2; fail "shard $shard of $name"; }
  done
  expect 0 needlescope merge "reports/$name-shard-"[123] -o "reports/$name"
}

step 'plan'
config perfect
expect 0 needlescope plan needlescope.yaml
says stdout.txt '132 cells'

step 'a first night: shards, merge, check, every form'
night monday
says stdout.txt '132 of 132 cells from 3 runs'
export GITHUB_STEP_SUMMARY=$work/summary.md
expect 0 needlescope check reports/monday --junit check.xml --gitlab-metrics metrics.txt --benchmark benchmark.json \
  --badge badge.svg --github
expect 0 needlescope check reports/monday --badge badge.json
expect 0 needlescope report reports/monday --format html,md
expect 0 needlescope baseline save reports/monday
[ "$(tail -n 1 metrics.txt)" = '# EOF' ] || fail 'the metrics have no end'
node -e 'for (const file of ["benchmark.json", "badge.json"]) JSON.parse(require("fs").readFileSync(file, "utf8"))'
says summary.md '**SIMULATED**'
says badge.svg 'SIMULATED'

step 'the next night, the same build: no alarm'
expect 0 needlescope run needlescope.yaml --out reports/tuesday --quiet
expect 0 needlescope compare baselines/main reports/tuesday --gate --junit same.xml --github

step 'a worse build: the gate, the thresholds and the history say so'
config lost-in-the-middle
night wednesday
expect 5 needlescope compare baselines/main reports/wednesday --gate --junit regression.xml --github
says stderr.txt '::error title='
[ "$(grep -c '^::error' stderr.txt)" -le 10 ] || fail 'more annotations than GitHub shows'
expect 5 needlescope check reports/wednesday --junit worse.xml --badge worse.svg --github
says worse.xml '<failure type="threshold"'
[ "$(wc -c <summary.md)" -le 1048576 ] || fail 'a summary that GitHub drops'
unset GITHUB_STEP_SUMMARY
expect 0 needlescope history reports/monday reports/tuesday reports/wednesday -o reports/history.html
says stdout.txt 'changed: 100.0 %'
says reports/history.html 'monday/report.html'

step 'an interrupted shard, then a missing one, then a shard of another config'
config slow
node "$root/dist/main.js" run needlescope.yaml --shard 2/3 --out reports/slow-shard-2 --quiet >/dev/null 2>stderr.txt &
job=$!
for _ in $(seq 200); do [ -s reports/slow-shard-2/results.jsonl ] && break; sleep 0.1; done
kill -INT "$job"
code=0
wait "$job" || code=$?
[ "$code" = 130 ] || fail "expected exit 130 of an interrupted shard, got $code"
seen[130]=1
expect 6 needlescope run needlescope.yaml --shard 1/3 --out reports/slow-shard-1 --quiet --max-minutes 0.005
expect 4 needlescope merge reports/slow-shard-[12] -o reports/slow
says stderr.txt 'shard 1/3 in reports/slow-shard-1 was interrupted'
says stderr.txt 'shard 2/3 in reports/slow-shard-2 was interrupted'
says stderr.txt 'shard 3/3 is missing'
expect 4 needlescope check reports/slow --junit incomplete.xml
says incomplete.xml '<error type="incomplete"'
expect 3 needlescope merge reports/monday-shard-1 reports/slow-shard-2 -o reports/mixed
says stderr.txt 'known-answer/perfect → known-answer/slow'

step 'the other exit codes'
expect 2 needlescope run needlescope.yaml --shard 4/3
expect 3 needlescope check reports/nothing
expect 1 env NODE_OPTIONS="--import=file://$here/planted-fault.mjs" node "$root/dist/main.js" list models --json
says stderr.txt 'this is a bug in needlescope'

step 'frozen prompts on two builds'
config perfect
expect 0 needlescope export needlescope.yaml --to pack -o prompts.jsonl
expect 0 needlescope run needlescope.yaml --pack prompts.jsonl --out reports/pack-a --quiet
config lost-in-the-middle
expect 5 needlescope run needlescope.yaml --pack prompts.jsonl --out reports/pack-b --quiet
expect 5 needlescope compare reports/pack-a reports/pack-b --gate --junit pack.xml
says stdout.txt '132 pairs of the same prompts'
sed '3s/[0-9]/x/' prompts.jsonl >changed.jsonl
expect 3 needlescope run needlescope.yaml --pack changed.jsonl --out reports/pack-c --quiet

step 'the instrument itself'
expect 0 needlescope calibrate --profile patchy --profile truncates-8k --profile thinks --quiet
says stdout.txt 'ok  patchy'

step 'JUnit against its schema'
node "$here/validate-junit.mjs" check.xml same.xml regression.xml worse.xml incomplete.xml pack.xml

for code in 0 1 2 3 4 5 6 130; do
  [ -n "${seen[$code]:-}" ] || fail "exit code $code was never seen"
done
step 'e2e:ci: all exit codes seen, all forms written and valid'
