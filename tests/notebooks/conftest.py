from collections.abc import Callable
from pathlib import Path

import pytest

from llmcourse.notebooks.source import HEADER

BIB = """\
@inproceedings{vaswani2017attention,
  author = {Vaswani, Ashish and Shazeer, Noam and Parmar, Niki},
  title = {Attention Is All You Need},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2017},
  eprint = {1706.03762},
  archiveprefix = {arXiv}
}
@article{kingma2015adam,
  author = {Kingma, Diederik P. and Ba, Jimmy},
  title = {{Adam}: A Method for Stochastic Optimization},
  journal = {ICLR},
  year = {2015},
  url = {https://example.org/adam\\_paper}
}
"""

PAGE = """\
# A page

See [the model](../2-network/gpt.md) and {cite:t}`vaswani2017attention`.

```{code-cell} python
:tags: [hide-input]

print(6 * 7)
```

It printed the answer.

## References

```{bibliography}
:filter: docname in docnames
```
"""

SET = """\
# Decoding

+++ {"nbgrader": {"grade": false, "grade_id": "task-1", "locked": true, "schema_version": 3, "solution": false, "task": false}}

### Task 1

Write `double`.

```{code-cell} python
---
nbgrader:
  grade: false
  grade_id: double
  locked: false
  schema_version: 3
  solution: true
  task: false
---
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{code-cell} python
:nbgrader: {grade: true, grade_id: double-visible, locked: true, points: 2, schema_version: 3, solution: false, task: false}

assert double(2) == 4
```
"""  # noqa: E501


@pytest.fixture(scope="session")
def headed() -> Callable[[str], str]:
    """A text behind the full header, which takes 12 lines; an empty one follows."""
    assert HEADER.count("\n") == 12
    return lambda body: f"{HEADER}\n{body}"


@pytest.fixture
def root(tmp_path, headed) -> Path:
    """A small repository: a page, a page of prose alone, references, and a problem set."""
    for name, content in {
        "_toc.yml": "root: book/prose.md\nchapters:\n  - file: book/1-inputs/page.md\n",
        "book/1-inputs/page.md": headed(PAGE),
        "book/prose.md": "# Prose\n\nNothing to run.\n",
        "book/references.bib": BIB,
        "solutions/1-inputs/1-inputs.md": headed(SET),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path
