# make run | test | lint | bench | chaos | clean. Variables: PORT, WORKERS, HPO_HOME (docs/configuration.md), PYTHON, VENV.

VENV ?= .venv
# The first Python on PATH that is new enough; PYTHON= chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Numeric libraries keep to one thread: tests and trainings share the cores by processes.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
PYTEST := $(ONE_THREAD) $(BIN)/python -m pytest --durations=15
# Each file's tests in one of two processes, in the folders' order: browsers and whole applications come first, so
# that small files fill up the end. xdist's own order, by the number of tests, leaves the longest tests for last.
TWO := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: run test lint bench chaos clean chromium
.DEFAULT_GOAL := run

run: $(VENV)/.installed-run
	@exec $(BIN)/python manage.py up

# Everything on SQLite; what asks the database again on PostgreSQL: not the forms, the trainings and the reading of
# files, which are the same on both.
test: $(VENV)/.installed-test chromium
	$(PYTEST) $(TWO)
	$(PYTEST) $(TWO) --database postgres tests/chaos tests/trials --ignore tests/trials/objectives \
		--ignore-glob '*/*form*' --ignore-glob '*/views/test_new_study.py' --ignore-glob '*/views/test_datasets.py'

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy optimizers

bench: $(VENV)/.installed-bench chromium
	@for file in $$(grep -l __main__ benchmarks/[a-z]*.py benchmarks/*/[a-z]*.py); do \
		module=$$(echo $${file%.py} | tr / .); \
		echo "== $$module"; $(ONE_THREAD) $(BIN)/python -m $$module || exit 1; done

# Long storms over both databases, then what a storm notices when a part of the machinery is switched off.
# Variables: TRIALS, FAULTS, SEED, DATABASE (sqlite or postgres; both without it). See docs/reliability.md.
chaos: $(VENV)/.installed-test
	$(ONE_THREAD) $(BIN)/python -m tests.chaos
	$(PYTEST) tests/chaos/controls.py

# Browser tests use the machine's Chromium; where there is none, one is installed.
chromium: $(VENV)/.installed-test
	@$(BIN)/python -m tests.chromium

clean:
	rm -rf $(VENV) .cache .pytest_cache .ruff_cache .mypy_cache .hypothesis

# A stamp for each set of dependencies: pip runs only when pyproject.toml has changed since.
# PostgreSQL's driver comes along, so that DATABASE_URL is all it takes.
$(VENV)/.installed-run: EXTRA := [postgres]
$(VENV)/.installed-test: EXTRA := [test]
$(VENV)/.installed-lint: EXTRA := [test,lint]
$(VENV)/.installed-bench: EXTRA := [test,bench]
$(VENV)/.installed-%: pyproject.toml $(BIN)/python
	@echo "Installing what '$*' needs into $(VENV)"
	@$(PIP) --editable '.$(EXTRA)'
	@touch $@

# A link to the system's Python: gone when that was upgraded, and then made again.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "HPO Dashboard needs Python 3.11 or newer, and none was found on PATH." \
		"Install one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || { echo "PYTHON=$(PYTHON) was not found." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "HPO Dashboard needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." \
		"Name a newer one: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: its venv module is missing." \
		"On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)
