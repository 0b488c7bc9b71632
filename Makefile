# Two commands: `make run` opens Concord, `make test` tests it. Both install what they need.
PYTHON ?= python3.11
VENV := .venv
# One process of tests a core; the tests of one file stay together.
IN_PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
PY := $(VENV)/bin/python
SHELL := /bin/bash
.DEFAULT_GOAL := help

help:
	@echo "make run    install, migrate and open Concord on http://127.0.0.1:8000 (HOST, PORT, DATABASE_URL, REDIS_URL)"
	@echo "make test   install and run every test"
	@echo "make lint   ruff, mypy, missing migrations"
	@echo "make messages   collect the texts to translate (needs GNU gettext)"

$(PY):
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Concord needs Python 3.11 or newer")'

# Compiled once on all cores: each process of Concord then starts in half the time. What is left out is
# large and hardly imported; Python compiles of it what it needs.
RARE := tests?|torch|torchgen|transformers|sympy|mpmath|networkx|statsmodels|pip|setuptools|pygments
COMPILE := $(PY) -m compileall -q -j 0 -x '/($(RARE))/' $(VENV)/lib >/dev/null || true

$(VENV)/.run: requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt
	@$(COMPILE)
	@touch $@ $(VENV)/.run

run: $(VENV)/.run
	@exec $(PY) -m config.serve

test: $(VENV)/.dev
	$(PY) -m config.messages
	$(MAKE) --no-print-directory -j2 browser lint
	$(PY) -m pytest $(IN_PARALLEL)
	$(PY) -m tests.on_postgres $(IN_PARALLEL)

# What takes longest comes first: they run side by side.
lint: types migrations ruff

types: $(VENV)/.dev
	$(PY) -m mypy annotations/methods grading/methods

migrations: $(VENV)/.dev
	$(PY) manage.py makemigrations --check --dry-run --verbosity 1

ruff: $(VENV)/.dev
	$(PY) -m ruff check .

browser: $(VENV)/.dev
	$(PY) -m tests.install_browser

messages: $(VENV)/.dev
	$(PY) manage.py makemessages -l zh_Hans --no-obsolete --no-wrap --no-location --ignore .venv --ignore var

.PHONY: help run test lint types migrations ruff browser messages
