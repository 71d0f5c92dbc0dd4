"""What a text must have, and what is said where it has not."""

import pytest

from llmcourse.errors import UserError
from llmcourse.notebooks.source import HEADER, REQUIRED, read


def refused(text: str) -> str:
    with pytest.raises(UserError) as caught:
        read(text, "book/x.md")
    assert caught.value.wrong.startswith("book/x.md")
    assert caught.value.todo
    return caught.value.wrong


def test_a_full_text_becomes_cells_in_its_order(headed):
    notebook = read(headed("# Title\n\n```{code-cell} python\nx = 1\n```\n\nEnd."), "book/x.md")
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        ("markdown", "# Title"),
        ("code", "x = 1"),
        ("markdown", "End."),
    ]


def test_a_cells_options_become_its_metadata_in_both_forms(headed):
    body = "```{code-cell} python\n:tags: [hide-input]\n\n1\n```\n\n"
    body += "```{code-cell} python\n---\nnbgrader:\n  grade_id: a\n---\n2\n```\n\n"
    body += '+++ {"nbgrader": {"grade_id": "b"}}\n\nText.'
    cells = read(headed(body), "book/x.md").cells
    assert cells[0].metadata == {"tags": ["hide-input"]}
    assert cells[1].metadata == {"nbgrader": {"grade_id": "a"}}
    assert cells[2].metadata == {"nbgrader": {"grade_id": "b"}}
    assert [cell.source for cell in cells] == ["1", "2", "Text."]


@pytest.mark.parametrize("text", ["# Title\n", "", "---\njupytext:\n", "\n---\na: 1\n---\n"])
def test_a_missing_header_is_said_with_the_header_to_write(text):
    with pytest.raises(UserError, match="line 1: the header is missing") as caught:
        read(text, "book/x.md")
    assert HEADER in caught.value.todo


@pytest.mark.parametrize("name", REQUIRED)
def test_each_line_of_the_header_is_needed(name):
    key = name.rsplit(".")[-1]
    lines = [line for line in HEADER.splitlines() if not line.strip().startswith(f"{key}:")]
    assert len(lines) == HEADER.count("\n") - 1
    assert f"line 1: {name} is missing" in refused("\n".join(lines) + "\n\n# T\n")


@pytest.mark.parametrize(
    ("line", "wrong"), [("name: myst", "name: markdown"), ("language: python", "language: R")]
)
def test_a_header_of_another_format_or_language_is_refused(line, wrong):
    said = refused(HEADER.replace(line, wrong) + "# T\n")
    assert f"says {wrong.split()[-1]}, and not" in said


def test_a_header_that_is_not_yaml_is_named_by_its_line():
    assert "line 3" in refused(HEADER.replace("  text_rep", " : text_rep") + "# T\n")


def test_a_directive_outside_the_list_is_named_by_its_line(headed):
    said = refused(headed("# T\n\n```{mermaid}\na --> b\n```"))
    assert said == "book/x.md, line 16: the directive {mermaid} has no form in a notebook."
    assert "{dropdown}" in refused(headed(":::{note}\n```{dropdown}\nx\n```\n:::"))


def test_a_fence_of_colons_needs_a_directive(headed):
    assert "line 14: the fence ::: names no directive" in refused(headed(":::\nx\n:::"))


def test_a_fence_that_is_never_closed_is_named_by_its_line(headed):
    assert "line 16: the fence ``` is not closed" in refused(
        headed("# T\n\n```{code-cell} python\nx = 1\n")
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            ":::{note}\n```{code-cell} python\n1\n```\n:::",
            "15: the code cell stands inside another",
        ),
        ("- a\n\n  ```{code-cell} python\n  1\n  ```", "16: the code cell stands inside another"),
        (
            "<details>\n\n```{code-cell} python\n1\n```\n\n</details>",
            "16: the code cell stands inside the <details> of line 14",
        ),
        (
            "<details>\n\n+++\n\ntext\n\n</details>",
            "16: the block break stands inside the <details> of line 14",
        ),
        (":::{note}\na\n+++\nb\n:::", "16: the block break stands inside the {note} of line 14"),
        ("<div>\n```{code-cell} python\n1\n```", "15: the code cell does not become a cell"),
    ],
)
def test_a_cell_inside_another_block_is_refused(headed, body, said):
    assert f"book/x.md, line {said}" in refused(headed(body))


def test_details_without_an_end_are_named_by_their_line(headed):
    assert "line 16: <details> is never closed" in refused(headed("# T\n\n<details>\ntext\n"))


def test_an_end_of_details_without_a_beginning_is_named_by_its_line(headed):
    body = "<details>\n\na\n\n</details>\n\nb\n\n</details>"
    assert "line 22: </details> closes nothing" in refused(headed(body))


def test_details_in_code_are_only_named(headed):
    assert len(read(headed("Write `<details>` first."), "book/x.md").cells) == 1


def test_a_cell_in_another_language_is_refused(headed):
    assert "line 14: the code cell is in 'r'" in refused(headed("```{code-cell} r\n1\n```"))


@pytest.mark.parametrize(
    "body",
    [
        "```{code-cell} python\n:tags: [a\n\n1\n```",
        "```{code-cell} python\n---\njust words\n---\n1\n```",
        "+++ {nbgrader: 1}\n\nText.",
    ],
)
def test_options_that_cannot_be_read_are_an_error_of_the_text(headed, body):
    assert "the options of a cell are wrong" in refused(headed(body))


def test_a_hidden_line_end_is_named_by_its_line(headed):
    assert "line 16: a character in it" in refused(headed("# T\n\none\x0ctwo"))
