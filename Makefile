# make report   build the review from the study records (sets itself up on the first run)
# make test     run every test
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
REVIEW := reports/ketamine-addiction
LINTED := src tests benchmarks

.PHONY: report test check lint format lock docs bench clean

report: $(VENV)/.report
	@cat $(VENV)/.report

# Rebuilt when a record, the review or the code is newer than the last report.
$(VENV)/.report: $(VENV)/.ready $(REVIEW)/review.yaml $(shell find studies src -name '*.yaml' -o -name '*.py' -o -name '*.j2' -o -name '*.css') $(if $(wildcard $(REVIEW)/output/index.html),,always)
	@$(BIN)/ketameta report --out $(REVIEW)/output > $@.new
	@mv $@.new $@

.PHONY: always
always:

test: $(VENV)/.ready-dev lint
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.ready-dev
	@$(BIN)/ruff check $(LINTED)
	@$(BIN)/ruff format --check $(LINTED)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: $(VENV)/.ready
	@$(BIN)/ketameta check

format: $(VENV)/.ready-dev
	@$(BIN)/ruff check --fix $(LINTED)
	@$(BIN)/ruff format $(LINTED)

# Accept the numbers of the present records and engine as the new expectation.
lock: $(VENV)/.ready
	@$(BIN)/ketameta report --out $(REVIEW)/output --write-lock

# Rewrite the README's tables from the catalogs, and the JSON Schemas from the models.
docs: $(VENV)/.ready-dev
	@$(BIN)/python tests/architecture/readme_tables.py
	@$(BIN)/ketameta schema --write

# How fast it is beside metafor, PyMARE and a compiled loop, where they are installed. Takes minutes.
bench: $(VENV)/.ready
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/check_records.py

clean:
	rm -rf $(VENV) build dist $(REVIEW)/output .ketameta-cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "ketameta needs Python 3.11 or newer; none was found. Install it, or run: make PYTHON=/path/to/python3.11 report" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing ketameta and its pinned dependencies into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
