# The commands of the project; `make help` lists them. Each does its own set-up: Python 3.11 and make are enough.

.DEFAULT_GOAL := help
.PHONY: help setup install run migrate test lint format coverage bench bench-cluster lock upgrade audit hooks reset clean

# The folder of this file, wherever make was called from and whatever spaces its path holds.
ROOT := $(shell dirname '$(strip $(MAKEFILE_LIST))')
IN_ROOT := cd "$(ROOT)" &&
FOR_RUN := $(IN_ROOT) launcher/bootstrap.sh run &&
FOR_TESTS := $(IN_ROOT) launcher/bootstrap.sh test &&
PYTHON_M := .venv/bin/python -m
UV := .venv/bin/uv pip compile --quiet --upgrade --generate-hashes --python-version 3.11
LOCK_INPUTS := requirements.in requirements-dev.in tests/s3/requirements-*.in bench/requirements-*.in
SHELL_SCRIPTS := launcher/bootstrap.sh .ci/run docker/*.sh deploy/*.sh launcher/upgrade.sh

help: ## say what each command does
	@echo "Envinorma: which orders bind an industrial site, and which of their paragraphs."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' "$(ROOT)/Makefile" | while read -r name what; do \
		printf '  make %-13s %s\n' "$$name" "$$what"; done
	@echo
	@echo "Settings are variables, or lines of .env; .env.example lists them all with their meaning."

setup: ## install all that running and testing need; what is there already stays
	@$(FOR_TESTS) echo "Everything is there."

install: ## install what running needs, without the tools of the tests (for machines in service)
	@$(FOR_RUN) echo "Everything that running needs is there."

run: ## start database, Airflow and site with the demo (DATA=<folder>: with data of yours); Ctrl-C stops it all
	@$(FOR_RUN) exec $(PYTHON_M) launcher run $(if $(DATA),--data "$(DATA)")

migrate: ## bring the database of DATABASE_URL, or the project's own, to the newest migration
	@$(FOR_RUN) exec $(PYTHON_M) etl migrate

test: ## lint, then run all tests (ARGS="tests/unit -k word" picks some)
	@$(FOR_TESTS) $(MAKE) --no-print-directory -f Makefile lint && exec $(PYTHON_M) pytest $(or $(ARGS),$(TESTS))
TESTS := -n 2 --dist loadgroup --durations 15

lint: ## check style, types, imports, SQL, templates, compose file, image recipes and shell scripts
	@$(FOR_TESTS) set -x && \
	$(PYTHON_M) ruff check && \
	$(PYTHON_M) ruff format --check && \
	$(PYTHON_M) mypy && \
	.venv/bin/lint-imports && \
	.venv/bin/sqlfluff lint sql && \
	.venv/bin/djlint --quiet --lint webapp && \
	.venv/bin/shellcheck $(SHELL_SCRIPTS) && \
	{ set +x; } 2>/dev/null && env $$(.venv/bin/python docker/new_env.py -) .venv/bin/docker-compose -f docker-compose.yaml --profile '*' config -q && \
	.venv/bin/hadolint docker/*.Dockerfile

format: ## put code, SQL and .env.example into shape
	@$(FOR_TESTS) $(PYTHON_M) ruff check --fix --quiet; $(PYTHON_M) ruff format && .venv/bin/sqlfluff fix --quiet sql && \
	$(PYTHON_M) launcher env-example

coverage: ## run all tests and say which lines none of them reaches
	@$(FOR_TESTS) $(PYTHON_M) pytest $(TESTS) --cov --cov-report term

bench: ## measure speed and memory beside their limits (ONLY=transform picks some)
	@$(FOR_TESTS) exec $(PYTHON_M) bench $(if $(ONLY),--only "$(ONLY)")

bench-cluster: ## read the same orders by one Celery worker, then by two
	@$(FOR_TESTS) exec $(PYTHON_M) bench --only cluster

lock: ## resolve requirements*.in anew into the lock files, with hashes
	@$(FOR_TESTS) for input in $(LOCK_INPUTS); do $(UV) $$input --output-file $${input%.in}.txt || exit; done

upgrade: ## make the locks anew, install them and run all tests; a failure puts the old locks back
	@$(IN_ROOT) sh launcher/upgrade.sh

audit: ## look for known vulnerabilities of the locked packages (asks pypi.org; says so where it cannot)
	@$(FOR_TESTS) exec $(PYTHON_M) launcher audit

hooks: ## run the quick checks before each commit (pre-commit)
	@$(FOR_TESTS) $(PYTHON_M) pre_commit install

reset: ## forget the local database, buckets and logs of `make run`
	@$(FOR_RUN) exec $(PYTHON_M) launcher reset

clean: reset ## reset, and remove the environments and caches
	@$(IN_ROOT) rm -rf .venv .venv-swift .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
