#!/usr/bin/env bash
# Measures Nova on this machine and prints one table: see Benchmarks/README.md.
#
#   Benchmarks/run.sh [--only gateway|end-to-end|tasks|allocations|memories|analytics|redis|kafka]... [--rounds N] [--seconds N]
#
# NOVA_BIN: the folder with the release build; .build-release/release if not set. `make bench` builds it first.
# Starts all it needs on 127.0.0.1 and free ports, takes less than four minutes, leaves nothing behind.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binaries=${NOVA_BIN:-$here/../.build-release/release}

fail() {
    printf 'bench: %s\n' "$@" >&2
    exit 1
}

case " $* " in
    *" --help "* | *" -h "*)
        sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p'
        exit
        ;;
esac

for program in nova-bench nova-gateway nova-optimization-worker nova-coordination-worker nova-allocation-worker nova-memory-worker nova-test-broker; do
    [[ -x $binaries/$program ]] || fail "$binaries/$program is not there." "Run 'make bench', which builds it."
done
for program in wrk redis-server redis-benchmark gcc; do
    command -v "$program" >/dev/null || fail "$program is not there." "Run 'scripts/setup.sh bench', which installs it."
done

# Everything temporary is made in here, by nova-bench too, so that it goes even when that is killed.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work

for program in produce consume; do
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror "$here/c/$program.c" -o "$work/$program" -lrdkafka
done
"$binaries/nova-bench" run --binaries "$binaries" --scripts "$here/wrk" --c-programs "$work" "$@"
