"""A repository with one small problem set: two tasks, no torch, a kernel of a second."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

STEP = "1-tiny"

TEXT = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
    jupytext_version: 1.17.2
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A tiny problem set

```{code-cell} python
---
nbgrader:
  grade: false
  grade_id: setup
  locked: true
  schema_version: 3
  solution: false
---
from llmcourse.checking import call, close
```

### Task 1 · Double

`double(x)` gives two times `x`.

```{code-cell} python
---
nbgrader:
  grade: false
  grade_id: double
  locked: false
  schema_version: 3
  solution: true
---
def double(x):
    \"\"\"Two times x.\"\"\"
    ### BEGIN SOLUTION
    the_sum = x + x
    return the_sum
    ### END SOLUTION
    raise NotImplementedError("Task 1: double")
```

```{code-cell} python
---
nbgrader:
  grade: true
  grade_id: double-visible
  locked: true
  points: 2
  schema_version: 3
  solution: false
---
close(call(double, 3), 6, what="double(3)", hint="Add it to itself.")
```

```{code-cell} python
---
nbgrader:
  grade: true
  grade_id: double-hidden
  locked: true
  points: 1
  schema_version: 3
  solution: false
---
### BEGIN HIDDEN TESTS
close(call(double, -4), -8, hint="A negative number has a double too.")
### END HIDDEN TESTS
```

### Task 2 · First

`first(words)` gives the first word, or None where there is none.

```{code-cell} python
---
nbgrader:
  grade: false
  grade_id: first
  locked: false
  schema_version: 3
  solution: true
---
def first(words):
    \"\"\"The first word, or None.\"\"\"
    ### BEGIN SOLUTION
    return words[0] if words else None
    ### END SOLUTION
    raise NotImplementedError("Task 2: first")
```

```{code-cell} python
---
nbgrader:
  grade: true
  grade_id: first-visible
  locked: true
  points: 1
  schema_version: 3
  solution: false
---
close(call(first, ["the", "bank"]), "the", what="the first word")
```

```{code-cell} python
---
nbgrader:
  grade: true
  grade_id: first-hidden
  locked: true
  points: 1
  schema_version: 3
  solution: false
---
### BEGIN HIDDEN TESTS
from llmcourse.checking import hinted

with hinted("Without a word there is no first one."):
    close(call(first, []), None, hint="No words: None.")
### END HIDDEN TESTS
```
"""

CONTRACT = """\
step = "1-tiny"
title = "Tiny"
text = "1-tiny.md"
notebook = "1-tiny.ipynb"
data = ["words.txt"]
imports = ["llmcourse.checking"]

[[task]]
number = 1
id = "double"
title = "Double"
points = 3
visible = 2
hidden = 1
minutes = 5
difficulty = 1
cells = { solution = "double", visible = "double-visible", hidden = "double-hidden" }
signature = ["double(x)"]
forbidden = []
page = "book/1-inputs/bpe.md"
mygpt = [{ module = "numbers", name = "double" }]
misconceptions = [{ name = "square", message = "Add it to itself" }]

[[task]]
number = 2
id = "first"
title = "First"
points = 2
visible = 1
hidden = 1
minutes = 5
difficulty = 1
cells = { solution = "first", visible = "first-visible", hidden = "first-hidden" }
signature = ["first(words)"]
forbidden = []
page = "book/1-inputs/bpe.md"
mygpt = [{ module = "words", name = "first" }]
misconceptions = [{ name = "never_empty", message = "Without a word there is no first one" }]
"""

WRONG = {
    "double": (
        "square",
        "# expect: Add it to itself\n# loses: visible\ndef double(x):\n    return x * x\n",
    ),
    "first": (
        "never_empty",
        "# expect: Without a word there is no first one\n# loses: hidden\n"
        "def first(words):\n    return words[0]\n",
    ),
}

SOLVED = {
    "double": "def double(x):\n    return 2 * x\n",
    "first": "def first(words):\n    return next(iter(words), None)\n",
}


def write_notebook(root: Path) -> None:
    """Put the notebook of the set's text beside it."""
    from llmcourse.notebooks import notebook_of
    from llmcourse.notebooks.identity import as_bytes

    text = root / "solutions" / STEP / f"{STEP}.md"
    text.with_suffix(".ipynb").write_bytes(as_bytes(notebook_of(text, root)))


def make_repository(folder: Path) -> Path:
    """The small set in `folder`, with the course's configuration of nbgrader."""
    (folder / "solutions" / STEP).mkdir(parents=True)
    (folder / "book").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / "solutions" / STEP / "tasks.toml").write_text(CONTRACT)
    (folder / "solutions" / STEP / f"{STEP}.md").write_text(TEXT)
    (folder / "solutions" / STEP / "words.txt").write_text("the bank by the river\n")
    write_notebook(folder)
    for task, (name, source) in WRONG.items():
        place = folder / "tests" / "grading" / "cases" / STEP / task / "wrong"
        place.mkdir(parents=True)
        (place / f"{name}.py").write_text(source)
    return folder


@pytest.fixture
def root(tmp_path) -> Path:
    """A repository of its own for one test."""
    return make_repository(tmp_path / "course")


@pytest.fixture(scope="session")
def released_bytes(tmp_path_factory) -> bytes:
    """The release of the small set, made once: nbgrader takes its time."""
    from llmcourse.grading.problem_sets.release import files_of
    from llmcourse.grading.problem_sets.tasks import read_set

    course = make_repository(tmp_path_factory.mktemp("released") / "course")
    contract = read_set(course / "solutions" / STEP)
    return files_of(contract, course)[course / "exercises" / STEP / f"{STEP}.ipynb"]


class Learner:
    """A learner's copy of the release, to write into and to save."""

    def __init__(self, path: Path, released: bytes):
        self.path = path
        self.notebook = json.loads(released)
        self.save()

    def write(self, **solutions: str) -> "Learner":
        """Fill in the solution cells with these grade_ids, and save."""
        for cell in self.notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in solutions:
                cell["source"] = solutions[grade_id]
        return self.save()

    def delete(self, *grade_ids: str) -> "Learner":
        """Take out the cells with these grade_ids, and save."""
        self.notebook["cells"] = [
            cell
            for cell in self.notebook["cells"]
            if cell["metadata"].get("nbgrader", {}).get("grade_id") not in grade_ids
        ]
        return self.save()

    def add(self, source: str) -> "Learner":
        """Add a code cell at the end, and save."""
        cell = {"cell_type": "code", "id": "added", "metadata": {}, "source": source}
        self.notebook["cells"].append(cell | {"outputs": [], "execution_count": None})
        return self.save()

    def save(self) -> "Learner":
        """Write the file, as another program would."""
        self.path.write_text(json.dumps(self.notebook, indent=2))
        return self


@pytest.fixture
def learner(tmp_path, released_bytes) -> Learner:
    """The small set, handed out."""
    folder = tmp_path / "exercises" / STEP
    folder.mkdir(parents=True)
    return Learner(folder / f"{STEP}.ipynb", released_bytes)
