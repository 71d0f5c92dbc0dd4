"""What the repository for learners says: its README, and the files that set up a computer."""

README = """\
# Problem sets

These are the problem sets of [How large language models work]({book}), a course in eight
steps. Each belongs to a step of the book. Read the page that it names, then write the functions
that it asks for. The tests below each task run in the notebook and say what is not right yet.

| set | tasks | points | minutes |
|---|--:|--:|--:|
{sets}

## Begin

You need Python 3.11 to 3.13 and git. In this folder:

```sh
python3 -m venv .venv && . .venv/bin/activate
pip install --requirement requirements.txt jupyterlab
jupyter lab
```

With conda: `conda env create -f environment.yml && conda activate llmcourse`.

Or work in Colab: *File → Open notebook → GitHub*, then the address of your repository. Colab has
all that a set needs, and the first cell installs {colab}. *File → Save a copy in GitHub* brings
your work back here.

## Check yourself

```sh
llmcourse check {example}
```

It runs the tests that you can see in a fresh kernel, from top to bottom, and prints one row a task.
Run it before you hand in: a notebook whose cells ran in another order can look finished and not be.

On GitHub the same tests run after each push (*Actions*, the newest run, *Summary*). A green run
says that your notebooks could be read and run. Whether the tests pass stands in its table. It is no
grade: hidden tests try other inputs, and only the grader has them.

## Hand in

```sh
llmcourse submit {example}
```

It checks the notebook once more, packs it and prints a receipt. Nothing is uploaded: hand in the
file that it names, where your course collects the work. The notebook itself will do as well. Keep
the hash of the receipt. Your instructor sees it beside your grade, so both of you can tell which
file was graded.
"""

REQUIREMENTS = """\
# The course's package, and with it all that a problem set and its check need.
{package}
"""

ENVIRONMENT = """\
# conda env create -f environment.yml && conda activate llmcourse
name: llmcourse
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - git
  - jupyterlab
  - pip:
      - --requirement requirements.txt
"""

IGNORED = """\
.venv/
__pycache__/
.ipynb_checkpoints/
# What `llmcourse submit` writes, and what a command leaves that was cut off.
*.zip
.*.tmp
# Models.
/runs/
"""

ATTRIBUTES = """\
# A file has the same bytes on every computer, so its hash is the same too.
* -text
"""
