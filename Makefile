# Sets up .venv/ by itself and runs the daily commands in it; `make help` lists them.
#
# Settings on the command line or in the environment:
#   PYTHON   the Python to prefer when .venv/ is made
#   ARGS     extra arguments, for example: make run ARGS="--dry-run --json"

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3
LOCKS := requirements.txt requirements-dev.txt
UV_VERSION := 0.13.9

export UV_COMPILE_BYTECODE := 1
export UV_NO_PROGRESS := 1

.PHONY: help run serve test prove bench mutants check lock

help:  ## toon deze lijst
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

# Recipes run in the project root, so the default IPA_HOME (./var) is the one of the project, and a .env file still counts.
run: $(VENV)/.synced-run  ## omgeving klaarzetten en één keer monitoren (opties met ARGS=)
	@$(BIN)/ipa run $(ARGS)

serve: $(VENV)/.synced-run  ## alles op zijn vaste tijden draaien, tot Ctrl-C (poort met ARGS="--port 4300")
	@$(BIN)/ipa serve $(ARGS)

# The tests of one Prefect server stay together on one worker: see the marker xdist_group.
test: $(VENV)/.synced-dev  ## omgeving klaarzetten en alle tests draaien
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

# What takes minutes: more blows than in `make test`, each journey on both databases, and the stories too long for it.
prove: $(VENV)/.synced-dev  ## de zware proeven: de databaseserver valt 25 keer weg, veel verzonnen verhalen, alles op beide databases, de monitor sterft bij elke stap, twintig keer vijf verzonnen jaren
	@IPA_TEST_STOPS=25 $(BIN)/python -m pytest tests/journeys/test_the_server_stops.py $(ARGS)
	@IPA_TEST_STORIES=60 $(BIN)/python -m pytest tests/rules/test_runs_agree.py $(ARGS)
	@IPA_TEST_BOTH=1 $(BIN)/python -m pytest -n 2 tests/journeys $(ARGS)
	@IPA_TEST_KILLS=250 IPA_TEST_FREEZES=50 $(BIN)/python -m pytest tests/journeys/test_it_is_killed_at_random.py $(ARGS)
	@IPA_TEST_LIVES=20 IPA_TEST_LIFE_DAYS=1825 $(BIN)/python -m pytest -n 2 tests/simulation/test_simulation.py $(ARGS)
	@IPA_TEST_BOTH=1 $(BIN)/python -m pytest -n 2 -m proof $(ARGS)

bench: $(VENV)/.synced-dev  ## meten hoe snel detectie en inlezen zijn (groter met ARGS="--size 100k")
	@$(BIN)/python benchmarks/detection.py $(ARGS)

# Makes a small mistake in a copy of a module in memory, over a thousand times, and tells which ones no test notices.
mutants: $(VENV)/.synced-dev  ## kijken of de tests kleine fouten in domein en regels merken, een kwartier tot een half uur (alles met ARGS="--share 1")
	@$(BIN)/python -m tests.mutation $(ARGS)

check: $(VENV)/.synced-dev  ## stijl, opmaak, types en lagen controleren
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

lock: $(BIN)/uv  ## pakketten opnieuw vastleggen (nieuwere met ARGS=--upgrade)
	@$(COMPILE) --output-file requirements.txt $(ARGS) pyproject.toml
	@$(COMPILE) --output-file requirements-dev.txt --all-extras --constraints requirements.txt $(ARGS) pyproject.toml

# No index, address or path of the machine that makes the lock files may end up in them.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock'

# ---- The environment ----
# The stamps tell with which lock files .venv/ agrees. Both look at the same files, so that a sync for `run`, which takes
# the test tools away, can only happen when the stamp for `test` is out of date as well.

SYNC = $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .

$(VENV)/.synced-run: $(LOCKS) pyproject.toml $(BIN)/uv
	@echo 'Pakketten klaarzetten …'
	@$(SYNC) requirements.txt
	@$(INSTALL)
	@touch $@

$(VENV)/.synced-dev: $(LOCKS) pyproject.toml $(BIN)/uv
	@echo 'Pakketten en testgereedschap klaarzetten …'
	@$(SYNC) requirements-dev.txt
	@$(INSTALL)
	@touch $(VENV)/.synced-run $@

# A name on the path proves nothing (a pyenv shim may have no Python behind it; Debian's Python may lack ensurepip), so
# each candidate has to make the environment for real. One that is there and works is kept.
$(BIN)/uv:
	@$(BIN)/python -m pip --version >/dev/null 2>&1 && exit 0; \
	missing='Python 3.11, 3.12 of 3.13 (Debian en Ubuntu: python3 en python3-venv)'; \
	for python in $(PYTHONS); do \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
		case $$version in 3.11|3.12|3.13) ;; *) continue ;; esac; \
		if "$$python" -m venv --clear $(VENV) >/dev/null 2>&1; then \
			echo "Omgeving gemaakt met Python $$version."; exit 0; \
		fi; \
		missing="python$$version-venv of python3-venv: Python $$version kan nog geen omgeving maken"; \
	done; \
	rm -rf $(VENV); echo "Installeer $$missing." >&2; exit 1
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# When the Python behind the environment is gone, everything in it has to be made anew.
ifneq ($(shell test -x $(BIN)/python && echo works),works)
.PHONY: $(BIN)/uv
endif
