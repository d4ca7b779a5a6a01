# Everything starts here: `make up` (the main job, on the embedded lab) and `make test`. `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
STACK ?= dev
BIN := .venv/bin
READY := .venv/ready
POLICY := policy/.venv/ready
NEWEST := .venv-newest
export STACK CONTEXT CHARTS ADDON_CHARTS

.PHONY: help
help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

.PHONY: setup
setup: $(READY) ## Make the Python environment

# The stamp is written last, so an interrupted installation is done again.
$(READY): requirements.txt requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: Python 3.11 or newer is needed, $$($(PYTHON) --version) is here. Install it, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing the Python packages into .venv (usually under a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

.PHONY: up
up: $(READY) ## Deploy a stack (STACK=dev) to the embedded lab, or with CONTEXT=name to a cluster of your own
	@./mesh up $(if $(YES),--yes)

.PHONY: down
down: ## Stop the lab; its content stays
	@if [ -x $(BIN)/python ]; then ./mesh lab down; fi

.PHONY: policy
policy: $(POLICY) ## Make the environment of the policy pack, for `pulumi preview --policy-pack policy`

$(POLICY): policy/requirements.txt
	@$(PYTHON) -m venv policy/.venv
	@policy/.venv/bin/pip install --quiet --disable-pip-version-check -r policy/requirements.txt
	@touch $@

.PHONY: test
test: test-unit test-newest test-go test-lab ## Run all tests, with everything they need

# Without compiled modules, each run and each worker would compile all of them anew, and rewrite all assertions.
test-unit test-newest: export PYTHONDONTWRITEBYTECODE :=

.PHONY: test-unit
test-unit: $(READY) ## Run the tests that need Python only
	@$(BIN)/pytest -q -n auto -m "not lab"

# No other test can tell one pulumi-kubernetes from another.
REGISTERING = $(shell grep -rlE --include='test_*.py' 'import pulumi|pulumi_kubernetes|tests\.support\.engine|stack_program' tests)

.PHONY: test-newest
test-newest: $(READY) $(NEWEST)/ready ## Run the unit tests that register resources, with the newest pulumi-kubernetes
	@PYTHONPATH=$(NEWEST) $(BIN)/pytest -q -n auto -m "not lab" $(REGISTERING)

# Only the one package differs, so it is laid over the environment instead of making a second one.
$(NEWEST)/ready: constraints-newest.txt $(READY)
	@rm -rf $(NEWEST)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $(NEWEST) -r constraints-newest.txt
	@touch $@

# The flags are those of the lab's own builds, so that what was compiled for them is not compiled again.
.PHONY: test-go
test-go: $(READY) ## Run the tests of the lab's Go program
	@./mesh lab tools --fetch >/dev/null
	@cd lab/go/mesh && CGO_ENABLED=0 go test -trimpath -gcflags=all=-dwarf=false ./cmd/endpoint-bridge

# Two labs at once, each for one half of the tests, by about the time that they take. Not by pytest-xdist: an interruption kills its
# workers, and their labs would go on. Every lab test is in one half, because the second one is whatever the first is not.
LAB_STACKS := $(patsubst %,tests/lab/test_%.py,examples lifecycle addons addon_charts dev prod prod_edge protection cert_manager policy rollouts)

.PHONY: test-lab
test-lab: $(READY) $(POLICY) ## Run the tests that need the lab: real API server, istiod and Envoy
	@./mesh lab tools --fetch >/dev/null
	@$(MAKE) --no-print-directory --jobs=2 test-lab-stacks test-lab-others

.PHONY: test-lab-stacks
test-lab-stacks:
	@$(BIN)/pytest -q -m lab --durations=10 $(LAB_STACKS)

.PHONY: test-lab-others
test-lab-others:
	@$(BIN)/pytest -q -m lab --durations=10 $(addprefix --ignore=,$(LAB_STACKS))

.PHONY: snapshots
snapshots: $(READY) ## Write the snapshots of the stacks anew
	@$(BIN)/pytest -q tests/program --update-snapshots

.PHONY: bench
bench: $(READY) ## Measure speed and memory on a lab of its own, against their bars (BENCH="--strict --services 10 --json FILE")
	@$(BIN)/python -m bench $(BENCH)

.PHONY: check-charts
check-charts: $(READY) ## Look whether the charts of FOLDER or REPOSITORY (of ISTIO=version) have every value that the program sets
	@$(BIN)/python -m tests.support.chart_check $(FOLDER) $(if $(REPOSITORY),--repository $(REPOSITORY)) \
		$(if $(ISTIO),--istio $(ISTIO))

.PHONY: docs
docs: $(READY) ## Write the schema of stack files and the references of settings and errors anew
	@$(BIN)/python -m operations.reference

# The CRDs come from the Go modules that the lab pins.
.PHONY: kinds
kinds: $(READY) ## Write the shapes of Istio's and the Gateway API's kinds anew
	@cd lab/go/mesh && go mod download istio.io/istio sigs.k8s.io/gateway-api
	@$(BIN)/python -m operations.reference.shapes \
		--istio "$$(cd lab/go/mesh && go list -m -f '{{.Dir}}' istio.io/istio)/manifests/charts/base/files/crd-all.gen.yaml" \
		--gateway-api "$$(cd lab/go/mesh && go list -m -f '{{.Dir}}' sigs.k8s.io/gateway-api)/config/crd/experimental"

.PHONY: generate
generate: docs snapshots ## Write everything anew that is generated: run it after a change to a setting, and read the diff

.PHONY: fmt
fmt: $(READY) ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

.PHONY: lint
lint: $(READY) ## Check format, style, types and YAML
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/yamllint --strict .
	@test -z "$$(gofmt -l lab/go)" || { echo "error: run 'gofmt -w' on $$(gofmt -l lab/go)" >&2; exit 1; }

.PHONY: clean
clean: down ## Stop the lab and delete its content, the environment and all generated files; tools stay cached
	@rm -rf .state .venv policy/.venv $(NEWEST) .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
