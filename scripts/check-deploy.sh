#!/usr/bin/env bash
# Checks the files of deploy/ with what there is to check them: their structure, their references to each other and to
# Package.swift, the settings that they set, and, where systemd is installed, the units by systemd itself. The files of
# config/ are written from the settings' declarations; the tests of NovaCommand hold them to these.
#
# First the checks are checked: each is given broken files, and has to find what is wrong with them.
#
# Builds `nova`, which knows the settings, unless NOVA_BIN names a folder that has it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The python3 of PATH need not be Debian's, for which setup.sh installs python3-yaml.
for python in python3 /usr/bin/python3; do
    if "$python" -c 'import yaml' 2>/dev/null; then
        "$python" -B -m deploy_checks.selftest
        if [[ -z ${NOVA_BIN:-} ]]; then
            swift build --package-path .. --product nova >&2
            NOVA_BIN=../.build/debug
        fi
        "$NOVA_BIN/nova" settings --json | "$python" -B -m deploy_checks
        exit
    fi
done
echo "check-deploy: no python3 with PyYAML. Install it: apt-get install python3-yaml (scripts/setup.sh test does)" >&2
exit 1
