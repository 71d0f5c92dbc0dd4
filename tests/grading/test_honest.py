"""Honest work in odd files, graded from its bytes: every point that was earned stays."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from llmcourse.grading.bundle import Bundle, bundle_of
from llmcourse.grading.grade_one import grade_one
from llmcourse.grading.tasks import read_set
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


ODD: list[Callable[[Notebook], None]] = [
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


@pytest.mark.parametrize("odd", ODD, ids=lambda f: f.__name__)
def test_the_points_stay(bundle, released_bytes, odd):
    notebook = json.loads(released_bytes)
    for grade_id, source in SOLVED.items():
        notebook["cells"][place(notebook, grade_id)]["source"] = source
    odd(notebook)
    result = grade_one(json.dumps(notebook).encode(), bundle, seed="1")
    assert not result.refused
    assert (result.points, result.of) == (5, 5), [task.visible.message for task in result.tasks]
