"""Which of several notebooks counts, by what is in them."""

import json

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.choosing import Candidate, choose
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_path, read_bundle
from tests.grading.conftest import STEP


@pytest.fixture
def bundle(course) -> Bundle:
    return read_bundle(bundle_path(course, STEP))


def candidate(name: str, content: bytes, order: float = 0.0) -> Candidate:
    return Candidate(name, order, lambda: content)


def test_work_counts_before_what_was_handed_out_and_that_before_what_cannot_be_read(
    bundle, half, released_bytes
):
    empty = candidate(f"{STEP}.ipynb", released_bytes, order=9.0)
    work = candidate(f"{STEP} (1).ipynb", half, order=1.0)
    broken = candidate(f"Copy of {STEP}.ipynb", b"{", order=10.0)
    best, notes = choose([empty, work, broken], STEP, bundle, "graded")
    assert best is work
    assert notes == (
        "Of several notebooks '1-tiny (1).ipynb' was graded, not '1-tiny.ipynb' (as it was handed "
        "out), 'Copy of 1-tiny.ipynb' (can't be read).",
    )
    assert choose([empty, broken], STEP, bundle, "graded")[0] is empty
    assert choose([empty, work], STEP, None, "graded")[0] is empty  # nobody knows what was given


def test_a_saved_copy_without_work_is_still_untouched(bundle, released_bytes, half):
    saved = json.loads(released_bytes)
    for cell in saved["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 3, "source": "".join(cell["source"]).replace("\n", "\r\n")}
    saved["metadata"]["colab"] = {"name": "x"}
    empty = candidate(f"{STEP}.ipynb", json.dumps(saved).encode())
    work = candidate("homework.ipynb", half)
    assert choose([empty, work], STEP, bundle, "graded")[0] is work


def test_of_two_with_work_the_name_decides(bundle, solved, half):
    exact = candidate(f"{STEP}.ipynb", half, order=1.0)
    renamed = candidate(f"{STEP} (1).ipynb", solved, order=2.0)
    assert choose([renamed, exact], STEP, bundle, "graded")[0] is exact


def test_a_file_that_cannot_be_opened_does_not_count(bundle, half):
    def fails() -> bytes:
        raise UserError("It is encrypted.", todo="")

    work = candidate("a.ipynb", half)
    assert choose([Candidate(f"{STEP}.ipynb", 1, fails), work], STEP, bundle, "taken")[0] is work
