"""The notebook of a graded submission, as formgrader shows it."""

import dataclasses
import json

import pytest

from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission.canonical import LearnerCell
from llmcourse.grading.submission.formgrader import graded_notebook
from llmcourse.grading.submission.result import Result, TaskResult
from llmcourse.grading.submission.result import TestResult as OneTest
from tests.grading.conftest import SOLVED, STEP, make_repository


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, released_bytes) -> Bundle:
    root = make_repository(tmp_path_factory.mktemp("formgrader") / "course")
    return bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))


def outcome(bundle: Bundle, **more) -> Result:
    passed = OneTest(True, 1.0, 1.0, "passed")
    failed = OneTest(False, 0.0, 1.0, "not yet", "got <b>4</b>")
    tasks = tuple(TaskResult(task.id, task.title, passed, failed) for task in bundle.tasks)
    return Result(STEP, "0", bundle.sha256, "seed", tasks, **more)


def test_it_is_a_notebook_with_each_cell_once_and_tests_behind_their_task(bundle):
    import nbformat

    cells = [
        LearnerCell(None, "helper = 1"),
        LearnerCell("double", SOLVED["double"]),
        LearnerCell("double", "second = 'half'"),
    ]
    text = graded_notebook(bundle, outcome(bundle), cells)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    assert [name for name in names if name] == [
        *("double", "double-visible", "double-hidden"),
        *("first", "first-visible", "first-hidden"),
    ]
    by_name = dict(zip(names, notebook.cells, strict=True))
    assert by_name["double"].source == SOLVED["double"]
    assert by_name["first"].source == bundle.released["first"]
    assert by_name["double-visible"].outputs == []
    assert by_name["double-hidden"].outputs[0].text == "not yet: got <b>4</b>"
    assert by_name["double-hidden"].source == bundle.tests["double-hidden"]
    assert by_name["double-hidden"].metadata.nbgrader.points == 1
    sources = [cell.source for cell in notebook.cells]
    assert sources.index("helper = 1") < sources.index(SOLVED["double"])
    assert sources.index("second = 'half'") < sources.index(bundle.tests["double-visible"])


def test_why_it_was_refused_stands_at_its_top(bundle):
    refused = dataclasses.replace(outcome(bundle), tasks=(), refused="No notebook.")
    cells = json.loads(graded_notebook(bundle, refused, []))["cells"]
    assert cells[0]["outputs"][0]["text"] == "No notebook."


def test_nothing_of_a_learners_is_markdown_or_rich_output(bundle):
    evil = "<script>alert(1)</script>"
    result = outcome(bundle, notes=(evil,))
    cells = json.loads(graded_notebook(bundle, result, [LearnerCell(None, evil)]))["cells"]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            assert "<" not in cell["source"]
        for output in cell.get("outputs", []):
            assert output["output_type"] == "stream"
