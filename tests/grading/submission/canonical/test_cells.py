"""Files that are refused, each with the reason, and odd ones that are not."""

import json

import pytest

from llmcourse.grading.submission.canonical import canonical
from tests.grading.submission.canonical.handed import (
    BUNDLE,
    Handed,
    added_to,
    assert_kept,
    grade_id_in,
    refused,
)

OLD = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b" \0\0\n", "is empty"),
        (b"PK\x03\x04\x00\x00", "is a zip archive"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"\xff\xfe\xfd", "not UTF-8"),
        (b'{"cells": [', "holds no JSON"),
        (b"import torch\n", "holds no JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b'{"cells": [], "nbformat": ' + b"9" * 5000 + b"}", "holds no JSON"),
        (b'{"cells": [], "cells": []}', "a key stands twice"),
        (b'{"cells": [{"source": "a", "source": "b"}]}', "a key stands twice"),
        (b"[]", "has no cells"),
        (b"7", "has no cells"),
        (b"NaN", "has no cells"),
        (b"{}", "has no list of cells"),
        (b'{"cells": {}}', "has no list of cells"),
        (json.dumps(OLD).encode(), "has a format older than 4"),
        (b'{"worksheets": []}', "has a format older than 4"),
        (b'{"nbformat": 3, "cells": []}', "has a format older than 4"),
        (b'{"cells": []}', "No cell of this notebook belongs to 3-decoding"),
        (b'{"cells": [7]}', "Cell 1 of the file is not a notebook's cell"),
        (b'{"cells": [{}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": "code", "source": [7]}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": ["code"], "source": ""}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}', "No cell of this notebook"),
    ],
)
def test_what_is_no_notebook_of_the_set_is_refused(raw, said):
    assert said in refused(raw)


def test_as_many_functions_as_tasks_are_no_solutions():
    cells = [{"cell_type": "code", "source": f"def f{i}():\n    pass"} for i in range(7)]
    assert "No cell of this notebook" in refused(json.dumps({"cells": cells}).encode())


def of_another_set():
    """A small notebook of some other set."""
    handed = Handed({})
    heading = {"cell_type": "markdown", "metadata": {}, "source": "# Training:  \x1b from loss"}
    handed.cells[:] = [heading, *handed.cells[4:7]]
    for cell in handed.cells[1:]:
        cell["source"] = "# of another set\nx = 1"
        cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = f"other-{grade_id_in(cell)}"
    handed.notebook["metadata"] = {}
    return handed


def test_another_set_is_refused_by_its_name():
    handed = of_another_set()
    handed.lose_ids()
    handed.notebook["metadata"] = {"llmcourse": {"step": "4-training"}}
    assert "it seems to be 4-training" in refused(handed.bytes)


def test_another_set_is_refused_by_its_cells():
    handed = of_another_set()
    assert 'it seems to be "Training: from loss"' in refused(handed.bytes)
    del handed.cells[0]
    assert "one with the cells other-softmax, other-softmax-visible" in refused(handed.bytes)


def test_a_pasted_cell_of_another_set_is_no_reason():
    handed = Handed()
    marks = {"grade_id": "foreign", "solution": True, "grade": False}
    handed.add("def other():\n    return 1", after="top-k", nbgrader=marks)
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["def other():\n    return 1"]


def test_what_is_shown_of_a_learners_text_is_short_and_plain():
    handed = of_another_set()
    handed.notebook["metadata"]["llmcourse"] = {"step": "a\u202e\x1b[31m\n" + "x" * 10_000}
    wrong = refused(handed.bytes)
    assert wrong.isprintable()
    assert len(wrong) < 200


def test_a_large_file_of_pictures_is_fine_and_one_of_code_is_not():
    handed = Handed()
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 20_000_000}}
    handed["softmax-visible"]["outputs"] = [picture]
    found = handed.read()
    assert_kept(found)
    handed.add("'" + "A" * 5_000_000 + "'", after="top-p")
    assert "holds more than 5 MB of code" in refused(handed.bytes)


def test_the_limit_of_code_is_an_option():
    assert "holds more than 0.001 MB of code" in refused(Handed().bytes, most=1000)


def test_pictures_pasted_into_text_are_no_code():
    handed = Handed()
    text = "![](data:image/png;base64," + "A" * 6_000_000 + ")"
    handed.cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": text})
    assert_kept(handed.read())


def test_200_mb_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr(json, "loads", None)
    assert "larger than 50 MB" in refused(bytes(200_000_000))


def test_a_file_whose_values_would_fill_the_memory_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(json, "loads", None)
    assert "too many values" in refused(b"[" + b"[]," * 10_000_000 + b"[]]")


def test_too_many_cells_are_refused():
    handed = Handed()
    handed.cells.extend([handed["softmax"]] * 5_000)
    assert "more than 5000 cells" in refused(handed.bytes)


def test_nan_in_an_output_is_fine():
    handed = Handed()
    output = {"output_type": "display_data", "data": {"application/json": [float("nan")]}}
    handed["softmax-visible"]["outputs"] = [output]
    assert b"NaN" in handed.bytes
    assert_kept(handed.read())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_again(encoding):
    raw = json.dumps(Handed().notebook).encode(encoding)
    assert_kept(canonical(raw, BUNDLE))


def test_nuls_behind_the_file():
    assert_kept(canonical(Handed().bytes + b"\n" + b"\0" * 4096, BUNDLE))


def test_half_a_character_can_be_written_on():
    handed = Handed()
    handed["softmax"]["source"] = "def softmax(x):\n    return '\ud83d'\n"
    found = handed.read()
    assert_kept(found, softmax=["def softmax(x):\n    return '\ufffd'\n"])
