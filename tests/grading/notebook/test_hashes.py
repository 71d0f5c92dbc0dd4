"""Hashes by which a cell is known again, and a file is spoken of."""

import pytest

from llmcourse.grading.notebook.hashes import fingerprint, short


@pytest.mark.parametrize("saved", ["x = 1\r\ny = 2", "x = 1  \ny = 2\t", "\n\nx = 1\ny = 2\n\n"])
def test_line_ends_and_spaces_behind_a_line_change_nothing(saved):
    assert fingerprint(saved) == fingerprint("x = 1\ny = 2")


@pytest.mark.parametrize("other", ["x = 1\ny = 3", "x = 1\n y = 2", "x = 1\n\ny = 2"])
def test_anything_else_does(other):
    assert fingerprint(other) != fingerprint("x = 1\ny = 2")


def test_people_see_twelve_digits():
    assert short("0123456789abcdef" * 4) == "0123456789ab"
