PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
# Two things at once where a target needs several; a make that one of them starts sees to itself.
MAKEFLAGS += --no-print-directory --jobs=2
unexport MAKEFLAGS
# What is compiled is kept, in this folder alone, whatever the environment says of others.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help setup up demo day lock format check types rules compiled docs new-service test test-unit long release audit pictures bench danger-weights bench-bytes bench-crowded bench-nights bench-pages bench-scale bench-uploads abuse

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamp names the Python and the locks it was made from: a change in either sets up anew.
setup: .venv/.compiled ## install everything into .venv (hashed, nothing outside this folder)
.venv/.ready: requirements-setup.lock requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("fettle needs Python 3.11 or later, this is " + sys.version.split()[0] + "; say which: make PYTHON=python3.12 …")'
	@echo "installing into .venv, once" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock || { $(NOT_INSTALLED); }
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock || { $(NOT_INSTALLED); }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# What is compiled beforehand; made anew without installing anything.
.venv/.compiled: .venv/.ready fettle/lean_libraries.py
	@$(BIN)/python -m compileall -q services shared fettle demo
	@$(BIN)/python -m fettle.lean_libraries
	@$(BIN)/python -c 'from services.notify.adapters import wording as w; from services.portal.adapters import messages as m, rendering as r, static_files as s; w.compile_all(); m.Messages(is_strict=True); r.Templates(s.StaticFiles()).compile_all()'
	@touch $@

define NOT_INSTALLED
printf '%s\n' '' \
  'The packages could not be installed; the lines above say which and why. Where the package index cannot be reached:' \
  '  behind a proxy        export HTTPS_PROXY=http://HOST:PORT' \
  '  an index of your own  export PIP_INDEX_URL=https://HOST/simple UV_DEFAULT_INDEX=https://HOST/simple' \
  '  wheels in a folder    export PIP_FIND_LINKS=FOLDER UV_FIND_LINKS=FOLDER' \
  '  its own certificate   export PIP_CERT=FILE SSL_CERT_FILE=FILE' \
  'Then the same make again: it goes on where it stopped.' >&2; exit 1
endef

up: setup ## start everything here until Ctrl-C: PLAY=1 with a technician, INSTANCES=tickets=2,dispatch=2
	@$(BIN)/fettle up $(if $(filter-out 0,$(PLAY)),--play) $(if $(INSTANCES),--instances "$(INSTANCES)")

demo: setup ## play requests and audit them: REQUESTS=FILE MAP=FIELD=COLUMN SHEET=NAME LIMIT=200 SPEED=1200 SEED=1 JSON=1, each optional
	@$(BIN)/fettle demo $(if $(REQUESTS),--requests "$(REQUESTS)") $(foreach pair,$(MAP),--map "$(pair)") $(if $(SHEET),--sheet "$(SHEET)") $(if $(LIMIT),--limit $(LIMIT)) $(if $(SPEED),--speed $(SPEED)) $(if $(SEED),--seed $(SEED)) $(if $(filter-out 0,$(JSON)),--json)

day: setup ## play a day of 20 sites with a storm and faults, and report it: TICKETS=600 SEED=1 JSON=1, each optional
	@$(BIN)/fettle day $(if $(TICKETS),--tickets $(TICKETS)) $(if $(SEED),--seed $(SEED)) $(if $(filter-out 0,$(JSON)),--json)

lock: setup ## resolve the dependencies anew into the hashed lock files
	$(BIN)/uv pip compile $(LOCK) requirements-setup.in -o requirements-setup.lock
	$(BIN)/uv pip compile $(LOCK) requirements-audit.in -o requirements-audit.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra dev -o requirements-dev.lock
LOCK := --upgrade --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

format: setup ## put the code into its standard form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: types rules ## format, lint, types, import contracts, generated pages

types: setup
	$(BIN)/mypy

rules: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/fettle reference --check

docs: setup ## write the reference pages that are made from the code
	$(BIN)/fettle reference

new-service: setup ## write a service from the template and name it wherever services are named: name=parts entity=part
	@$(BIN)/python -m fettle.new_service "$(name)" "$(entity)"

test: check compiled ## everything: checks, then all tests on real engines, one more at a time than there are cores
	$(BIN)/pytest -n $(WORKERS)

# Once, for all processes that run tests; what cannot be collected is said by these.
compiled: setup
	@$(BIN)/pytest --collect-only -qq >/dev/null || true
# One more than there are cores: some tests wait, for a start or a browser.
WORKERS = $(shell $(PYTHON) -c 'import os; print(min((os.cpu_count() or 1) + 1, 4))')

test-unit: setup ## the pure rules only
	$(BIN)/pytest tests/unit

long: setup ## a year and a past of many more tickets, and many more generated requests, than in `make test`: COPIES_A_MONTH=1000 TICKETS_OF_THE_PAST=10000 CONTRACT_EXAMPLES=50
	COPIES_A_MONTH="$(or $(COPIES_A_MONTH),1000)" TICKETS_OF_THE_PAST="$(or $(TICKETS_OF_THE_PAST),10000)" $(BIN)/pytest tests/component/retention
	CONTRACT_EXAMPLES="$(or $(CONTRACT_EXAMPLES),50)" $(BIN)/pytest -n auto --maxprocesses 4 tests/contract/generated

release: setup ## bill of materials (CycloneDX), licences and image digests, into dist/
	@$(BIN)/python -m fettle.release

audit: ## known weaknesses of the dependencies, where the advisory service answers
	@sh .ci/audit.sh

pictures: setup ## look at every page as a browser shows it, from a real run, into docs/pictures/portal/all: ONLY=board,ticket KEPT=1
	@ONLY="$(ONLY)" KEPT="$(KEPT)" $(BIN)/python -m tests.pictures

bench: setup ## measure everything: QUICK=1 a first idea, LONG=1 to publish, BASE=REV beside another revision
	@QUICK="$(QUICK)" LONG="$(LONG)" BASE="$(BASE)" $(BIN)/python -m tests.bench

danger-weights: setup ## learn anew from the labelled sentences how danger sounds
	@$(BIN)/python -m tests.bench.danger_training

bench-scale: setup ## what a year of tickets costs every request: ROWS=1000000
	@ROWS="$(ROWS)" $(BIN)/python -m tests.bench.scale

bench-crowded: setup ## what a site of 500 technicians with a full trade costs: BASE=REV another revision too
	@BASE="$(BASE)" $(BIN)/python -m tests.bench.crowded

bench-nights: setup ## how long people wait when the broker freezes, and when a process is killed every two seconds
	@$(BIN)/python -m tests.bench.nights

bench-pages: setup ## what the portal's pages, a phone's outbox and news on screens take: QUICK=1, LONG=1, BASE=REV
	@QUICK="$(QUICK)" LONG="$(LONG)" BASE="$(BASE)" $(BIN)/python -m tests.bench.pages

bench-bytes: setup ## what a ticket leaves in the databases and in their log, fresh, after one month and after three: SECONDS=300
	@SECONDS="$(SECONDS)" $(BIN)/python -m tests.bench.bytes

bench-uploads: setup ## how much memory two hundred hostile images at once take: ROUNDS=3
	@ROUNDS="$(ROUNDS)" $(BIN)/python -m tests.bench.uploads

abuse: setup ## what one caller's floods cost another: ONLY=posts,streams SECONDS=15 ROUNDS=3
	@ONLY="$(ONLY)" SECONDS="$(SECONDS)" ROUNDS="$(ROUNDS)" $(BIN)/python -m tests.bench.abuse
