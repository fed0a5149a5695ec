"""Checks the real files; prints one line for each fault and ends with 1 where there is one."""

import json
import sys

import yaml

from . import ROOT, compose, defaults, dockerfile, executables, settings, units

DEPLOY, CONFIG = ROOT / "deploy", ROOT / "config"
# Which sources read the settings of which process.
READERS = {
    "gateway.yaml": ["nova-gateway", "Gateway", "NovaProcess"],
    "allocation-worker.yaml": ["ResourcePoolWorker", "WorkerHost", "NovaProcess"],
    "coordination-worker.yaml": ["WorkPoolWorker", "ModelServers", "WorkerHost", "NovaProcess"],
    "memory-worker.yaml": ["MemoryPoolWorker", "ModelServers", "WorkerHost", "NovaProcess"],
    "optimization-worker.yaml": ["FlowPoolWorker", "WorkerHost", "NovaProcess"],
}
# Where else the defaults of settings are, and the type that has those below a name that others have too.
HOLDERS = ["FlowPool", "NovaContract", "NovaStore", "RedisClient", "WorkerRuntime"]
HOMES = {"http": "Gateway/GatewayConfiguration.swift", "websocket": "Gateway/WebSocket/Settings/WebSocketConfiguration.swift", "retention": "NovaStore/Retention.swift", "tasks": "NovaStore/WorkRules.swift", "memory": "NovaStore/MemoryRules.swift", "limits": "NovaStore/Limits/OwnerLimits.swift"}
# Read with a default only where it is set to something else.
WITHOUT_DEFAULT = {"redis.connections", "http.forwarded_field"}
# Of the tool and of the loader of settings; and of secrets, which may also be named by a file.
OTHER_VARIABLES = {"NOVA_CONFIG", "NOVA_URL", "NOVA_API_KEY", "NOVA_REDIS_PASSWORD_FILE"}


def text(path):
    return path.read_text(encoding="utf-8")


def sources(folders):
    """The sources of some targets, but for the one file that reads a keys file and not settings."""
    for folder in folders:
        for path in sorted((ROOT / "Sources" / folder).rglob("*.swift")):
            if path.name != "ConfiguredKeys.swift":
                yield text(path)


def check_settings():
    faults, keys = [], {}
    homes = {name: defaults.properties([text(ROOT / "Sources" / path)]) for name, path in HOMES.items()}
    for name, folders in READERS.items():
        document = yaml.safe_load(text(CONFIG / name))
        keys[name] = settings.read_in(sources(folders))
        if len(keys[name]) < 20:
            faults.append(f"{name}: the sources seem to read only {len(keys[name])} settings: look at deploy_checks")
        faults += settings.check(name, document, text(CONFIG / name), keys[name])
        known = defaults.properties(sources(folders + HOLDERS))
        found, unreadable = defaults.read_in(sources(folders), known, homes)
        faults += [f"{name}: the default of {key} is not found in the sources" for key in unreadable]
        found = {key: default for key, default in found.items() if key not in WITHOUT_DEFAULT}
        faults += defaults.check(name, document, found)
    everything = set().union(*keys.values())
    faults += settings.check_page(text(ROOT / "docs" / "configuration.md"), everything)
    return faults, everything


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
    faults, keys = check_settings()
    variables = {settings.variable(key) for key in keys} | OTHER_VARIABLES
    faults += check_examples()
    faults += dockerfile.check(
        text(DEPLOY / "Dockerfile"),
        lambda path: (ROOT / path).exists(),
        dockerfile.ignores(text(DEPLOY / "Dockerfile.dockerignore")),
        products,
    )
    document = yaml.safe_load(text(DEPLOY / "compose.yaml"))
    faults += compose.check(document, lambda path: (DEPLOY / path).exists(), products, variables)
    faults += compose.proxy(text(DEPLOY / "haproxy.cfg"), document["services"])
    files = {path.name: text(path) for path in sorted((DEPLOY / "systemd").iterdir())}
    for name, unit in files.items():
        faults += units.check(name, unit, products, variables, {path.name for path in CONFIG.iterdir()})
    faults += units.check_drop_in("restart-steps.conf", text(DEPLOY / "restart-steps.conf"), units.SINCE_254)
    analyzed = units.analyze(files)
    faults += analyzed or []
    for fault in faults:
        print(f"check-deploy: {fault}", file=sys.stderr)
    if faults:
        return 1
    by_systemd = "" if analyzed is not None else " (not by systemd, which is not installed)"
    print(f"check-deploy: {len(keys)} settings, {len(document['services'])} services, {len(files)} units{by_systemd}")
    return 0


sys.exit(main())
