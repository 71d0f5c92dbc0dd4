"""Fences and prose, and what a forgotten closing line does."""

import pytest

from llmcourse.errors import UserError
from llmcourse.notebooks.blocks import Fence, Prose, blocks


def kinds(text: str) -> list[tuple[str, int]]:
    return [(type(block).__name__, block.line) for block in blocks(text.split("\n"), 1, "x.md")]


def test_prose_and_fences_with_the_numbers_of_their_lines():
    text = "one\ntwo\n```python\nx = 1\n```\nthree\n:::{note}\nfour\n:::"
    assert kinds(text) == [("Prose", 1), ("Fence", 3), ("Prose", 6), ("Fence", 7)]


def test_no_line_is_lost():
    text = "a\n````{note}\n```\nb\n```\n````\n\n  ~~~ sh\n  c\n  ~~~\nd"
    found = blocks(text.split("\n"), 1, "x.md")
    assert "\n".join(line for block in found for line in block.lines) == text


def test_a_fence_knows_its_directive_argument_and_body():
    (fence,) = blocks(["  ```{code-cell} python", "  x = 1", "  ```"], 5, "x.md")
    assert isinstance(fence, Fence)
    assert (fence.directive, fence.argument, fence.indent) == ("code-cell", "python", "  ")
    assert (fence.body, fence.line) == (["  x = 1"], 5)


def test_plain_code_has_no_directive():
    (fence,) = blocks(["```python", "x = {1}", "```"], 1, "x.md")
    assert fence.directive is None


def test_more_marks_hold_fewer():
    text = "````\n```{code-cell} python\n1\n```\n````\nafter"
    assert kinds(text) == [("Fence", 1), ("Prose", 6)]


def test_three_ticks_around_words_in_a_line_are_code_and_no_fence():
    (prose,) = blocks(["```not a fence```", "text"], 1, "x.md")
    assert isinstance(prose, Prose)


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        ("text\n```python\nx = 1", 2, "before the text ends"),
        (":::{note}\ntext", 1, "before the text ends"),
        ("```{code-cell} python\nx = 1\n\n```{code-cell} python\ny\n```", 1, "before line 4"),
        (":::{note}\ntext\n\n:::{tip}\nmore\n:::", 1, "before line 4"),
        ("```\nclosed\n```\n```\nswallows\n```python\nx\n```", 4, "before line 6"),
    ],
)
def test_a_fence_that_is_never_closed_is_named_by_its_line(text, line, place):
    with pytest.raises(UserError, match=rf"x\.md, line {line}: the fence .* not closed {place}"):
        blocks(text.split("\n"), 1, "x.md")
