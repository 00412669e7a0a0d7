# Two commands set everything up: `make plan` shows a plan, and installs no more than that takes; `make test` runs the
# tests, `make test-fast` those that take no process, no browser and no cluster. `make check` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RUNS := $(VENV)/.runs

.PHONY: plan test test-fast coverage check lint types reports matrix twins accuracy wheel clean bench

plan: $(RUNS)
	$(BIN)/migplan plan reports/file-server-150tb.toml

# As many processes as cores; who has no more work takes of another's.
test: $(STAMP)
	$(BIN)/python -m pytest -q -n auto --dist worksteal

test-fast: $(STAMP)
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow"

# What the engine's own tests reach of it; which rooms these are is in pyproject.toml.
ROOMS := formulas facts inputs engine results
coverage: $(STAMP)
	$(BIN)/python -m pytest -q --cov $(ROOMS:%=src/migplan/%) $(ROOMS:%=tests/%)

check: lint types test coverage wheel
	$(BIN)/migplan facts check

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src tests benchmarks

types: $(STAMP)
	$(BIN)/mypy

# The answers beside the questions in reports/; a diff shows what a change of facts or formulas does to them.
reports: $(STAMP)
	$(BIN)/python -m pytest -q tests/report/test_reports.py --update-golden

# What arrives beside the bytes, in docs/preservation.md.
matrix: $(STAMP)
	$(BIN)/python -m pytest -q tests/report/test_preservation.py --update-golden

# Which check of one cloud says the same as one of another, in docs/checks.md.
twins: $(STAMP)
	$(BIN)/python -m pytest -q tests/analyses/test_twins.py --update-golden

# How far forecasts lie from what was measured, in docs/method.md.
accuracy: $(STAMP)
	$(BIN)/python -m pytest -q tests/analyses/backtest/test_accuracy.py --update-golden

wheel: $(STAMP)
	$(BIN)/python tests/wheel_outside.py

bench: $(STAMP)
	$(BIN)/python benchmarks/startup.py

$(RUNS): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --editable .
	@touch $(RUNS)

$(STAMP): pyproject.toml $(RUNS)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .hypothesis
