# Every target sets up what it needs: Python 3.11+ and make are enough.
# Set-up is one stamp per input, so a second run starts working in under two seconds.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MANIFEST := dbt_project/target/manifest.json
SQL := $(shell find dbt_project -path dbt_project/target -prune -o -path dbt_project/logs -prune -o -type f \( -name '*.sql' -o -name '*.yml' -o -name '*.csv' \) -print)
GROUP ?=

export DO_NOT_TRACK := 1
# Compiling what a run imports takes longer than the run's own work, if it must be done each time.
unexport PYTHONDONTWRITEBYTECODE
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export RUNTIME__DLTHUB_TELEMETRY := false
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup run dev test soak lint format bench clean

help:  ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: no $(PYTHON); install Python 3.11 or newer, or name yours: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else "make: Python %d.%d is too old; Concord needs 3.11 or newer: make run PYTHON=python3.12" % v)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "set-up: installing the locked packages into $(VENV) (once)"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
# uv is quick; where a mirror or a proxy is set up for pip alone, pip does the same from the same lock.
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --system-certs --require-hashes requirements.lock \
	    || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(MANIFEST): $(STAMP) $(SQL)
	@echo "set-up: parsing the dbt project"
	@WAREHOUSE_PATH=warehouse.duckdb $(BIN)/dbt --quiet parse --project-dir dbt_project --profiles-dir dbt_project
	@touch $@

setup: $(STAMP) $(MANIFEST)

run: setup  ## the main job on the embedded commerce group (GROUP=file for your own)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/concord run $(if $(GROUP),--group $(GROUP),--sandbox)

dev: setup  ## the same group in the Dagster UI
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/concord dev $(if $(GROUP),--group $(GROUP))

test: setup  ## all tests that need neither root nor a browser (aim: 12 minutes on two cores)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -m "not soak" --numprocesses 3 --dist loadfile --no-loadscope-reorder

soak: setup  ## what is longer: kills, seeds, the browser, vendors' own schemas
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -m soak --numprocesses 3 --dist loadfile --no-loadscope-reorder

lint: setup  ## style, types, import arrows, SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright
	@cd dbt_project && WAREHOUSE_PATH=:memory: $(CURDIR)/$(BIN)/sqlfluff lint models --processes 2
	@cd dbt_project && $(CURDIR)/$(BIN)/dbt-bouncer --config-file dbt-bouncer.yml

format: setup  ## let ruff and sqlfluff mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup  ## speed and memory as ratios, side by side; writes data/bench.json
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.bench

clean:  ## forget everything that was loaded, built and published here (keeps .venv)
	@rm -rf data dbt_project/target dbt_project/logs
