"""Gives each check a sound file, and then broken ones: it must find nothing in the first and something in the others."""

import sys

import yaml

from . import compose, dockerfile, units

PRODUCTS = {"nova", "nova-gateway"}
VARIABLES = {"NOVA_REDIS_HOST"}

DOCKERFILE = """\
FROM swift:6.3 AS build
COPY Package.swift ./
RUN swift build --product nova
FROM debian:12-slim AS runtime
COPY --from=build /out/nova /usr/local/bin/
USER 10001
"""
COMPOSE = """\
services:
  redis:
    image: redis:7
    mem_limit: 2g
    volumes: [data:/data]
    healthcheck: {test: [CMD, redis-cli, ping], interval: 2s}
  job:
    image: nova:latest
    build: {context: .., dockerfile: Dockerfile}
    command: [nova, topics, create]
    mem_limit: 512m
    restart: "no"
  gateway:
    image: nova:latest
    command: [nova-gateway]
    mem_limit: 1g
    environment: {NOVA_REDIS_HOST: redis}
    scale: 2
    expose: ["8003"]
    depends_on:
      redis: {condition: service_healthy}
      job: {condition: service_completed_successfully}
volumes:
  data:
"""
UNIT = """\
[Unit]
Description=Nova gateway
PartOf=nova.target
StartLimitIntervalSec=0
[Service]
ExecStart=/usr/local/bin/nova-gateway --config /etc/nova/gateway.yaml
Environment=NOVA_REDIS_HOST=redis
Restart=on-failure
RestartSec=2
MemoryHigh=768M
MemoryMax=1G
MemorySwapMax=0
DynamicUser=yes
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
[Install]
WantedBy=nova.target
"""
DROP_IN = "[Service]\nRestartSteps=8\nRestartMaxDelaySec=60\n"
PROXY = """\
    http-request deny deny_status 404 if { path,url_dec -m beg /metrics }
    http-request del-header X-API-Key if { path,url_dec -m beg /health }
    http-request del-header Authorization if { path,url_dec -m beg /health }
    server-template gateway 8 gateway:8003 check
"""


def check_dockerfile(text):
    return dockerfile.check(text, {"Package.swift"}.__contains__, lambda path: path == "secret", PRODUCTS)


def check_compose(text):
    exists = {"../Dockerfile"}.__contains__
    return compose.check(yaml.safe_load(text), exists, PRODUCTS, VARIABLES)


def check_proxy(text):
    return compose.proxy(text, yaml.safe_load(COMPOSE)["services"])


def check_unit(text):
    name = "nova-gateway.service"
    return units.check(name, text, PRODUCTS, VARIABLES, {"gateway.yaml"}) + (units.analyze({name: text}) or [])


def check_drop_in(text):
    return units.check_drop_in("restart-steps.conf", text, units.SINCE_254)


# Of each check: the sound text, and what to put in place of what to break it.
CASES = [
    (check_dockerfile, DOCKERFILE, [
        ("Package.swift", "Packages.swift"), ("--from=build", "--from=bild"), ("USER 10001", "USER root"),
        ("USER 10001", ""), ("--product nova", "--product novae"), ("/out/nova ", "/out/nova-gateway "),
        (" AS runtime", ""),
    ]),
    (check_compose, COMPOSE, [
        ("redis:7", "redis"), ("redis:7", "redis:latest"), ("data:/data", "date:/data"), ("expose:", "exposed:"),
        ("interval: 2s", "interval: soon"), ("[CMD, redis-cli, ping]", "redis-cli ping"), ('restart: "no"', ""),
        ("service_healthy", "service_well"), ("      redis: {cond", "      radis: {cond"),
        ("[nova-gateway]", "[nova-getaway]"), ("NOVA_REDIS_HOST", "NOVA_REDIS_HOTS"), ("services:", "service:"),
        ("expose:", "ports:"), ('expose: ["8003"]', 'ports: ["8003:8003"]'), ("dockerfile: Dockerfile", "dockerfile: D"),
        ("    healthcheck: {test: [CMD, redis-cli, ping], interval: 2s}\n", ""),
        ("    mem_limit: 2g\n", ""), ("mem_limit: 1g", "mem_limit: 0"),
    ]),
    (check_proxy, PROXY, [
        ("gateway:8003", "getaway:8003"), (":8003", ":8004"), ("gateway 8 ", "gateway 1 "),
        ("http-request deny", "#http-request deny"), ("/metrics", "/metric"), ("del-header X", "set-header X"),
        ("del-header A", "#del-header A"),
    ]),
    (check_unit, UNIT, [
        ("nova-gateway --", "nova-getaway --"), ("gateway.yaml", "getaway.yaml"), ("NOVA_REDIS_HOST", "NOVA_REDIS"),
        ("DynamicUser=yes", ""), ("PartOf=nova.target", ""), ("ProtectSystem=strict", "ProtectSystem=maybe"),
        ("StartLimitIntervalSec=0\n", ""), ("MemoryMax=1G", "MemoryMax=512M"), ("MemoryHigh=768M\n", ""),
        ("MemoryMax=1G", "MemoryMax=infinity"), ("RestartSec=2", "RestartSec=0"), ("MemorySwapMax=0\n", ""),
    ]),
    (check_drop_in, DROP_IN, [("RestartSteps=8\n", ""), ("RestartSteps", "Restart"), ("[Service]", "[Unit]")]),
]  # fmt: skip
# What only systemd finds.
BY_SYSTEMD = [
    ("MemoryDenyWriteExecute=yes", "MemoryDenyWriteExecutes=yes"),
    ("SystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\n", ""),
]


def main():
    cases = list(CASES)
    if units.analyze({}) is not None:
        cases.append((check_unit, UNIT, BY_SYSTEMD))
    wrong, count = [], 0
    for check, sound, breaks in cases:
        if faults := check(sound):
            wrong.append(f"{check.__name__} finds fault with a sound file: {faults}")
        for old, new in breaks:
            count += 1
            if old not in sound:
                wrong.append(f"{check.__name__}: there is no '{old}' to break")
            elif not check(sound.replace(old, new)):
                wrong.append(f"{check.__name__} finds nothing wrong after '{old}' became '{new}'")
    for line in wrong:
        print(f"check-deploy: self-test: {line}", file=sys.stderr)
    return 1 if wrong or not count else 0


sys.exit(main())
