# Everything starts here. A fresh machine needs Python 3.11 to 3.13 and make, nothing else; uv is used when it is there.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
# Looked for only when an environment has to be made.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& command -v $$python && break; done)
UV ?= $(shell command -v uv 2>/dev/null)

# A stamp carries the checksum of what the environment was made from. It is written last: an interrupted
# installation is done again, an unchanged one costs nothing.
RUNTIME_STAMP := $(VENV)/.runtime-$(shell cat pyproject.toml requirements.lock | cksum | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cat pyproject.toml requirements.lock requirements-dev.lock | cksum | cut -d' ' -f1)
# The developers' environment holds all of the other.
RUNTIME := $(firstword $(wildcard $(DEV_STAMP)) $(RUNTIME_STAMP))

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

.PHONY: help refresh up test unit superset superset-test check format bench lock clean

help: ## this overview
	@printf '\n  \033[1mdampingan\033[0m  data kemiskinan kota: register, statistik BPS, laporan OPD\n\n'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile \
		| while IFS='|' read -r name text; do printf '\033[36m%-16s\033[0m %s\n' "$$name" "$$text"; done
	@printf '\n  Perintah selebihnya: $(BIN)/dampingan --help\n\n'

refresh: $(RUNTIME) ## take in all that is new and publish; an empty data home gets the sample first
	@$(BIN)/dampingan refresh --sample

up: $(RUNTIME) ## Prefect server, worker and schedules in the foreground; one Ctrl-C ends all
	@exec $(BIN)/python -m flows.service.up

test: $(DEV_STAMP) ## all tests, on two processes
	@$(BIN)/python -m pytest $(IN_PARALLEL) $(PYTEST)

unit: $(DEV_STAMP) ## the quick tests: no server, no process of its own, no whole job
	@$(BIN)/python -m pytest $(IN_PARALLEL) -m "not system" $(PYTEST)

superset: $(RUNTIME) ## Apache Superset with both dashboards, on port 8088 (an environment of its own, about 900 MB)
	@mkdir -p var
	@$(BIN)/python -m dashboards.superset.bundle var/superset-bundle.zip
	@PYTHON=$(PYTHON) dashboards/superset/superset.sh setup var/superset-bundle.zip
	@exec dashboards/superset/superset.sh serve

superset-test: $(DEV_STAMP) ## the dashboards in a real Superset and browser; minutes, needs Debian's chromium
	@SUPERSET_TEST=1 PYTHON=$(PYTHON) $(BIN)/python -m pytest tests/system/superset $(PYTEST)

# A file's tests stay together: they share what is dear to make.
IN_PARALLEL := -n 2 --dist loadfile

check: $(DEV_STAMP) ## format, lint, types, layers, SQL, project rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config .importlinter
	$(BIN)/sqlfluff lint sql
	$(BIN)/dampingan docs --check
	$(BIN)/python -m pytest -q tests/test_project.py

format: $(DEV_STAMP) ## put Python and SQL into the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix sql

bench: $(DEV_STAMP) ## speed and memory against the hand-written floors
	$(BIN)/python -m benchmarks

lock: ## resolve the pins anew (needs uv)
	@test -n "$(UV)" || { echo 'make lock needs uv (pip install uv).' >&2; exit 2; }
	$(UV) pip compile $(LOCK_OPTIONS) --extra install pyproject.toml -o requirements.lock
	$(UV) pip compile $(LOCK_OPTIONS) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

LOCK_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean: ## remove the environment and the caches; the data home stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME_STAMP): LOCK := requirements.lock
$(DEV_STAMP): LOCK := requirements-dev.lock
$(RUNTIME_STAMP) $(DEV_STAMP):
	@test -n "$(PYTHON)" || { \
		echo 'Python 3.11, 3.12 atau 3.13 tidak ditemukan. Pasang salah satunya, atau: make PYTHON=/path/ke/python3.12' >&2; \
		echo '(No Python 3.11 to 3.13 found. Install one, or name it: make PYTHON=/path/to/python3.12)' >&2; exit 2; }
	@echo 'Menyiapkan $(VENV) dari $(LOCK) (sekali saja, beberapa menit) ...'
	@rm -f $(VENV)/.runtime-* $(VENV)/.dev-*
	@$(if $(UV),$(WITH_UV),$(WITH_PIP))
	@touch $@

WITH_UV = $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV) \
	&& $(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode $(LOCK) \
	&& $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .

# --no-deps: older pips refuse extras in hash mode, and the lock is complete anyway. The probe names Debian's trap.
WITH_PIP = { $(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo '$(PYTHON) tidak membawa venv/ensurepip; di Debian dan Ubuntu: apt install python3-venv, atau pasang uv.' >&2; \
		exit 2; }; } \
	&& $(PYTHON) -m venv $(VENV) \
	&& $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(LOCK) \
	&& $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
