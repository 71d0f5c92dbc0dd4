"""Ids that do not move, and bytes that repeat."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from llmcourse.errors import UserError
from llmcourse.notebooks.identity import as_bytes, identify, strip
from llmcourse.notebooks.source import read


def graded(grade_id: object) -> nbformat.NotebookNode:
    return new_code_cell("1", metadata={"nbgrader": {"grade_id": grade_id}})


def test_an_id_is_the_grade_id_or_the_position():
    notebook = new_notebook(cells=[new_markdown_cell("a"), graded("top_p-hidden"), graded(7)])
    identify(notebook, "x.md")
    assert [cell.id for cell in notebook.cells] == ["cell-01", "top_p-hidden", "7"]


def test_ids_of_a_long_notebook_differ():
    notebook = new_notebook(cells=[new_markdown_cell(str(n)) for n in range(120)])
    identify(notebook, "x.md")
    assert len({cell.id for cell in notebook.cells}) == 120
    nbformat.validate(notebook)


def test_an_id_that_is_given_twice_names_both_cells():
    notebook = new_notebook(cells=[graded("a"), new_markdown_cell("b"), graded("a")])
    with pytest.raises(UserError, match=r"x\.md: cell 1 .* and cell 3 .* the same id a\."):
        identify(notebook, "x.md")


def test_a_grade_id_may_not_take_a_positions_id():
    notebook = new_notebook(cells=[graded("cell-02"), new_markdown_cell("b")])
    with pytest.raises(UserError, match="cell-02"):
        identify(notebook, "x.md")


def test_metadata_that_nbgrader_would_not_read_gives_no_id():
    notebook = new_notebook(cells=[new_code_cell("1", metadata={"nbgrader": True})])
    identify(notebook, "x.md")
    assert notebook.cells[0].id == "cell-01"


@pytest.mark.parametrize("grade_id", ["", "a b", "ä", "x" * 65])
def test_an_id_that_no_notebook_may_have_is_refused(grade_id):
    with pytest.raises(UserError, match=r"cell 1 .* has the grade_id"):
        identify(new_notebook(cells=[graded(grade_id)]), "x.md")


def test_of_the_metadata_stays_what_a_kernel_needs(headed):
    notebook = read(headed("# T\n\n```{code-cell} python\n1\n```"), "x.md")
    strip(notebook)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_a_notebook_that_is_not_valid_is_not_written():
    notebook = new_notebook(cells=[new_markdown_cell("a")])
    notebook.cells[0].id = "not an id"
    with pytest.raises(nbformat.ValidationError):
        as_bytes(notebook)


def test_the_same_notebook_gives_the_same_bytes(headed):
    def once() -> bytes:
        notebook = read(headed("# T\n\n```{code-cell} python\n1 # ü\n```"), "x.md")
        strip(notebook)
        identify(notebook, "x.md")
        return as_bytes(notebook)

    assert once() == once()
    assert once().endswith(b"}\n")
    assert not once().endswith(b"\n\n")
    assert "ü" in once().decode()
    assert "jupytext" not in once().decode()
    written = json.loads(once())
    assert (written["nbformat"], written["nbformat_minor"]) == (4, 5), "the first with ids"
    assert written["cells"][1]["outputs"] == []
