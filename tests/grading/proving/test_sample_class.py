"""The class of three, on a set that takes seconds."""

from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.proving import sample_class
from tests.grading.conftest import STEP, WRONG, write_notebook

ROOT = Path(__file__).parents[3]


@pytest.fixture
def mistakes(monkeypatch):
    names = {task: name for task, (name, _) in WRONG.items()}
    monkeypatch.setitem(sample_class.MISTAKES, STEP, names)


def test_each_of_the_three_gets_what_it_must(root, mistakes):
    contract, graded = sample_class.grade_sample(root, STEP)
    assert contract.points == 5
    assert [one.student for one in graded] == ["solution", "empty", "two-mistakes"]
    assert [one.points for one in graded] == [
        {"double": 3, "first": 2},
        {"double": 0, "first": 0},
        {"double": 0, "first": 1},  # squares: both tests; crashes without words: the hidden one
    ]
    assert [one.score for one in graded] == [5, 0, 1]
    assert all(one.as_expected for one in graded)


def test_a_grader_that_is_too_kind_is_found_out(root, mistakes):
    text = root / "solutions" / STEP / f"{STEP}.md"
    strict = 'close(call(double, -4), -8, hint="A negative number has a double too.")'
    assert strict in text.read_text()
    text.write_text(text.read_text().replace(strict, "close(1, 1)"))
    write_notebook(root)
    solution, empty, _ = sample_class.grade_sample(root, STEP)[1]
    assert solution.as_expected
    assert not empty.as_expected
    assert empty.points["double"] == 1


def test_nbgraders_own_commands_find_their_kernels_and_git_ignores_what_they_make():
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    # A relative socket would be one place for nbgrader and another for the kernel.
    assert Path(config.KernelManager.ip).is_absolute()
    course = config.CourseDirectory
    assert "/gradebook/" in (ROOT / ".gitignore").read_text().splitlines()
    for made in (course.submitted_directory, course.autograded_directory, course.db_url[10:]):
        assert made.startswith("gradebook/")


def test_a_step_without_a_sample_class_and_a_missing_case_are_refused(root, mistakes):
    with pytest.raises(UserError, match="no problem set '9-none'") as error:
        sample_class.grade_sample(root, "9-none")
    assert STEP in error.value.todo
    with pytest.raises(UserError, match="no sample class"):
        sample_class._mistakes("9-none")
    (root / sample_class.CASES / STEP / "double" / "wrong" / "square.py").unlink()
    with pytest.raises(UserError, match=r"square\.py can't be read"):
        sample_class.grade_sample(root, STEP)


@pytest.mark.parametrize("step", list(sample_class.MISTAKES))
def test_the_mistakes_of_the_course_are_wrong_solutions_that_are_proven(step):
    tasks = {task.id: task for task in read_set(ROOT / "solutions" / step).tasks}
    assert len(sample_class.MISTAKES[step]) == 2
    for task, name in sample_class.MISTAKES[step].items():
        assert name in {mistake.name for mistake in tasks[task].misconceptions}
        assert sample_class._mistake(ROOT, step, task, name).startswith("# expect: ")
    assert {
        sample_class._left(tasks[task], sample_class._mistake(ROOT, step, task, name)) > 0
        for task, name in sample_class.MISTAKES[step].items()
    } == {True, False}
