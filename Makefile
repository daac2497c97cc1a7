PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup up demo lock format check docs test test-unit bench bench-scale

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamp names the Python and the locks it was made from: a change in either sets up anew.
setup: .venv/.ready ## install everything into .venv (hashed, nothing outside this folder)
.venv/.ready: requirements-setup.lock requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("fettle needs Python 3.11 or later, this is " + sys.version.split()[0] + "; say which: make PYTHON=python3.12 …")'
	@echo "installing into .venv, once" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q services shared fettle
	@touch $@

up: setup ## start everything here and keep it running until Ctrl-C
	@$(BIN)/fettle up

demo: setup ## play requests and audit them: REQUESTS=FILE LIMIT=200 SPEED=1200 SEED=1 JSON=1, each optional
	@$(BIN)/fettle demo $(if $(REQUESTS),--requests "$(REQUESTS)") $(if $(LIMIT),--limit $(LIMIT)) $(if $(SPEED),--speed $(SPEED)) $(if $(SEED),--seed $(SEED)) $(if $(filter-out 0,$(JSON)),--json)

lock: setup ## resolve the dependencies anew into the hashed lock files
	$(BIN)/uv pip compile $(LOCK) requirements-setup.in -o requirements-setup.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra dev -o requirements-dev.lock
LOCK := --upgrade --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

format: setup ## put the code into its standard form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: setup ## format, lint, types, import contracts, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/fettle reference --check

docs: setup ## write the reference pages that are made from the code
	$(BIN)/fettle reference

test: check ## everything: checks, then all tests on real engines, as many at a time as there are cores
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

test-unit: setup ## the pure rules only
	$(BIN)/pytest tests/unit

bench: setup ## measure everything: QUICK=1 a first idea, LONG=1 to publish, BASE=REV beside another revision
	@QUICK="$(QUICK)" LONG="$(LONG)" BASE="$(BASE)" $(BIN)/python -m tests.bench

bench-scale: setup ## what a year of tickets costs every request: ROWS=1000000
	@ROWS="$(ROWS)" $(BIN)/python -m tests.bench.scale
