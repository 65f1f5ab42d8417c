# Everything runs in .venv and node_modules beside this file; `make setup` makes both, and every other target makes them first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
CDK := node_modules/.bin/cdk
ORDERS ?= 60
SEED ?= 1
FAULTS ?= 0.1
COVERAGE_FLOOR := 90
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

MYPY := $(PY) -m mypy --strict -p shared -p functions -p infra -p cli

BENCH := .local/bench-venv
SECURITY := .local/security-venv
LOCK := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-config --quiet

.PHONY: help setup openapi page picture test test-deep model simulate simulate-deep demo up deliver down judge bench security sbom synth scale new-erp new-carrier lint format lock clean

help:
	@echo "make demo     start a local AWS, deploy, move ORDERS=$(ORDERS) orders of M3 and UPS and some of every pair through it, stop it"
	@echo "make test     everything that CI runs"
	@echo "make test-deep the tests of two sizes, in their whole size: about half an hour"
	@echo "make model    the model of the purchase workflow: every state, every bound, a campaign's trails"
	@echo "make simulate the real workflow under faults: ORDERS=, SEED=$(SEED), FAULTS=$(FAULTS); make simulate-deep: a million"
	@echo "make up       start the local AWS and the sandbox and leave them running; make down ends them"
	@echo "make deliver  let a driver take the parcels of make up; an hour of their way lasts a second"
	@echo "make judge    hold the demo's traffic against the vendors' contracts"
	@echo "make bench    what our UPS mapping costs beside karrio's, in microseconds of CPU"
	@echo "make security bandit, semgrep, detect-secrets and checkov over code, tree and template: SECURITY.md"
	@echo "make sbom     build/sbom.json: each package that runs on AWS, with its hashes"
	@echo "make synth    the CloudFormation template, checked, without credentials"
	@echo "make openapi  the document of the operator API, after its routes were changed"
	@echo "make page     the console's page, after console/src was changed; make picture: README's picture of it"
	@echo "make scale    where each ERP and carrier stands on the quality scale"
	@echo "make new-erp | new-carrier NAME=acme   lay out a new connector: docs/add-a-connector.md"
	@echo "make lint | format | lock | setup | clean"

setup: $(VENV)/.project node_modules/.installed .local/assets/.fetched
	@if [ -n "$(PYTHON)" ]; then asked="$$($(PYTHON) --version 2>&1)"; made="$$($(PY) --version)"; \
	  if [ "$$asked" != "$$made" ]; then \
	    echo "$(VENV) was made with $$made, PYTHON is $$asked: make clean first" >&2; exit 1; fi; fi

