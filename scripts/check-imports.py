#!/usr/bin/env python3
"""Checks that each target imports only what Package.swift declares for it: the rooms of docs/architecture.md.

`swift build --explicit-target-dependency-import-check error` is meant to do this, but does nothing in Swift 6.3, and a
module that another target has built is found whether or not it was declared. This reads the imports themselves.
Exits with 1 and one line for each import that is not declared.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Modules of the toolchain and the system, which no manifest declares.
TOOLCHAIN = {
    "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Musl",
    "Observation", "PackageDescription", "RegexBuilder", "Swift", "Synchronization", "Testing", "XCTest", "_Concurrency",
}  # fmt: skip

IMPORT = re.compile(
    r"^\s*(?:@[\w()]+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|var|let)\s+)?(\w+)"
)


def imports(path):
    """The modules that a source file imports, with the line of each."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if match := IMPORT.match(line):
            yield number, match.group(1)


def declared(target):
    """The names of the targets and products that a target may use."""
    names = set()
    for dependency in target["dependencies"]:
        kind, value = next(iter(dependency.items()))
        if kind not in ("byName", "target", "product"):
            sys.exit(f"check-imports: does not know a dependency of the kind '{kind}' (of {target['name']})")
        names.add(value[0])
    return names


def folder(target):
    """Where a target's sources are."""
    if target.get("path"):
        return ROOT / target["path"]
    return ROOT / ("Tests" if target["type"] == "test" else "Sources") / target["name"]


def main():
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    faults, checked = [], 0
    for target in json.loads(dump)["targets"]:
        if target["type"] == "system":
            continue
        # A module's name is its target's with an underscore for what a module may not be called.
        allowed = {re.sub(r"\W", "_", name) for name in declared(target)} | TOOLCHAIN
        for path in sorted(folder(target).rglob("*.swift")):
            checked += 1
            for line, module in imports(path):
                if module not in allowed:
                    place = f"{path.relative_to(ROOT)}:{line}"
                    faults.append(f"{place}: {target['name']} imports {module}, which Package.swift does not declare")
    for fault in faults:
        print(fault, file=sys.stderr)
    if checked == 0:
        faults.append("nothing")
        print("check-imports: no source file found", file=sys.stderr)
    if faults:
        return 1
    print(f"check-imports: {checked} files import only what is declared")
    return 0


if __name__ == "__main__":
    sys.exit(main())
