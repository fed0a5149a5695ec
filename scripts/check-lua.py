#!/usr/bin/env python3
"""Checks the Lua scripts with luacheck (Debian: lua-check), each with the libraries that it includes, as Redis runs it.

A function of a library is unused only where no script that includes the library uses it. Exits with 1 and one line for each
fault, at its place in the file it stands in.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCES = pathlib.Path(__file__).resolve().parent.parent / "Sources"
# Those of all, and those of each pool; no two have one name.
SCRIPTS = {path.stem: path for path in [*SOURCES.glob("NovaStore/Scripts/*.lua"), *SOURCES.glob("*/Store/Scripts/*.lua")]}
INCLUDE = re.compile(r"-- @include (\S+)$")
FAULT = re.compile(r".*/([\w-]+)\.lua:(\d+):(\d+): \(([EW]\d+)\) (.*)")
# Unused: variables, arguments, values, labels.
UNUSED = ("W2", "W3")
GLOBALS = ["--read-globals", "redis", "cjson", "cmsgpack", "bit", "struct", "KEYS", "--globals", "ARGV"]


def lines(name, included):
    """The lines of a script after those of the libraries it includes, each as (file, line number, text)."""
    if name in included:
        return []
    included.append(name)
    if name not in SCRIPTS:
        sys.exit(f"check-lua: {included[0]}.lua includes {name}, which is no script of any target")
    own = SCRIPTS[name].read_text(encoding="utf-8").splitlines()
    before = []
    for line in own:
        if match := INCLUDE.match(line):
            before += lines(match.group(1), included)
    return before + [(name, number, line) for number, line in enumerate(own, start=1)]


def place(line):
    """Where a line of a joined text stands."""
    return f"on line {line[1]} of {line[0]}.lua"


def main():
    if not shutil.which("luacheck"):
        sys.exit("check-lua: there is no 'luacheck'. Install it: apt-get install lua-check, or scripts/setup.sh test")
    names = sorted(name for name in SCRIPTS if not name.startswith("lib-"))
    if not names:
        sys.exit(f"check-lua: no script in {SOURCES}")
    places, users = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            included = []
            places[name] = lines(name, included)
            for part in included:
                users.setdefault(part, set()).add(name)
            text = "\n".join(line for _, _, line in places[name]) + "\n"
            (pathlib.Path(folder) / f"{name}.lua").write_text(text, encoding="utf-8")
        command = ["luacheck", "--no-color", "--codes", "--formatter", "plain", "--std", "lua51", "--no-max-line-length"]
        output = subprocess.run(command + [folder] + GLOBALS, capture_output=True, text=True, check=False)
    if output.returncode > 2:
        sys.exit(f"check-lua: luacheck failed: {output.stderr or output.stdout}")
    found = {}
    for match in map(FAULT.match, output.stdout.splitlines()):
        if match:
            script, line, column, code, text = match.groups()
            part, number, _ = places[script][int(line) - 1]
            # Where the text names another line, it is one of the joined text.
            text = re.sub(r"on line (\d+)", lambda other: place(places[script][int(other[1]) - 1]), text)
            found.setdefault((part, number, column, code, text), set()).add(script)
    faults = [
        f"{part}.lua:{number}:{column}: {text} ({code})"
        for (part, number, column, code, text), scripts in sorted(found.items())
        if not code.startswith(UNUSED) or scripts == users[part]
    ]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    print(f"check-lua: {len(names)} scripts and {len(users) - len(names)} libraries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