# PYTHON=/path/to/python3.13 chooses the interpreter, and with it the Lambda runtime.
$(VENV)/.installed: requirements/dev.txt
	@python=""; \
	for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	  if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; then \
	    python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  found="$$($(or $(PYTHON),python3) --version 2>/dev/null || echo missing)"; \
	  echo "parcelbridge needs Python 3.11 to 3.14; $(or $(PYTHON),python3) is $$found." \
	    "Set PYTHON=/path/to/python3.13" >&2; exit 1; fi; \
	echo "setup: $$("$$python" --version) in $(VENV)"; \
	"$$python" -m venv $(VENV) || { echo "setup: '$$python -m venv' failed; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "setup: installing $$(grep -c '==' requirements/dev.txt) Python packages, which takes some minutes the first time"
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt || \
	  { echo "setup: not finished; the next make goes on with it" >&2; exit 1; }
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.installed
	@$(PY) -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# The wheels of the Lambda asset, for AWS and for this host: after the setup nothing is fetched any more.
.local/assets/.fetched: requirements/runtime.txt infra/asset.py $(VENV)/.installed
	@echo "setup: fetching what the functions need on AWS and here"
	@$(PY) -m infra.asset
	@touch $@

node_modules/.installed: package-lock.json
	@major="$$(node --version 2>/dev/null | sed 's/^v//; s/\..*//' || true)"; \
	if [ "$${major:-0}" -lt 20 ]; then \
	  echo "parcelbridge needs Node 20 or newer for the CDK command line; found: $$(node --version 2>/dev/null || echo none)" >&2; exit 1; fi
	@echo "setup: installing the CDK command line"
	@npm ci --silent --no-audit --no-fund
	@touch $@

lint: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(MYPY)

format: setup
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

# One pytest run over every folder of tests, a file on one worker, in the order of tests/conftest.py; its closing line is the
# last one printed. One worker more than two cores have work for, since tests of a stack wait for its schedules; and the types
# are checked beside the tests.
test: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(MYPY) & types=$$!; tests=0; \
	$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations=12 --cov --cov-report=term \
	  --cov-fail-under=$(COVERAGE_FLOOR) $(PYTEST_ARGS) || tests=$$?; \
	wait $$types || { echo "the types are wrong: see what mypy says above" >&2; exit 1; }; \
	exit $$tests

# What is small in `make test` in its whole size: months of failing subscriptions, 100,000 bodies at the webhook.
test-deep: setup
	@PARCELBRIDGE_DEEP=1 $(PY) -m pytest -m deep -n 2 --no-header --durations=5 $(PYTEST_ARGS)

# A number of orders of its own, unless one is asked for: the demo's number would show nothing.
asked_or = $(if $(filter file,$(origin ORDERS)),$(1),$(ORDERS))
simulate: setup
	@$(PY) -m sandbox simulate --orders $(call asked_or,2000) --seed $(SEED) --faults $(FAULTS)

model: setup
	@$(PY) -m tests.model

simulate-deep: setup
	@$(PY) -m sandbox simulate-deep --orders $(call asked_or,1000000) --seed $(SEED) --faults $(FAULTS) \
	  --pairs $(or $(PAIRS),-1) --worlds $(or $(WORLDS),0) --first-world $(or $(FIRST_WORLD),0)

demo: setup
	@$(PY) -m sandbox demo --orders $(ORDERS)

up: setup
	@$(PY) -m sandbox up --orders $(ORDERS)

deliver: setup
	@$(PY) -m sandbox deliver

down: setup
	@$(PY) -m sandbox down

judge: setup
	@$(PY) -m sandbox judge --orders $(ORDERS)

# karrio lives in an environment of its own, made by the same interpreter as ours.
$(BENCH)/.installed: requirements/bench.txt $(VENV)/.installed
	@$(PY) -m venv --clear $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.txt
	@touch $@

# 158 packages in an environment of their own, which takes minutes the first time: no other target wants them.
$(SECURITY)/.installed: requirements/security.txt $(VENV)/.installed
	@$(PY) -m venv $(SECURITY)
	@echo "security: installing $$(grep -c '==' requirements/security.txt) packages, which takes some minutes the first time"
	@$(SECURITY)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements/security.txt
	@touch $@

# No tool asks anybody in the network. detect-secrets knows secrets by their form: what only looks random is a digest here.
security: synth $(SECURITY)/.installed
	@$(SECURITY)/bin/bandit -q -ll -c security/bandit.yaml -r shared functions infra cli app.py
	@$(SECURITY)/bin/semgrep scan --config security/rules.yaml --metrics=off --disable-version-check --error --quiet \
	  shared functions infra cli app.py
	@git ls-files -z | xargs -0 $(SECURITY)/bin/detect-secrets-hook --disable-plugin HexHighEntropyString \
	  --disable-plugin Base64HighEntropyString --disable-plugin KeywordDetector \
	  --exclude-lines 'def test_[a-z0-9_]+|user:(word|secret)@'
	@for each in cdk.out/*.template.json; do $(SECURITY)/bin/checkov --config-file security/checkov.yaml --file "$$each"; done
	@echo "security: nothing found beyond what stands in security/ and infra/acknowledged.py"

sbom: $(SECURITY)/.installed
	@mkdir -p build
	@$(SECURITY)/bin/cyclonedx-py requirements requirements/runtime.txt --output-reproducible --of JSON -o build/sbom.json
	@echo "build/sbom.json"

bench: setup $(BENCH)/.installed
	@$(PY) -m benchmarks --karrio $(BENCH)/bin/python $(BENCH_ARGS)

# What needs the vendors' contracts is shown as unseen where they are not.
scale: setup
	@$(PY) -m tests.scale

# FOLDER= where the folder has another name than the kind, TITLE= for the vendor's own spelling.
new-erp new-carrier: setup
	@$(PY) -m sandbox.scaffold $(@:new-%=%) "$(NAME)" --folder "$(FOLDER)" --title "$(TITLE)"
	@$(PY) -m ruff check --fix-only --quiet shared sandbox tests
	@$(PY) -m ruff format --quiet shared sandbox tests
	@$(PY) -m cli.connections.reference

# The operator API's document, made of its routes; a test compares it with the committed one.
openapi: setup
	@$(PY) -m functions.operator_api.document

# The console's page, from console/src into the folder of its function; its types are made of the API's document.
page: setup
	@node_modules/.bin/openapi-typescript functions/operator_api/openapi.json -o console/src/schema.d.ts > /dev/null
	@node_modules/.bin/tsc -p console
	@node console/build.mjs

# The picture of the console in README, after the page was changed: the test that looks at it leaves it.
picture: setup
	@$(PY) -m pytest -q --no-header -p no:cacheprovider tests/e2e/test_console_in_a_browser.py -k picture || \
	  test -f .local/screenshots/console-readme-1100.png
	@$(PY) -c "from PIL import Image; Image.open('.local/screenshots/console-readme-1100.png').convert('RGB').quantize(64).save('docs/console.png', optimize=True)"

# The template lands in cdk.out; cdk-nag fails the synth, cfn-lint reads what came out of it.
# W3005: CDK makes a function depend on its role as well as on the role's policy; harmless, and not ours to change.
synth: setup
	@$(CDK) synth --quiet --app "$(PY) app.py"
	@$(VENV)/bin/cfn-lint --ignore-checks W3005 -- cdk.out/*.template.json

lock: setup
	@$(LOCK) pyproject.toml --upgrade --extra cli --extra infra --extra sandbox --extra dev --output-file requirements/dev.txt
	@$(LOCK) pyproject.toml --upgrade --constraint requirements/dev.txt --output-file requirements/runtime.txt
	@$(LOCK) requirements/bench.in --upgrade --output-file requirements/bench.txt
	@$(LOCK) requirements/security.in --upgrade --output-file requirements/security.txt
	@npm install --package-lock-only --omit-lockfile-registry-resolved --silent
	@$(PY) -m infra.node

clean:
	@rm -f labels.pdf again.pdf label-*.pdf labels-*.pdf connections/first-*.yaml connections/first-*.yaml.bak
	@rm -rf $(VENV) node_modules .local cdk.out build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
