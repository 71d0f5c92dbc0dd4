"""Sources made to break or to tire their reader cost no other cell."""

import pytest

from tests.grading.submission.canonical.handed import SOLUTIONS, Handed, assert_kept, solutions_of

DEEP = {
    "not": "not " * 20_000 + "1",
    "plus": "1+" * 40_000 + "1",
    "attributes": "a" + ".b" * 40_000,
    "calls": "a" + "()" * 40_000,
    "brackets": "(" * 90_000,
    "lambdas": "lambda:" * 10_000 + "1",
    "below the reader's limit": "x = " + "-" * 900 + "1",
    "a list in a list": "x = " + "[" * 90 + "]" * 90,
    "else": "if a:\n b\n" + "elif a:\n b\n" * 8_000,
    "number": "9" * 90_000,
    "NUL": "x = '\0'",
    "statements": "a=1;" * 3_000,
    "lines for IPython": "!ls\n" * 20_000,
    "too long": "x = 1\n" * 100_000,
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP.keys())
@pytest.mark.parametrize("where", ["softmax", "added"])
def test_a_source_made_to_break_its_reader_costs_no_other_cell(source, where):
    handed = Handed()
    if where == "added":
        handed.add(source, after="softmax")
    else:
        handed["softmax"]["source"] = source
    found = handed.read()
    others = {name: [text] for name, text in SOLUTIONS.items() if name != "softmax"}
    assert {n: s for n, s in solutions_of(found).items() if n != "softmax"} == others
    assert len(found.cells) <= 1_000 + len(SOLUTIONS)


def test_a_solution_too_long_to_be_read_is_reported():
    handed = Handed()
    handed["softmax"]["source"] = "x = 1\n" * 100_000
    found = handed.read()
    assert "softmax" not in solutions_of(found)
    assert "its solution cell (cell 5) is too long to be read" in found.notes[0]


def test_what_is_read_of_all_cells_has_a_limit():
    handed = Handed()
    for _ in range(40):
        handed.add("# " + "x" * 99_998, before="softmax")
    found = handed.read()
    assert_kept(found)
    assert sum(len(note) for note in found.notes) < 300
    assert "and 28 more: too long, and left out." in found.notes[-1]
