"""What other programs and other scripts make of a source costs no points."""

import dataclasses
import json
import unicodedata

import pytest

from llmcourse.grading.submission.canonical import canonical
from tests.grading.submission.canonical.handed import (
    BUNDLE,
    SOLUTIONS,
    Handed,
    added_to,
    assert_kept,
    solutions_of,
)


def test_windows_line_ends():
    handed = Handed()
    for cell in handed.cells:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    found = handed.read()
    assert_kept(found)
    assert found.notes == ()


def test_old_macintosh_line_ends_marks_of_byte_order_and_nuls():
    handed = Handed()
    for name, source in SOLUTIONS.items():
        handed[name]["source"] = "\ufeff" + source.replace("\n", "\r") + "\0\0"
    assert_kept(handed.read())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_non_ascii_names(form):
    helper = unicodedata.normalize(form, "def größe(x):\n    return x\n")
    user = 'def top_k(logits, k):\n    "größer 🙂"\n    return größe(k)\n'
    handed = Handed(SOLUTIONS | {"top-k": user})
    handed.add(helper, before="top-k")
    raw = json.dumps(handed.notebook, ensure_ascii=False).encode()
    found = canonical(raw, BUNDLE)
    assert_kept(found, **{"top-k": [user]})
    namespace = {}
    for cell in found.cells:
        exec(cell.source, namespace)
    assert namespace["top_k"](None, 5) == 5


@pytest.mark.parametrize("source", ["def größe(x):\n    return x", "def größe(x:\n    return x"])
def test_a_non_ascii_name_that_the_task_asks_for(source):
    first, *others = BUNDLE.tasks
    first = dataclasses.replace(first, signature=(unicodedata.normalize("NFD", "größe(x)"),))
    bundle = dataclasses.replace(BUNDLE, tasks=(first, *others))
    handed = Handed(SOLUTIONS | {"softmax": unicodedata.normalize("NFD", source)})
    handed.lose_ids("softmax")
    found = canonical(handed.bytes, bundle)
    assert_kept(found, softmax=[handed.cells[4]["source"]])
    assert "what they define" in found.notes[0]


def test_tests_whose_accents_are_written_in_another_way_are_not_changed():
    handed = Handed()
    for cell in handed.cells:
        cell["source"] = unicodedata.normalize("NFD", "".join(cell["source"]))
    assert handed["utf8-stream-visible"]["source"] != BUNDLE.released["utf8-stream-visible"]
    assert handed.read().notes == ()


def test_statements_behind_a_semicolon_and_accents_are_cut_where_they_end():
    handed = Handed()
    handed.add('é = "é🙂"; ü = """ä\n€"""; print(é); import math as ñ', after="top-k")
    assert added_to(handed.read()) == ['é = "é🙂"', 'ü = """ä\n€"""', "import math as ñ"]


def test_cells_in_another_order_run_in_the_order_of_the_file():
    handed = Handed()
    handed.cells.reverse()
    found = handed.read()
    assert_kept(found)
    assert [cell.grade_id for cell in found.cells] == list(SOLUTIONS)[::-1]
    assert found.notes == ()


def test_the_setup_cells_deleted():
    handed = Handed()
    del handed.cells[:3]
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []


def test_a_setup_cell_with_an_import_more():
    handed = Handed()
    setup = handed["setup"]
    setup["source"] = "import itertools\n" + "".join(setup["source"])
    assert "import itertools" in added_to(handed.read())


def test_a_test_cell_deleted():
    handed = Handed()
    handed.cells.remove(handed["top-k-visible"])
    handed.cells.remove(handed["top-p-hidden"])
    found = handed.read()
    assert_kept(found)
    assert found.notes == (
        "The visible test of task 2 (Top-k) is not in your notebook any more; the original was "
        "used.",
    )


def test_lines_for_ipython_are_left_out():
    handed = Handed()
    magic = (
        "%matplotlib inline\n!pip install \\\n   einops\npip install einops\nsoftmax?\n?softmax\n"
        "files = !ls it's\n"
        'def softmax(logits):\n    %time x = 1\n    return """\n%s\n!"""\n'
    )
    handed["softmax"]["source"] = magic
    found = handed.read()
    (source,) = solutions_of(found)["softmax"]
    assert source == (
        "pass\npass\npass\npass\npass\npass\npass\n"
        'def softmax(logits):\n    pass\n    return """\n%s\n!"""\n'
    )
    (note,) = found.notes
    assert note.startswith("Lines for IPython were left out of cell 5: `")
    assert note.endswith("…")


def test_python_that_looks_like_ipython_stays():
    handed = Handed()
    source = 'def softmax(x):\n    return (x\n%3\n) != """\n!ls\n?x\n"""\n'
    handed["softmax"]["source"] = source
    found = handed.read()
    assert_kept(found, softmax=[source])
    assert found.notes == ()


def test_many_lines_for_ipython_leave_the_other_cells_readable():
    handed = Handed()
    handed.add("!ls\n" * 2_000, before="softmax")
    handed.add("helper = 1  #" + "x" * 20_000, after="top-k")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["helper = 1"]


def test_python_that_gives_a_warning_is_python():
    handed = Handed()
    handed.add(r'digits = "\d"', after="top-k")
    assert added_to(handed.read()) == [r'digits = "\d"']


def test_a_magic_of_the_whole_cell():
    handed = Handed()
    handed["softmax"]["source"] = "%%time\n" + SOLUTIONS["softmax"]
    handed.add("%%bash\ndef = 3", after="top-k")
    handed.add("%%writefile helper.py\ndef helper():\n    pass", after="top-k")
    found = handed.read()
    assert_kept(found, softmax=["pass\n" + SOLUTIONS["softmax"]])
    assert added_to(found) == []
