"""Checks the real files; prints one line for each fault and ends with 1 where there is one.

Reads from standard input what `nova settings --json` prints.
"""

import json
import sys

import yaml

from . import ROOT, compose, dockerfile, executables, units

DEPLOY, CONFIG = ROOT / "deploy", ROOT / "config"


def text(path):
    return path.read_text(encoding="utf-8")


def variables(declared):
    """The names of the environment variables that deployments may set, out of what `nova settings --json` prints."""
    return {name for setting in declared["settings"] for name in setting["environment"]} | set(declared["other_variables"])


def check_examples():
    faults = []
    for path in sorted((CONFIG / "examples").glob("*.json")):
        try:
            steps = json.loads(text(path))["parameters"]["steps"]
            if not steps:
                faults.append(f"{path.name}: has no steps")
        except (ValueError, KeyError, TypeError) as error:
            faults.append(f"{path.name}: is not the body of an optimize request: {error!r}")
        if path.name not in text(CONFIG / "examples" / "README.md"):
            faults.append(f"{path.name}: the README beside it does not name it")
    return faults


def main():
    products = executables(text(ROOT / "Package.swift"))
    declared = json.load(sys.stdin)
    known = variables(declared)
    faults = check_examples()
    faults += dockerfile.check(
        text(DEPLOY / "Dockerfile"),
        lambda path: (ROOT / path).exists(),
        dockerfile.ignores(text(DEPLOY / "Dockerfile.dockerignore")),
        products,
    )
    document = yaml.safe_load(text(DEPLOY / "compose.yaml"))
    faults += compose.check(document, lambda path: (DEPLOY / path).exists(), products, known)
    faults += compose.proxy(text(DEPLOY / "haproxy.cfg"), document["services"])
    files = {path.name: text(path) for path in sorted((DEPLOY / "systemd").iterdir())}
    for name, unit in files.items():
        faults += units.check(name, unit, products, known, {path.name for path in CONFIG.iterdir()})
    faults += units.check_drop_in("restart-steps.conf", text(DEPLOY / "restart-steps.conf"), units.SINCE_254)
    analyzed = units.analyze(files)
    faults += analyzed or []
    for fault in faults:
        print(f"check-deploy: {fault}", file=sys.stderr)
    if faults:
        return 1
    by_systemd = "" if analyzed is not None else " (not by systemd, which is not installed)"
    print(f"check-deploy: {len(known)} variables, {len(document['services'])} services, {len(files)} units{by_systemd}")
    return 0


sys.exit(main())
