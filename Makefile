# The two commands:   make course   (train a GPT, let it write, measure it, build the book)      make test   (every check that CI runs)
# Both make .venv, install into it, and can be run again at once.

PYTHON  ?= python3
BIN      = .venv/bin
INSTALL  = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
SOURCES := $(shell find llmcourse -name '*.py')
FIGURES := $(wildcard llmcourse/widgets/*.js llmcourse/widgets/*.css)
TEXTS   := $(shell find book solutions -name '*.md' -o -name '*.bib' -o -name '*.toml')
BOOK    := $(wildcard book/*.py book/extensions/*.py book/static/*) _config.yml _toc.yml
CASES   := $(shell find tests/grading/cases -name '*.py')
COURSE  ?= build/course

# What the targets of `make course` train and look at. The tests set these to a run of seconds.
TRAIN ?= --zoo riverbank
MODEL ?= riverbank
VALID ?= 200
PARTS ?= evaluate grade book

.PHONY: help course train sample evaluate release grade prove notebooks book serve test system measure bench clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#: //p' Makefile

#: make course    install, train the course's model (about 3 minutes), sample and evaluate it, release and grade a problem set, build the book
course: $(PARTS)
	@$(BIN)/llmcourse summary $(COURSE)

train: $(COURSE)/train.json
sample: $(COURSE)/sample.json
evaluate: $(COURSE)/sample.json $(COURSE)/evaluate.json
release: $(COURSE)/release
grade: $(COURSE)/grade.json

$(COURSE)/train.json: .venv/course $(SOURCES)
	$(BIN)/llmcourse train $(TRAIN) --json $@
$(COURSE)/sample.json: $(COURSE)/train.json
	$(BIN)/llmcourse sample $(MODEL) --count 3 --seed 0 --json $@
$(COURSE)/evaluate.json: $(COURSE)/train.json
	$(BIN)/llmcourse evaluate $(MODEL) --samples $(VALID) --json $@
# A set that a learner has worked in stays as it is, and the rest goes on.
$(COURSE)/release: .venv/book $(TEXTS) $(SOURCES) nbgrader_config.py
	mkdir -p $(@D)
	$(BIN)/python -m llmcourse.notebooks
	-$(BIN)/llmcourse release
	touch $@
$(COURSE)/grade.json: $(COURSE)/release $(CASES)
	$(BIN)/llmcourse grade-sample --json $@

#: make book      the book, into build/book (about 5 minutes the first time; then only pages whose code has changed are run)
book: $(COURSE)/book.json
$(COURSE)/book.json: .venv/book $(SOURCES) $(FIGURES) $(TEXTS) $(BOOK)
	$(BIN)/python -m llmcourse.notebooks
	$(BIN)/python book/build.py --json $@

#: make notebooks the notebooks of pages and problem sets, from their texts
notebooks: .venv/book
	$(BIN)/python -m llmcourse.notebooks

#: make serve     the book in the browser, and its pages as notebooks in JupyterLab; Ctrl-C ends both
serve: book
	$(BIN)/python book/serve.py

#: make test      install, then style, import contracts, the book, all tests
test: .venv/test book
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(PYTEST)

#: make prove     for each task of each problem set: what an empty answer earns, which wrong ones lose, which right ones pass
prove: .venv/book
	$(BIN)/python -m llmcourse.grading.proving.prove

#: make system    Debian's packages: bubblewrap, the sandbox of the grader; Chromium and PostgreSQL, for the tests (as root)
SYSTEM ?= bubblewrap chromium postgresql
system:
	apt-get update --quiet --quiet && apt-get install --quiet --quiet --yes $(SYSTEM)

#: make measure   what takes too long for a page: measured anew, kept in llmcourse/measured (the pages say when and where)
measure: .venv/test
	for script in book/measure/*.py; do $(BIN)/python $$script || exit 1; done

#: make bench     every benchmark, one table each (about 20 minutes)
bench: .venv/test
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

#: make clean     delete what was made here, .venv included (not the trained models in the user's cache)
clean:
	rm -rf .venv build

# $(call debian,PACKAGE,COMMANDS,WHAT IT COSTS TO LACK IT): install it as root, else say how, if it is not there.
debian = for name in $(2); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then $(MAKE) system SYSTEM=$(1); \
	else echo "$(1) is missing: $(3) To have it: sudo make system SYSTEM=$(1)"; fi

.venv/made:
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "llmcourse needs Python 3.11, 3.12 or 3.13. Give one: make PYTHON=python3.11 course")'
	$(PYTHON) -m venv .venv
	touch $@
.venv/course: .venv/made pyproject.toml constraints.txt
	$(INSTALL) .
	touch $@
.venv/book: .venv/course
	$(INSTALL) ".[pages,book,grading,dask]"
	@$(call debian,bubblewrap,bwrap,submissions are not graded without it (the sample class is).)
	touch $@
.venv/test: .venv/book
	$(INSTALL) ".[pages,book,grading,postgres,dask,dev]"
	@$(call debian,chromium,chromium chromium-browser google-chrome google-chrome-stable,the tests of the book and its figures will be skipped.)
	@$(call debian,postgresql,initdb /usr/lib/postgresql/*/bin/initdb,the tests of a gradebook on PostgreSQL will be skipped.)
	touch $@
