"""What doesn't count: tests in the file, and of added cells all but what they define."""

import pytest

from tests.grading.submission.canonical.handed import Handed, added_to, assert_kept, solutions_of


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_solution_cell_that_is_no_code_any_more(kind):
    handed = Handed()
    handed["top-k"]["cell_type"] = kind
    found = handed.read()
    assert "top-k" not in solutions_of(found)
    assert found.notes == (
        f"Nothing was handed in for task 2 (Top-k): its solution cell (cell "
        f"{handed.place('top-k') + 1}) is no code cell any more.",
    )


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("visible", lambda cell: cell.update(source="pass")),
        ("visible", lambda cell: cell.update(source="def softmax(x):\n    return 1")),
        ("visible", lambda cell: cell.update(cell_type="markdown")),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(points=100)),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(points="many")),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(grade=False)),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(solution=True)),
        ("hidden", lambda cell: cell.update(source="import os\nos._exit(0)")),
    ],
)
def test_a_test_never_counts(kind, change):
    handed = Handed()
    change(handed[f"softmax-{kind}"])
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []
    assert found.notes == (
        f"Your notebook's copy of the {kind} test of task 1 (Softmax with temperature) was "
        "changed; the original was used.",
    )


def test_a_copied_test_is_no_changed_one():
    handed = Handed()
    altered = handed.add("x = 1", after="softmax-visible", **handed["softmax-visible"]["metadata"])
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []
    assert altered["source"] not in [cell.source for cell in found.cells]
    assert found.notes == ()


KEPT = [
    "import os.path",
    "from torch import softmax as s, nn",
    "from math import *",
    "def f(x, *, y=3, z: int = -1) -> list[int]:\n    return g(x)",
    "async def f():\n    await g()",
    "class A(torch.nn.Module):\n    'Text.'\n    k: int\n    n: int = 3\n\n"
    "    @property\n    def m(self):\n        return f(3)",
    "x = -3.5",
    "x = y = [1, 'a', {2: (None, b'')}]",
    "x: int = 1",
    "inf = math.inf",
    "x = f(1)",
    "x.y = 1",
    "x[0] = 1",
    "x += 1",
    "x, y = 1, 2",
    "del x",
    "@f(1)\ndef g(x=f(1), *, y: f(1)) -> f(1):\n    pass",
    "@dataclass\nclass A(f(1), metaclass=M):\n    x = f(1)\n    print(1)",
    "if x:\n    import os",
    "try:\n    import os\nexcept ImportError:\n    pass",
    "with f():\n    x = 1",
    "x = [y for y in z if (w := y)]",
    "x = lambda: 1",
    "x = await f()",
]
LOST = [
    "print(1)",
    "f(x := 1)",
    "{**f}",
    "await f()",
    "for i in x:\n    pass",
    "while True:\n    x = 1",
    "async for i in x:\n    pass",
]


def _notes_without_numbers(found):
    return [note for note in found.notes if "were not run" in note]


@pytest.mark.parametrize("source", KEPT)
def test_what_an_added_cell_keeps(source):
    handed = Handed()
    handed.add(source, after="top-p")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == [source]
    assert not _notes_without_numbers(found)


@pytest.mark.parametrize("source", LOST)
def test_what_an_added_cell_loses(source):
    handed = Handed()
    handed.add(f"{source}\nkept = 1", after="top-p")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["kept = 1"]
    assert _notes_without_numbers(found)
