"""The Compose file: known members only, and every reference leads somewhere.

There is no copy of the Compose schema here; this knows the part of the specification that the file uses, and anything
else is a fault until it is added.
"""

import re

TOP = {"name", "services", "networks", "volumes"}
SERVICE = {
    "image", "build", "command", "entrypoint", "environment", "volumes", "ports", "expose", "depends_on", "healthcheck",
    "restart", "scale", "profiles", "mem_limit", "read_only", "cap_drop", "security_opt", "stop_grace_period",
}  # fmt: skip
HEALTH = {"test", "interval", "timeout", "retries", "start_period"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"(\d+(ms|s|m|h))+")
MEMORY = re.compile(r"[1-9]\d*[mg]")
# What the proxy must do, and what it would do without.
PROXY_RULES = [
    (r"^\s*http-request deny .*if \{ path,url_dec -m beg /metrics \}$", "/metrics"),
    (r"^\s*http-request del-header X-API-Key if \{ path,url_dec -m beg /health \}$", "keys to /health/ready, which tells them why"),
    (r"^\s*http-request del-header Authorization if \{ path,url_dec -m beg /health \}$", "bearer keys to /health/ready"),
]  # fmt: skip
PORT = re.compile(r"((\d{1,3}\.){3}\d{1,3}:)?\d{1,5}:\d{1,5}(/(tcp|udp))?")


def check(document, exists, products, variables):
    """Faults. `exists` tells of a path beside the file; `variables` are the settings of Nova."""
    if not isinstance(document, dict) or not isinstance(document.get("services"), dict):
        return ["has no services"]
    faults = [f"unknown member '{k}'" for k in document if k not in TOP and not str(k).startswith("x-")]
    services, volumes = document["services"], document.get("volumes") or {}
    built = {s.get("image") for s in services.values() if isinstance(s, dict) and s.get("build")}
    for name, service in services.items():
        if not isinstance(service, dict):
            faults.append(f"{name}: is not a map")
            continue
        found = (
            [f"unknown member '{k}'" for k in service if k not in SERVICE]
            + image(service, built, exists)
            + references(service, services, volumes, exists)
            + health(service)
            + memory(service)
            + published(service)
            + environment(service, variables)
            + programs(service, built, products)
        )
        faults += [f"{name}: {fault}" for fault in found]
    used = {str(v).split(":")[0] for s in services.values() if isinstance(s, dict) for v in s.get("volumes", [])}
    faults += [f"volume '{v}' is declared and not used" for v in volumes if v not in used]
    return faults


def image(service, built, exists):
    faults, build = [], service.get("build")
    if build and not exists(f"{build.get('context')}/{build.get('dockerfile')}"):
        faults.append(f"there is no '{build.get('dockerfile')}' in '{build.get('context')}'")
    name = service.get("image", "")
    if not re.fullmatch(r"[a-z0-9./_-]+:[A-Za-z0-9._-]+", name):
        faults.append(f"image '{name}' has no tag")
    elif name.endswith(":latest") and name not in built:
        faults.append(f"image '{name}' is not pinned, and not built here")
    return faults


def references(service, services, volumes, exists):
    faults = []
    for other, how in (service.get("depends_on") or {}).items():
        target = services.get(other)
        condition = how.get("condition") if isinstance(how, dict) else None
        if target is None:
            faults.append(f"depends on '{other}', which does not exist")
        elif condition not in CONDITIONS:
            faults.append(f"depends on '{other}' with the unknown condition '{condition}'")
        elif condition == "service_healthy" and "healthcheck" not in target:
            faults.append(f"waits for '{other}' to be healthy, which has no health check")
        elif condition == "service_completed_successfully" and target.get("restart") != "no":
            faults.append(f"waits for '{other}' to end, which is started again")
    for volume in service.get("volumes", []):
        source = str(volume).split(":")[0]
        if source.startswith((".", "/")):
            if not exists(source):
                faults.append(f"mounts '{source}', which does not exist")
        elif source not in volumes:
            faults.append(f"uses volume '{source}', which is not declared")
    return faults


def health(service):
    check = service.get("healthcheck")
    if check is None:
        return []
    faults = [f"health check: unknown member '{k}'" for k in check if k not in HEALTH]
    test = check.get("test")
    if not isinstance(test, list) or len(test) < 2 or test[0] not in ("CMD", "CMD-SHELL"):
        faults.append("health check: test must be a list that begins with CMD or CMD-SHELL")
    for member in ("interval", "timeout", "start_period"):
        if member in check and not DURATION.fullmatch(str(check[member])):
            faults.append(f"health check: {member} '{check[member]}' is no duration")
    return faults


def memory(service):
    limit = str(service.get("mem_limit", ""))
    return [] if MEMORY.fullmatch(limit) else [f"mem_limit '{limit}' is no bound such as 512m or 2g"]


def published(service):
    faults = [f"port '{p}' is not HOST:CONTAINER" for p in service.get("ports", []) if not PORT.fullmatch(str(p))]
    if service.get("ports") and service.get("scale", 1) > 1:
        faults.append("publishes a port and is scaled: the second container would not start")
    return faults


def environment(service, variables):
    values = service.get("environment") or {}
    if not isinstance(values, dict):
        return ["environment must be a map"]
    faults = [f"sets {k}, which is no setting of Nova" for k in values if k.startswith("NOVA_") and k not in variables]
    return faults + [
        f"{k}: true and false must be in quotes" for k, v in values.items() if isinstance(v, bool)
    ]  # fmt: skip


def programs(service, built, products):
    if service.get("image") not in built:
        return []
    words = list(service.get("entrypoint") or []) + list(service.get("command") or [])
    if not words:
        return ["does not say which of Nova's executables runs"]
    return [] if words[0] in products else [f"runs '{words[0]}', which Package.swift does not declare"]


def proxy(text, services):
    """Faults of the proxy's file: it must lead to a service that is there, and keep what is for operators to itself."""
    kept = [f"passes {what} on" for rule, what in PROXY_RULES if not re.search(rule, text, re.MULTILINE)]
    return kept + leads(text, services)


def leads(text, services):
    match = re.search(r"server-template \S+ (\d+) ([\w-]+):(\d+)", text)
    if not match:
        return ["has no server-template"]
    count, name, port = int(match.group(1)), match.group(2), match.group(3)
    service = services.get(name)
    if service is None:
        return [f"leads to '{name}', which is no service"]
    faults = [] if port in service.get("expose", []) else [f"leads to port {port}, which '{name}' does not expose"]
    return faults + ([] if count >= service.get("scale", 1) else [f"takes {count} of more containers"])
