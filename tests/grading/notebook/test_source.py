"""What is Python in a notebook's cell."""

import pytest

from llmcourse.grading.notebook.source import names_of, syntax_error


@pytest.mark.parametrize(
    "source",
    ["%matplotlib inline", "!ls", "%%bash\nls -l | wc", "x = !ls", "double?", "await f()", "'\\d'"],
)
def test_what_notebooks_allow_is_no_syntax_error(source):
    assert syntax_error(source) is None


def test_a_null_character_is_a_syntax_error():
    assert "null" in syntax_error("x = 1\0").message


def test_the_line_is_named():
    found = syntax_error("x = 1\ny = (")
    assert (found.kind, found.line) == ("SyntaxError", "line 2")


def test_names_are_those_that_later_cells_see():
    source = "import math as m\nfrom torch import nn\nclass A:\n    inner = 1\n%time x = 2\nx.y = z"
    assert names_of(source) == ("A", "m", "nn")
    assert names_of("x = 2\nx[0] = y\nfor i in x:\n    pass") == ("i", "x")
