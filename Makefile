# make ask    a cited answer from the article in seeds/      make test   the whole test suite
# make chat   the same library as a page in the browser      make lint   ruff and mypy
# make eval   answers measured on the questions of eval/questions
# make model DATA=...  the built-in encoder trained anew (DATA: the folder of pairs/ and eval/; training/README.md)
#
# The environment .venv is made on first use, and made up to date when pyproject.toml or constraints.txt change.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: ask chat eval lint model test

Q ?= What was discussed about al-Hol?
SPLIT ?= test
export Q

VENV := .venv
READY := $(VENV)/ready
LIBRARY := .isnad/seeds
ISNAD := $(VENV)/bin/isnad

ask: $(READY)
	@$(ISNAD) index seeds --reencode --library $(LIBRARY) >&2
	@$(ISNAD) ask "$$Q" --library $(LIBRARY)

chat: $(READY)
	@$(ISNAD) index seeds --reencode --library $(LIBRARY) >&2
	@$(ISNAD) serve --library $(LIBRARY)

eval: $(READY)
	@$(ISNAD) index seeds --reencode --library $(LIBRARY) >&2
	@$(ISNAD) eval eval/questions/seed.jsonl --split $(SPLIT) --library $(LIBRARY)

model: $(READY)
	@[ -n "$(DATA)" ] || { echo "name the folder that holds pairs/: make model DATA=/path/to/data" >&2; exit 1; }
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	  --editable '.[training]' --constraint constraints.txt
	@$(VENV)/bin/python -m training.encoder "$(DATA)" --out index/model

test: $(READY)
	@$(VENV)/bin/python -m pytest -q

lint: $(READY)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

# $(PYTHON) if it is given, else the first that is new enough.
$(READY): pyproject.toml constraints.txt
	@for python in $${PYTHON:-python3 python3.13 python3.12 python3.11}; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "Isnad needs Python 3.11 or newer; install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi; \
	echo "preparing $(VENV) with $$("$$found" --version); this takes a few minutes, once" >&2; \
	[ -x $(VENV)/bin/python ] || "$$found" -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --root-user-action=ignore \
	  --editable '.[test]' --constraint constraints.txt
	@touch $@
