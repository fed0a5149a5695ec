#!/usr/bin/env bash
# Runs the tests that were built, one target after the other, and says at the end which failed.
#
#   scripts/test.sh                 all test targets of Package.swift
#   scripts/test.sh TARGET …        those
#
# One after the other, because a test of one room that keeps both cores busy would make the deadlines of another run out.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
    mapfile -t targets < <(swift package dump-package | python3 -c '
import json, sys
print("\n".join(target["name"] for target in json.load(sys.stdin)["targets"] if target["type"] == "test"))')
fi
[[ ${#targets[@]} -gt 0 ]] || { echo "test: Package.swift names no test target" >&2; exit 1; }

failed=()
for number in "${!targets[@]}"; do
    target=${targets[$number]}
    echo "==> $target ($((number + 1)) of ${#targets[@]})"
    output=$(mktemp)
    swift test --skip-build --disable-xctest --filter "^$target\." 2>&1 | tee "$output"
    status=${PIPESTATUS[0]}
    # A filter that fits nothing would be a success.
    grep -Eq 'Test run with [1-9][0-9]* test' "$output" || status=1
    rm -f "$output"
    [[ $status -eq 0 ]] || failed+=("$target")
done

if [[ ${#failed[@]} -gt 0 ]]; then
    echo "test: failed: ${failed[*]}. Again with: scripts/test.sh ${failed[*]}" >&2
    exit 1
fi
echo "test: all ${#targets[@]} targets passed"
