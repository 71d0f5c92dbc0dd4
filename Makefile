# The two commands:   make course   (train a GPT, let it write, measure it)      make test   (every check that CI runs)
# Both make .venv, install into it, and can be run again at once.

PYTHON  ?= python3
BIN      = .venv/bin
INSTALL  = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
SOURCES := $(shell find llmcourse -name '*.py')
COURSE  ?= build/course

# What the targets of `make course` train and look at. The tests set these to a run of seconds.
TRAIN ?= --zoo riverbank
MODEL ?= riverbank
VALID ?= 200

.PHONY: help course train sample evaluate test bench clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#: //p' Makefile

#: make course    install, train the course's model (about 3 minutes), sample it, evaluate it, print a summary
course: evaluate
	@$(BIN)/llmcourse summary $(COURSE)

train: $(COURSE)/train.json
sample: $(COURSE)/sample.json
evaluate: $(COURSE)/sample.json $(COURSE)/evaluate.json

$(COURSE)/train.json: .venv/course $(SOURCES)
	$(BIN)/llmcourse train $(TRAIN) --json $@
$(COURSE)/sample.json: $(COURSE)/train.json
	$(BIN)/llmcourse sample $(MODEL) --count 3 --seed 0 --json $@
$(COURSE)/evaluate.json: $(COURSE)/train.json
	$(BIN)/llmcourse evaluate $(MODEL) --samples $(VALID) --json $@

#: make test      install, then style, import contracts, all tests
test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(PYTEST)

#: make bench     every benchmark, one table each (about 30 minutes)
bench: .venv/test
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

#: make clean     delete what was made here, .venv included (not the trained models in the user's cache)
clean:
	rm -rf .venv build

.venv/made:
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "llmcourse needs Python 3.11, 3.12 or 3.13. Give one: make PYTHON=python3.11 course")'
	$(PYTHON) -m venv .venv
	touch $@
.venv/course: .venv/made pyproject.toml constraints.txt
	$(INSTALL) .
	touch $@
.venv/test: .venv/course
	$(INSTALL) ".[pages,dev]"
	touch $@
