# Nova. `make` alone lists what there is.

release := .build-release
binaries := $(CURDIR)/$(release)/release
sources := Sources Tests Benchmarks examples Package.swift

# What the tests need from scripts/setup.sh: a broker that is not librdkafka, and the other librdkafka.
test_environment := \
	NOVA_NOIDA=$(CURDIR)/.tools/noida/noida-db \
	NOVA_LIBRDKAFKA_ALT=$(CURDIR)/.tools/librdkafka-2.16

.DEFAULT_GOAL := help
.PHONY: help setup run build test unit test-build lint check format bench bench-memory bench-optimizer crash documents fuzz settings soak clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: build ## install what is missing, build, start all of Nova on 127.0.0.1:8003 and show a flow being optimized
	@echo "==> nova dev (Ctrl-C stops all of it)"
	@exec $(binaries)/nova dev

build: setup ## the release build, in .build-release
	@echo "==> building in release; the first time takes some minutes"
	swift build -c release --scratch-path $(release)

test: lint ## install what is missing, lint, run every test on real processes
	@echo "==> testing"
	@$(test_environment) scripts/test.sh

unit: ## the tests of the pure targets, for the minute between; lint and everything else are make test
	@scripts/setup.sh test
	swift build --build-tests
	@scripts/test.sh AsyncPrimitivesTests NovaContractTests AllocationTests AnalyticsTests CoordinationTests MemoryTests AgentRuntimeTests

lint: check test-build ## style, imports, Lua scripts; everything compiles without a warning; deployment files
	@echo "==> deployment files"
	@NOVA_BIN=$(CURDIR)/.build/debug scripts/check-deploy.sh

format: ## rewrite the sources in the project's style
	swift format --in-place --parallel --recursive $(sources)

settings: ## write config/*.yaml and the tables of docs/configuration.md from the settings' declarations
	swift build --product nova
	@.build/debug/nova settings --write .

bench: ## install what is missing, build in release, measure; prints one table
	@scripts/setup.sh bench
	@echo "==> building in release"
	swift build -c release --scratch-path $(release)
	@echo "==> measuring"
	@NOVA_BIN=$(binaries) Benchmarks/run.sh

bench-memory: ## how well and how fast memories are found: CONVERSATIONS=… MEMORIES=… with vectors: NOVA_EMBEDDINGS_BASE_URL=…
	@scripts/setup.sh bench
	@echo "==> building in release"
	swift build -c release --scratch-path $(release)
	@NOVA_BIN=$(binaries) Benchmarks/run.sh --only memories $(if $(CONVERSATIONS),--conversations $(CONVERSATIONS)) \
		$(if $(MEMORIES),--memories $(MEMORIES))

bench-optimizer: ## schedules on PSPLIB beside OR-Tools CP-SAT: INSTANCES=… of each set, SETS="rcpsp/j120 mrcpsp/j30" SECONDS_EACH="1 5"
	@scripts/setup.sh bench
	@echo "==> building in release"
	swift build -c release --scratch-path $(release) --product nova-bench
	@Benchmarks/optimizer/run.sh $(binaries)/nova-bench $(if $(INSTANCES),--instances $(INSTANCES)) \
		$(foreach set,$(SETS),--set $(set)) $(foreach seconds,$(SECONDS_EACH),--seconds $(seconds))

crash: ## random faults under load, checked against what Nova promises: DURATION=600 SEED=…
	@scripts/setup.sh test
	@echo "==> building in debug, which has the fault points"
	swift build
	@echo "==> breaking it"
	@$(test_environment) .build/debug/nova-crash run --duration $(or $(DURATION),600) \
		$(if $(SEED),--seed $(SEED))

documents: ## write docs/openapi.json anew from what is declared; look at what has changed before you commit it
	@scripts/setup.sh test
	swift build --build-tests
	NOVA_GOLDEN=write swift test --skip-build --disable-xctest --filter '^GatewayTests\.DocumentTests'

fuzz: ## changed requests against a whole Nova, each answer held against the documents: DURATION=60 REQUESTS=… SEED=…
	@scripts/setup.sh test
	@echo "==> building in debug, which traps on every overflow that a release traps on"
	swift build
	@echo "==> sending what is wrong"
	@$(test_environment) .build/debug/nova-fuzz $(if $(REQUESTS),--requests $(REQUESTS)) \
		$(if $(DURATION),--duration $(DURATION)) $(if $(SEED),--seed $(SEED))

soak: ## load without faults: memory of each process at start, middle and end: DURATION=1800 SEED=1
	@scripts/setup.sh test
	@echo "==> building in release"
	swift build -c release --scratch-path $(release)
	@echo "==> loading it"
	@$(test_environment) $(binaries)/nova-crash soak --duration $(or $(DURATION),1800) --seed $(or $(SEED),1)

clean: ## remove what was built and fetched
	rm -rf .build $(release) .tools

setup:
	@echo "==> setup"
	@scripts/setup.sh

check:
	@scripts/setup.sh test
	@echo "==> style"
	swift format lint --strict --parallel --recursive $(sources)
	@echo "==> imports"
	@scripts/check-imports.py
	@echo "==> Lua scripts"
	@scripts/check-lua.py

# Warnings are errors by `treatAllWarnings` in Package.swift, for Nova's own targets only.
test-build: check
	@echo "==> building Nova and its tests; the first time takes some minutes"
	swift build --build-tests --explicit-target-dependency-import-check error
