# Everything happens in .venv; nothing outside the project folder is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# Networks that other people made, for tests and benchmarks: a box of files, never imported.
NETWORKS := pgmpy==1.1.2

.PHONY: help run test check-all bench bench-quick lint format clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(VENV)/run.stamp  ## set up and open the editor in the browser
	$(BIN)/mbml edit

test: $(VENV)/test.stamp  ## set up and run the tests (a few minutes)
	$(BIN)/python -m pytest -m "not slow" -n 2 --ignore tests/browser
	$(BIN)/python -m pytest -m "not slow" tests/browser

check-all: $(VENV)/test.stamp  ## all tests, the slow ones too, and what must not become slower
	$(BIN)/python -m pytest
	$(BIN)/python -m benchmarks.regressions

bench: $(VENV)/test.stamp  ## measure the engine beside other people's, and the editor; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks.run --write
	$(BIN)/python benchmarks/editor_speed.py

bench-quick: $(VENV)/test.stamp  ## a few networks, in a few minutes; writes nothing
	$(BIN)/python -m benchmarks.run --quick

lint: $(VENV)/test.stamp  ## ruff and mypy
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: $(VENV)/test.stamp  ## let ruff format and sort
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:  ## remove the environment and caches
	rm -rf $(VENV) .venv-peers .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("mbml needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	$(BIN)/python -m pip install --quiet --no-deps $(NETWORKS)
	touch $@
