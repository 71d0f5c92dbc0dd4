"""The table holds all that is known, and no formula."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from llmcourse.grading.classroom.lateness import Late
from llmcourse.grading.classroom.lms.table import csv_bytes, table
from tests.grading.classroom.graded_class import result_of
from tests.grading.classroom.lms.conftest import people


def test_a_row_a_student_with_every_column(bundle):
    ada, zoe = people(("ada", "Ada", "canvas", "11", 4.0), ("zoe", "=1+1", "moodle", "", None))
    ada = replace(
        ada,
        result=result_of(bundle, "5" * 64, (2, 1, 1, 0)),
        handed_in=datetime(2026, 11, 22, 14, tzinfo=UTC),
        late=Late(1, "time"),
        taken_off=0.5,
    )
    zoe = replace(zoe, late=Late(None, "nobody"))
    rows = list(csv.DictReader(io.StringIO(table([ada, zoe], bundle).decode(), newline="")))
    assert rows[0] == {
        **{"student": "ada", "name": "Ada", "email": "ada@example.org", "canvas": "11"},
        **{"moodle": "", "github": "", "points": "4", "of": "5", "days_late": "1"},
        **{"taken_off": "0.5", "counts": "3.5", "handed_in": "2026-11-22T14:00:00+00:00"},
        **{"attempt": "", "file": "", "why_not_graded": "", "notes": "", "double": "3"},
        "first": "1",
    }
    assert rows[1]["name"] == "'=1+1"
    assert (rows[1]["points"], rows[1]["counts"], rows[1]["double"]) == ("", "", "")
    assert (rows[1]["days_late"], rows[1]["taken_off"]) == ("unknown", "")
    assert rows[1]["why_not_graded"] == "handed in nothing"


@given(st.lists(st.text(max_size=12), min_size=2, max_size=4))
def test_no_cell_is_a_formula_and_no_row_breaks(cells):
    text = csv_bytes([cells, ["end", "x"]]).decode()
    first, end = csv.reader(io.StringIO(text, newline=""))
    assert end == ["end", "x"]
    assert len(first) == len(cells)
    assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@"} for cell in first if cell.strip())
