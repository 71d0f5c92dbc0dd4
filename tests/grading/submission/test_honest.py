"""Honest work in odd files, graded from its bytes: every point that was earned stays."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.self_check.check import check
from llmcourse.grading.submission.grade_one import grade_one
from llmcourse.grading.submission.result import Result
from llmcourse.sandbox.limits import Limits
from tests.bubblewrap import needs_bubblewrap
from tests.grading.conftest import SOLVED, STEP

pytestmark = needs_bubblewrap

Notebook = dict[str, Any]


@pytest.fixture
def bundle(root, released_bytes) -> Bundle:
    """Of the small set."""
    return bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}


def place(notebook: Notebook, grade_id: str) -> int:
    for index, cell in enumerate(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return index
    raise LookupError(grade_id)


def saved_by_colab(notebook: Notebook) -> None:
    """As Colab writes: an older format, its own metadata, no cell ids, sources as lists."""
    notebook["nbformat_minor"] = 0
    notebook["metadata"] = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
    }
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] |= {"id": f"Xy{number}", "colab": {"base_uri": "https://localhost:8080/"}}
        cell["source"] = "".join(cell["source"]).splitlines(True)
        if cell["cell_type"] == "code":
            picture = {"data": {"image/png": "iVBOR" * 1000}, "output_type": "display_data"}
            cell |= {"outputs": [picture], "execution_count": number}


def without_marks(notebook: Notebook) -> None:
    """Cells copied into another notebook: ids and grade_ids are lost."""
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}


def a_doubled_cell(notebook: Notebook) -> None:
    index = place(notebook, "double")
    notebook["cells"].insert(index, copy.deepcopy(notebook["cells"][index]))


def a_doubled_stub(notebook: Notebook) -> None:
    """The copy that was kept as it came, below the one that was worked on."""
    index = place(notebook, "double")
    stub = copy.deepcopy(notebook["cells"][index])
    stub["source"] = 'def double(x):\n    """Two times x."""\n    # YOUR CODE HERE\n' + (
        '    raise NotImplementedError("Task 1: double")\n'
    )
    notebook["cells"].insert(index + 1, stub)


def a_scratch_cell(notebook: Notebook) -> None:
    notebook["cells"].insert(1, code("for i in range(3):\n    print(undefined_here, i)"))


def a_helper_in_its_own_cell(notebook: Notebook) -> None:
    index = place(notebook, "double")
    notebook["cells"][index]["source"] = "def double(x):\n    return twice(x)\n"
    notebook["cells"].insert(index, code("def twice(x):\n    return x + x\n"))


def a_split_cell(notebook: Notebook) -> None:
    index = place(notebook, "double")
    notebook["cells"][index]["source"] = "def twice(x):\n    return x + x\n"
    notebook["cells"].insert(index + 1, code("def double(x):\n    return twice(x)\n"))


def a_warning(notebook: Notebook) -> None:
    notebook["cells"][place(notebook, "double")]["source"] = (
        "import warnings\n\ndef double(x):\n    warnings.warn('odd')\n    print('x' * 10)\n"
        "    return 2 * x\n"
    )


def windows(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def other_alphabets(notebook: Notebook) -> None:
    notebook["cells"][place(notebook, "double")]["source"] = (
        "größe = 2\n\ndef double(число):\n    return größe * число  # 水\n"
    )


def lines_of_ipython(notebook: Notebook) -> None:
    cell = notebook["cells"][place(notebook, "double")]
    cell["source"] = "%matplotlib inline\n!pip list\n" + SOLVED["double"] + "double?\n"


def deleted_and_changed_tests(notebook: Notebook) -> None:
    notebook["cells"][place(notebook, "double-visible")]["source"] = "1 / 0"
    del notebook["cells"][place(notebook, "first-visible")]


def no_setup(notebook: Notebook) -> None:
    del notebook["cells"][place(notebook, "setup")]


def other_points(notebook: Notebook) -> None:
    mark = notebook["cells"][place(notebook, "double-visible")]["metadata"]["nbgrader"]
    mark |= {"points": 0, "locked": False, "grade": False}


def another_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}


def uses(notebook: Notebook, grade_id: str, source: str) -> None:
    notebook["cells"][place(notebook, grade_id)]["source"] = source


def add(notebook: Notebook, source: str, *, below: str) -> None:
    notebook["cells"].insert(place(notebook, below) + 1, code(source))


def a_device_under_the_setup(notebook: Notebook) -> None:
    add(notebook, 'device = "cuda" if max([0, 1]) > 1 else "cpu"\n', below="setup")
    uses(notebook, "double", "def double(x):\n    return x + x if device else 0\n")
    uses(notebook, "first", "def first(words):\n    return words[0] if words and device else None")


def a_constant_that_is_called_for(notebook: Notebook) -> None:
    add(notebook, 'NEG = float("-inf")\n', below="setup")
    uses(
        notebook,
        "first",
        "def first(words):\n    return words[0] if max(len(words), NEG) else None",
    )


def a_decorated_helper_elsewhere(notebook: Notebook) -> None:
    source = "from functools import lru_cache\n\n@lru_cache(maxsize=None)\ndef twice(x):\n"
    add(notebook, source + "    return x + x\n", below="setup")
    add(notebook, "scratch = 1", below="setup")
    uses(notebook, "double", "def double(x):\n    return twice(x)\n")


def a_helper_below_its_solution(notebook: Notebook) -> None:
    uses(notebook, "double", "def double(x):\n    return twice(x)\n")
    add(notebook, "def twice(x):\n    return x + x\n", below="double")
    add(notebook, "tried = [double(x) for x in range(3)]\n", below="double")


def branches(notebook: Notebook) -> None:
    source = "try:\n    from math import no_such\nexcept ImportError:\n    FACTOR = 2\n"
    source += "if FACTOR == 2:\n    def twice(x):\n        return FACTOR * x\n"
    add(
        notebook,
        source + "import os\nwith open(os.devnull) as f:\n    text = f.read()\n",
        below="setup",
    )
    uses(notebook, "double", "def double(x):\n    return twice(x) if text == '' else 0\n")


def copies_of_tests(notebook: Notebook) -> None:
    for grade_id in ("double-visible", "first-visible"):
        source = "".join(notebook["cells"][place(notebook, grade_id)]["source"])
        add(notebook, f"from llmcourse.checking import *\ngot = {source}\n{source}", below="setup")
        add(notebook, source + "\nx = 3", below=grade_id)


def a_cell_that_raises(notebook: Notebook) -> None:
    add(notebook, "rate = 1 / 0\n", below="setup")
    add(notebook, "def twice(x):\n    return x + x\n", below="setup")
    uses(notebook, "double", "def double(x):\n    return twice(x)\n")


OWN_CELLS: list[Callable[[Notebook], None]] = [
    a_device_under_the_setup,
    a_constant_that_is_called_for,
    a_decorated_helper_elsewhere,
    a_helper_below_its_solution,
    branches,
    copies_of_tests,
    a_cell_that_raises,
]

ODD: list[Callable[[Notebook], None]] = [
    *OWN_CELLS,
    saved_by_colab,
    without_marks,
    a_doubled_cell,
    a_doubled_stub,
    a_scratch_cell,
    a_helper_in_its_own_cell,
    a_split_cell,
    a_warning,
    windows,
    other_alphabets,
    lines_of_ipython,
    deleted_and_changed_tests,
    no_setup,
    other_points,
    another_kernel,
]


@pytest.fixture
def notebook(released_bytes) -> Notebook:
    """The small set, solved."""
    notebook = json.loads(released_bytes)
    for grade_id, source in SOLVED.items():
        uses(notebook, grade_id, source)
    return notebook


def graded(notebook: Notebook, bundle: Bundle, **options: Any) -> Result:
    return grade_one(json.dumps(notebook).encode(), bundle, seed="1", **options)


@pytest.mark.parametrize("odd", ODD, ids=lambda f: f.__name__)
def test_the_points_stay(bundle, notebook, odd):
    odd(notebook)
    result = graded(notebook, bundle)
    assert not result.refused
    assert (result.points, result.of) == (5, 5), [task.visible.message for task in result.tasks]


@pytest.mark.parametrize("odd", OWN_CELLS, ids=lambda f: f.__name__)
def test_a_check_passes_what_the_grade_does(learner, notebook, odd):
    """With the test above: whatever a learner adds, both say the same of it."""
    odd(notebook)
    learner.notebook = notebook
    assert [task.state for task in check(learner.save().path).tasks] == ["passed"] * 2


def test_an_added_cell_that_never_ends_costs_no_points(bundle, notebook):
    add(
        notebook,
        "if double(1):\n    while True:\n        pass\nafter = 1\n",
        below="double-visible",
    )
    add(notebook, "def word(words):\n    return words[0]\n", below="double-visible")
    uses(
        notebook, "first", "def first(words):\n    return word(words) if words and after else None"
    )
    result = graded(notebook, bundle, limits=Limits(cell=3, wall=20))
    assert (result.points, result.of) == (5, 5), [task.visible.message for task in result.tasks]
    (note,) = result.notes
    assert note.startswith(
        f"What you added in cell {place(notebook, 'double-visible') + 3} was left"
    )
    assert "ran for too long" in note


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "for helper in [abs]:\n    print(helper)\n",
            "`helper` is made in cell {cell}, which you added, by a loop",
        ),
        (
            "print(helper := abs)\n",
            "`helper` is made in cell {cell}, which you added, by a loop or",
        ),
        ("helper = !ls\n", "What makes `helper` in cell {cell} is a line for IPython"),
        ("def helper(x:\n", "Cell {cell}, which would define `helper`, is no Python."),
        ("helper = 1 / 0\n", "`helper` is made in cell {cell}, which raised ZeroDivisionError: "),
        ("helper = exit()\nx = 1", "`helper` is made in cell {cell}, which raised "),
        ("import os\nhelper = os._exit(0)\n", "`helper` is made in cell {cell}, which was left"),
    ],
)
def test_where_a_solution_misses_what_was_left_out_the_message_says_so(
    bundle, notebook, source, said
):
    add(notebook, source, below="setup")
    number = place(notebook, "setup") + 2
    add(notebook, "between = 1", below="first-visible")
    uses(notebook, "first", "def first(words):\n    return helper(words)\n")
    double, first = graded(notebook, bundle).tasks
    assert double.points == 3
    assert first.visible.message.startswith("NameError: name 'helper' is not defined")
    assert said.format(cell=number) in first.visible.message
    assert "helper" not in first.hidden.message
