# Everything is set up in this folder; only `make test` and `make check` may install packages of the system.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Always as a module: the first line of a script in .venv/bin does not bear a long path.
python := .venv/bin/python
pip := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes
compile := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-strip-extras
rooms := api audit dashboard directory downstream lib project scim tenants
static := $(shell find $(rooms) -path '*/static/*' -type f 2>/dev/null)
fast := not slow and not end_to_end

.PHONY: help run test test-fast bench chaos check format lock assets clean

help:
	@echo 'make run         start Lockstep on http://127.0.0.1:8000 (PORT, LOCKSTEP_DATA)'
	@echo 'make test        the whole test suite, on SQLite and PostgreSQL'
	@echo 'make test-fast   the quick tests, on SQLite'
	@echo 'make bench       speed beside a bare Django view, memory (SIZE=quick, 100, 100k, 1m, replays, log or full)'
	@echo 'make chaos       everything dies again and again; nothing may be lost (MINUTES, SEED, ON)'
	@echo 'make check       format, lint, types, layers, migrations'
	@echo 'make format      put code and templates into form'
	@echo 'make lock        compile the requirements anew'
	@echo 'make clean       remove what set-up, tests and checks made; the data stays'

run: .venv/.installed assets
	@exec $(python) -m project.supervisor

test: .venv/.installed-dev assets
	@$(python) -m tests.programs
	@$(python) -m tests.servers -- .ci/suite

test-fast: .venv/.installed-dev assets
	@LOCKSTEP_TEST_FAST=1 $(python) -m pytest -n 2 --dist loadfile -m '$(fast)'

bench: .venv/.installed-dev assets
	@$(python) -m tests.servers -- $(python) -m bench

chaos: .venv/.installed-dev assets
	@$(python) -m chaos

check: .venv/.installed-dev assets
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@find templates -name '*.html' -print0 | xargs -0r .venv/bin/djade --check --target-version 5.2
	@$(python) -m djlint --lint --quiet templates
	@$(python) -m mypy .
	@.venv/bin/lint-imports
	@DJANGO_SETTINGS_MODULE=tests.settings $(python) manage.py check --fail-level WARNING
	@DJANGO_SETTINGS_MODULE=tests.settings $(python) manage.py makemigrations --check --dry-run

format: .venv/.installed-dev
	@.venv/bin/ruff check --fix-only .
	@.venv/bin/ruff format .
	@find templates -name '*.html' -print0 | xargs -0r .venv/bin/djade --target-version 5.2

lock: .venv/.installed-dev
	@for name in requirements requirements-dev requirements-node; do $(compile) $$name.in -o $$name.txt; done
	@for file in tests/log_clients/*.in; do $(compile) $$file -o $${file%.in}.txt; done

clean:
	@rm -rf .venv node_modules assets .clients .coverage* htmlcov .hypothesis
	@rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# Set-up. A stamp is newer than what it was made from, so that a second run has nothing to do.

.venv/bin/python:
	@.ci/environment $(if $(filter test check,$(MAKECMDGOALS)),may-install)

.venv/.installed: requirements.txt | .venv/bin/python
	@echo 'Installing Python packages'
	@$(pip) -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo 'Installing Python packages for tests and checks'
	@$(pip) -r requirements-dev.txt
	@touch $@

node_modules/.installed: package-lock.json .npmrc | .venv/bin/python
	@echo 'Installing front-end packages'
	@command -v npm >/dev/null || $(pip) -r requirements-node.txt
	@PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --silent
	@touch $@

assets: assets/.collected

assets/.collected: node_modules/.installed .venv/.installed project/assets.py $(static)
	@$(python) -m project.assets
	@touch $@
