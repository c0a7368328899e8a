# Two commands for a newcomer: `make run` and `make test`. Everything else is named here with one line each.

# Any Python of 3.10 or newer starts the set-up, which brings the two that the project runs on.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
ROOT_PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test lint setup setup-dev format lock texts migration bench nlu python

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /'

run: python ## set up what is missing, then run everything until Ctrl-C
	@exec $(PYTHON) -m scripts.run

test: python ## set up what the tests need, then lint and every test
	@exec $(PYTHON) -m scripts.test_everything

lint: setup-dev ## style, types, the Rasa project, translations
	@exec $(ROOT_PYTHON) -m scripts.lint

setup: python ## what a start needs, without starting
	@exec $(PYTHON) -m scripts.setup

setup-dev: python
	@exec $(PYTHON) -m scripts.setup --dev

format: setup-dev ## put the code into the house's form
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

lock: python ## lock the packages of both environments anew
	@exec $(PYTHON) -m scripts.lock

texts: setup-dev ## collect the Chinese source texts into the translations
	@exec $(ROOT_PYTHON) -m scripts.texts

migration: setup-dev ## write the next database revision: make migration m="what it does"
	@exec $(ROOT_PYTHON) -m scripts.make_migration "$(m)"

bench: setup-dev ## measure the chain against a stock peer, casework with a million applications, and many open talks (bench/README.md)
	@$(ROOT_PYTHON) -m bench.run
	@$(ROOT_PYTHON) -m bench.casework
	@exec $(ROOT_PYTHON) -m bench.talk

nlu: setup-dev ## measure what is understood of phrasings never taught, beside @nlpjs; make nlu with=--stock adds Jieba and DIET
	@exec $(ROOT_PYTHON) -m bench.nlu.run $(with)

python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c '' 2>/dev/null || { echo "Guitu needs a Python of 3.10 or newer to set itself up, and none was found$(if $(PYTHON), as $(PYTHON)). Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
