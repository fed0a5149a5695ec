#!/usr/bin/env bash
# Compares the optimizer with OR-Tools CP-SAT, which it installs in an environment of its own in .tools.
#
#   Benchmarks/optimizer/run.sh NOVA_BENCH [options of nova-bench optimizer]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bench=$1
shift
environment=$here/../../.tools/ortools
if [[ ! -x $environment/bin/python3 ]] || ! "$environment/bin/python3" -c 'import ortools' 2>/dev/null; then
    echo "bench: installing OR-Tools from PyPI into .tools/ortools" >&2
    python3 -m venv "$environment" && "$environment/bin/pip" install --quiet ortools ||
        { echo "bench: OR-Tools could not be installed; python3-venv and access to PyPI are needed" >&2; exit 1; }
fi
export PATH=$environment/bin:$PATH
exec "$bench" optimizer --cpsat "$here/cpsat.py" "$@"
