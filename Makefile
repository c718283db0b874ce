# Two commands do all set-up: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
DATA := .levcheck
PORT := 8095
CODE := service client_sdk tests benchmarks deploy
SOURCES := pyproject.toml client_sdk/pyproject.toml

.PHONY: help run stop install check test bench campaign sbom audit lock docs translations screenshots clean

help: ## Say what the commands are
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.runtime ## Set up, start the service, send one real sale through the SDK; the service stays
	@$(BIN)/levcheck serve --dev --background --port $(PORT) --data $(DATA)
	@echo
	@$(BIN)/python client_sdk/examples/first_sale.py http://127.0.0.1:$(PORT)

stop: ## Stop the service that `make run` left running
	@if [ -x $(BIN)/levcheck ]; then $(BIN)/levcheck stop --data $(DATA); else echo "Nothing is installed, so nothing runs."; fi

install: $(VENV)/.runtime ## Only set up (.venv/bin/levcheck)

check: $(VENV)/.test ## The quick loop: lint, types, unit tests
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m "not slow" --ignore tests/records --ignore tests/cli/test_cli_serve.py

test: $(VENV)/.test ## Set up and prove everything
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/python tests/everything.py

campaign: $(VENV)/.bench ## The proofs at their full counts; writes docs/campaign.md
	$(BIN)/python tests/campaign.py

bench: $(VENV)/.bench ## Print the benchmark tables
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/http.py
	PYTHONPATH=tests $(BIN)/python benchmarks/screening.py --memory

docs: $(VENV)/.test ## Write again what is made from the code: openapi.yaml, and tables in docs/
	$(BIN)/levcheck openapi > openapi.yaml
	$(BIN)/levcheck notes > docs/readings.md
	PYTHONPATH=tests $(BIN)/python -m law.transactions_page > docs/transactions.md
	PYTHONPATH=tests $(BIN)/python -m law.cases_file
	PYTHONPATH=tests $(BIN)/python -m access.security_page

translations: $(VENV)/.test ## Gather what the pages say into their catalogs; what is new there waits for its translation
	PYTHONPATH=tests $(BIN)/python -m web.catalog

screenshots: $(VENV)/.test ## Take the pictures of the pages in docs/screenshots
	PYTHONPATH=tests $(BIN)/python -m web.screenshots

sbom: $(VENV)/.test ## Write dist/sbom.cdx.json: every pinned package, its hashes, its licence
	$(BIN)/python deploy/sbom.py dist/sbom.cdx.json

audit: $(VENV)/.test ## Ask PyPI's advisories about every pinned package; no answer is a failure
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements/runtime.txt

lock: ## Pin the requirements again, with hashes (needs uv)
	for set in runtime test bench; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    requirements/$$set.in -o requirements/$$set.txt || exit 1; done

clean: stop ## Stop the service and remove what set-up made
	rm -rf $(VENV) $(DATA)

$(VENV)/.python:
	@.ci/python $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements/runtime.txt $(SOURCES)
	@echo "Setting up (once; about a minute) ..."
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . -e client_sdk
	@touch $@

$(VENV)/.test: $(VENV)/.runtime requirements/test.txt
	@.ci/packages strace=strace nginx=nginx chromium=chromium
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.test requirements/bench.txt benchmarks/node/package-lock.json
	@.ci/packages java=default-jre-headless node=nodejs npm=npm
	@cd benchmarks/node && npm ci --silent --no-audit --no-fund
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@
