# Everything a clean clone needs: python3 >= 3.11 with venv, git, make and a package index.
# The index is whatever pip and uv are told by their own settings (PIP_*, UV_*); nothing here names one.

PYTHON ?= python3
EVENTS ?= 200000
SEED ?= 7
DATA ?= ../shared/data

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
COMPILE := $(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# The development lock holds the runtime lock, so once it is installed it serves for everything.
READY := $(VENV)/$(if $(wildcard $(VENV)/dev.ready),dev,runtime).ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test faults properties lint bench intents interest dagster notebooks lock clean

help: ## List these targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/dev.ready ## Create .venv with the locked dependencies and the project itself.

demo: $(READY) ## Run the main job on a simulated world of six shops (EVENTS=200000 SEED=7).
	@$(BIN)/threadmart demo --events $(EVENTS) --seed $(SEED)

test: $(VENV)/dev.ready ## Run the tests.
	@$(BIN)/python -m pytest

faults: $(VENV)/dev.ready ## Run the fault tests at their large figures: kills, failing disks, slow senders (about two hours).
	@FAULTS=large $(BIN)/python -m pytest tests/faults

properties: $(VENV)/dev.ready ## Run the property tests at their large figures: 1,000 random worlds, 200 schedules.
	@PROPERTIES=large $(BIN)/python -m pytest tests/properties

lint: $(VENV)/dev.ready ## Check style, format and types.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(READY) ## Measure speed and memory, and write the tables of docs/benchmarks.md.
	@$(BIN)/python -m tests.benchmarks.run
	@$(BIN)/python -m tests.benchmarks.receiver

intents: $(READY) ## Train the classifier of intents and measure it (DATA=../shared/data).
	@$(BIN)/python -m pipelines.intents.training --data $(DATA) --page docs/benchmarks.md

interest: $(READY) ## Measure the interest scores against popularity on held-out weeks (DATA=../shared/data).
	@$(BIN)/python -m pipelines.interest_quality --data $(DATA) --page docs/benchmarks.md

dagster: $(READY) ## Open the Dagster UI with its schedule and sensor running.
	@$(BIN)/threadmart dagster

notebooks: $(VENV)/dev.ready ## Open the notebooks in marimo.
	@$(BIN)/marimo edit notebooks

lock: | $(UV) ## Resolve the dependencies into the two lock files (UPGRADE=1 for newer versions).
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) --extra dev --extra notebooks --constraint requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the environment, the caches and the demo's state; your own state stays.
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .state/demo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@command -v "$(PYTHON)" > /dev/null || { echo "error: $(PYTHON) is not there; install Python 3.11 or newer, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $$("$(PYTHON)" --version) is too old; Threadmart needs 3.11 or newer: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || { echo "error: $(PYTHON) has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating $(VENV) ($$("$(PYTHON)" --version))"
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet 'uv>=0.9,<1'

$(VENV)/runtime.ready: requirements.lock
$(VENV)/dev.ready: requirements-dev.lock
$(VENV)/%.ready: pyproject.toml | $(UV)
	@echo "Installing $(filter %.lock,$^)"
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(filter %.lock,$^)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@
