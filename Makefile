# Povertyplan: everything a checkout can do. `make demo` and `make test` need no step before them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
RUN := .venv/bin/python
PREPARE := $(PYTHON) -I povertyplan/prepare.py
# Two workers, or as many as asked for; ARGS goes to pytest: make test ARGS="-k embedded -x"
JOBS ?= 2
ARGS ?=
# The templates' linter: make lint DJLINT="$(RUN) -m djlint templates --lint", or set here when pyproject.toml configures it.
DJLINT ?= $(if $(shell grep -s '^\[tool.djlint\]' pyproject.toml),$(RUN) -m djlint templates --lint --quiet)

.PHONY: help setup demo test pytest bench examples handbook lint types imports check messages clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile

setup: ## Install what the checkout needs; quick when nothing has changed
	@$(PREPARE)

demo: setup ## Serve the demo (ONCE=1: make the report and end; PORT=8000)
	@$(RUN) -m povertyplan.demo $(if $(filter-out 0,$(ONCE)),--once) $(if $(PORT),--port $(PORT))

test: setup-browser check pytest ## Set up, lint and run all tests (ARGS goes to pytest, JOBS=2)

.PHONY: setup-browser
setup-browser:
	@$(PREPARE) --browser

# The tests have servers of their own beside the demo's, and nothing of value in them.
pytest:
	@POVERTYPLAN_VAR="$(CURDIR)/var/test" POVERTYPLAN_EMBEDDED_FSYNC=off POVERTYPLAN_DB_ROLE=owner \
		$(RUN) -m povertyplan.with_servers --alone $(RUN) -m pytest -n $(JOBS) $(ARGS)

# Each with a limit exits with 1 when it is over, and the rest is not measured.
BENCHMARKS := pages lists boards search sub_projects log_chain families grant_tables disclosure daily_mails pdf
bench: setup ## Measure what must stay fast with little and with much data (minutes; not a test)
	@POVERTYPLAN_VAR="$(CURDIR)/var/bench" POVERTYPLAN_EMBEDDED_FSYNC=off POVERTYPLAN_DB_ROLE=owner \
		$(RUN) -m povertyplan.with_servers --alone sh -ec "for name in $(BENCHMARKS); do $(RUN) benchmarks/\$$name.py; done"

# In a database of its own, made anew: what is in the examples is the demo's data and nothing else.
examples: setup ## Make the example reports in docs/examples from the demo's data
	@rm -rf "$(CURDIR)/var/examples"
	@POVERTYPLAN_VAR="$(CURDIR)/var/examples" POVERTYPLAN_EMBEDDED_FSYNC=off POVERTYPLAN_DEMO=1 \
		$(RUN) -m povertyplan.with_servers --alone sh -c "$(RUN) manage.py migrate --noinput --verbosity 0 && \
		$(RUN) manage.py load_demo && $(RUN) manage.py example_reports $(ARGS)"

# Of a demo of its own, made anew: nothing is in the pictures but the demo's data.
handbook: setup ## Write docs/brukerhandbok: the chapters from the help pages, the pictures from the demo
	@rm -rf "$(CURDIR)/var/handbook"
	@POVERTYPLAN_VAR="$(CURDIR)/var/handbook" POVERTYPLAN_EMBEDDED_FSYNC=off $(RUN) -m povertyplan.handbook $(ARGS)

lint: ## Check style and form of the code
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(DJLINT)

# mypy's Django plugin reads the settings, which want to see a database's URL; nothing connects.
types: ## Check the types
	@DATABASE_URL=postgresql:///unused $(RUN) -m mypy

imports: ## Check the import order of the apps
	@$(RUN) -c "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

check: lint types imports ## Lint, types and imports

# No dates and no line numbers in it, so that it changes only when a text does. The tests say what lacks a translation.
PO := povertyplan/locale/en/LC_MESSAGES/django.po
messages: ## Bring the English translations' file up to date with the texts (needs GNU gettext)
	@DATABASE_URL=postgresql:///unused $(RUN) manage.py makemessages --locale en --verbosity 0 --no-obsolete --no-location \
		--no-wrap $(addprefix --ignore ,.venv node_modules static tests var)
	@sed '/^"POT-Creation-Date:/d' $(PO) > $(PO).new && mv $(PO).new $(PO)

clean: ## Remove what setup and the tools made; the data in var/ stay
	@rm -rf .venv node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
