#!/usr/bin/env bash
# Checks the files of deploy/ and config/ with what there is to check them: their structure, their references to each
# other and to the sources, and, where systemd is installed, the units by systemd itself.
#
# First the checks are checked: each is given broken files, and has to find what is wrong with them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The python3 of PATH need not be Debian's, for which setup.sh installs python3-yaml.
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import yaml' 2>/dev/null; then
        "$python" -B -m deploy_checks.selftest
        exec "$python" -B -m deploy_checks
    fi
done
echo "check-deploy: no python3 with PyYAML. Install it: apt-get install python3-yaml (scripts/setup.sh test does)" >&2
exit 1
