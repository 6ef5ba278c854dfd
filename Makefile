# `make help` lists every target. Each one installs first what is missing (deploy/local/setup.sh).
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
LOCAL := $(PYTHON) -m deploy.local
PYTEST_ARGS ?=
BENCH_ARGS ?=
COMPARE_ARGS ?=
SOAK_ARGS ?=
FAULTS_ARGS ?=

.PHONY: help setup demo demo-up demo-down demo-status demo-logs manage test test-fast lint format types imports \
	migrations-check docs docs-check messages js pytest bench bench-compare bench-pages soak soak-pusher passes faults load fanout certs stack image clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: Debian packages, virtual environment, npm packages, messages
	@deploy/local/setup.sh

demo: setup ## the whole product on this machine, in the foreground; Ctrl-C ends it
	@exec $(LOCAL) demo

demo-up: setup ## the same in the background; the last line is JSON: url, username, password, api_key
	@exec $(LOCAL) up

demo-down: ## end the demo; its data stays in .data
	@if [ -x $(PYTHON) ]; then exec $(LOCAL) down; fi

demo-status: ## what runs, with pids
	@exec $(LOCAL) status

demo-logs: ## follow all logs
	@exec $(LOCAL) logs

manage: ## a manage.py command in the running demo: make manage ARGS="shell"
	@exec $(LOCAL) run -- $(PYTHON) manage.py $(ARGS)

test: setup lint types imports migrations-check docs-check js pytest ## every check but the long runs

test-fast: setup ## unit and database tests only
	@exec $(PYTHON) -m pytest -m "not slow and not e2e" $(PYTEST_ARGS)

lint: setup ## ruff: rules and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: setup ## let ruff rewrite what it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: setup ## mypy --strict
	$(PYTHON) -m mypy

imports: setup ## the import contracts of DESIGN §6
	.venv/bin/lint-imports

migrations-check: setup ## models and migrations agree
	$(LOCAL) with -- $(PYTHON) manage.py makemigrations --check --dry-run

docs: setup ## write the generated pages of docs/reference
	$(PYTHON) docs/reference/generate.py

docs-check: setup ## generated pages, links, and the tests and targets the documents name
	$(PYTHON) docs/reference/generate.py --check

messages: setup ## collect translatable texts into locale/, then compile them
	$(LOCAL) with -- $(PYTHON) manage.py makemessages -l ar --no-location -i .venv -i node_modules -i .data
	@deploy/local/setup.sh

js: setup ## the page modules' own tests
	npm test --silent

pytest: setup
	@exec $(PYTHON) -m pytest $(PYTEST_ARGS)

bench: setup ## the numbers of docs/design, measured here (takes minutes)
	@exec $(PYTHON) -m bench $(BENCH_ARGS)

bench-compare: setup ## two results of it: make bench-compare A=before.json B=after.json, else the newest two
	@exec $(PYTHON) -m bench.compare $(A) $(B) $(COMPARE_ARGS)

bench-pages: setup ## how soon the pages are there with 1,000 cameras (about 2 minutes)
	@exec $(PYTHON) -m bench.pages

load: setup ## 500 cameras and 2,000 viewers on fake media servers for 10 minutes (at most 15 in all)
	@exec $(PYTHON) -m bench.load

fanout: setup ## many real viewers of one camera, and of ten (at most 5 minutes)
	@exec $(PYTHON) -m bench.fanout

passes: setup ## the beat's passes over 500 live streams in memory: reconcile at most 0.5 s (p50)
	@exec $(PYTHON) -m bench.passes

soak: setup ## the lease machine for 5,000 examples, on every core (at most 15 minutes)
	@exec $(PYTHON) -m bench.soak

soak-pusher: setup ## ten pushers for 20 minutes: memory, threads, descriptors, latency (SOAK_ARGS="--minutes 5")
	@exec $(PYTHON) -m bench.pusher_soak $(SOAK_ARGS)

faults: setup ## hurt a stack of its own while browsers watch, and measure how it heals (at most 15 minutes)
	@exec $(PYTHON) -m bench.faults $(FAULTS_ARGS)

certs: ## a trial's secrets and certificate below secrets/, and .env; what is there is kept
	@exec python3 -m deploy.compose.trial

stack: setup ## write deploy/stack.yml, for a Swarm, from docker-compose.yml
	@$(PYTHON) -m deploy.compose stack >deploy/stack.yml.new && mv deploy/stack.yml.new deploy/stack.yml

image: ## build the images of docker-compose.yml
	@exec docker compose build

clean: ## end everything and remove what was made, but for installed packages
	@if [ -x $(PYTHON) ]; then $(LOCAL) clean; fi
	rm -rf .data staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
