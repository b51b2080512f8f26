# Halyq Úni. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard locales/*/LC_MESSAGES/bot.po)
COMPILED := $(CATALOGUES:.po=.mo)
WORKERS ?= auto

.PHONY: help
help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

$(VENV)/run: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed." >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

%.mo: %.po $(VENV)/run
	@$(BIN)/pybabel -q compile -i $< -o $@

.PHONY: setup
setup: $(VENV)/run $(COMPILED)  ## environment and compiled catalogues

.PHONY: run
run: setup  ## run the bot: with BOT_TOKEN against Telegram, without it in the sandbox (a chat page in the browser)
	@$(BIN)/python -m bot run

.PHONY: sandbox
sandbox: setup  ## the sandbox, even when BOT_TOKEN is set
	@$(BIN)/python -m bot sandbox

.PHONY: check
check: $(VENV)/dev $(COMPILED)  ## lint, types, import contracts, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/catalogues.py

.PHONY: test
test: $(VENV)/dev $(COMPILED)  ## all tests a fresh machine can run
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --durations 15

.PHONY: chaos
chaos: $(VENV)/dev $(COMPILED)  ## what takes minutes: kills during fan-outs to 5,000 and 100,000, 300 people answering a survey at once
	$(BIN)/pytest -n 0 -s -m chaos

.PHONY: format
format: $(VENV)/dev  ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: messages
messages: $(VENV)/dev  ## collect new messages into the three catalogues
	@for language in kk ru en; do \
	  $(BIN)/python tests/catalogues.py --update $$language; done

.PHONY: migrate
migrate: setup  ## bring the database up to date
	@$(BIN)/python -m bot migrate

.PHONY: bench
bench: $(VENV)/dev $(COMPILED)  ## measure speed, as ratios in one run
	$(BIN)/python -m benchmarks.signing

.PHONY: bench-search
bench-search: $(VENV)/bench $(COMPILED)  ## measure search among 100,000 petitions beside other engines, and write docs/search.md
	$(BIN)/python -m benchmarks.search.measure --write

$(VENV)/bench: $(VENV)/dev requirements-bench.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	@touch $@

.PHONY: eval
eval: $(VENV)/dev  ## judge the competence router and language identification on texts they never read, and write docs/router.md, docs/language.md; find twins among petitions, docs/twins.md
	$(BIN)/python -m benchmarks.router.evaluate
	$(BIN)/python -m benchmarks.language.evaluate
	$(BIN)/python -m benchmarks.twins

$(VENV)/train: $(VENV)/dev requirements-train.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-train.lock
	@touch $@

.PHONY: train
train: $(VENV)/train  ## teach language identification and the router anew from benchmarks/*/train
	$(BIN)/python -m benchmarks.language.train
	$(BIN)/python -m benchmarks.router.train

.PHONY: lock
lock: $(VENV)/dev  ## renew the lock files after a change in pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra train -c requirements-dev.lock pyproject.toml -o requirements-train.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock

.PHONY: clean
clean:  ## remove the environment, caches and compiled catalogues (never data in var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(COMPILED)
