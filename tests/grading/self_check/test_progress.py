"""The kept results of checks: instant, honest about edits, and never in the way."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.notebook.reading import read
from llmcourse.grading.self_check.check import Check, TaskResult
from llmcourse.grading.self_check.progress import (
    Copy,
    copies,
    of_interest,
    problem_notebooks,
    progress_of,
    remember,
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LLMCOURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def checked(learner) -> Check:
    tasks = (
        TaskResult("Task 1 · Double", 2.0, 1.0, "passed"),
        TaskResult("Task 2 · First", 1.0, 1.0, "not started"),
    )
    return Check(read(learner.path), tasks, ())


def test_a_set_that_was_never_checked_shows_what_there_is_to_do(learner, cache):
    found = progress_of(learner.path)
    assert (found.done, found.tasks, found.points, found.of) == (0, 2, 0, 3)
    assert found.hidden == 2
    assert found.checked is None
    assert not found.changed


def test_what_was_deleted_is_still_to_do(learner):
    found = progress_of(learner.delete("double-visible", "double-hidden").path)
    assert (found.tasks, found.of, found.hidden) == (2, 3, 2)
    del learner.notebook["metadata"]["llmcourse"]
    found = progress_of(learner.save().path)
    assert (found.tasks, found.of, found.hidden) == (1, 1, 1)


def test_a_record_of_an_earlier_version_is_understood(learner):
    record = remember(checked(learner))
    tasks = json.loads(record.read_text())
    for task in tasks["tasks"]:
        del task["id"]
    record.write_text(json.dumps(tasks))
    assert progress_of(learner.path).done == 1


def test_nothing_is_kept_by_looking(learner, cache):
    progress_of(learner.path)
    assert not cache.exists()


def test_a_check_is_remembered_outside_the_exercises(learner, cache):
    before = sorted(learner.path.parent.iterdir())
    assert cache in remember(checked(learner)).parents
    assert sorted(learner.path.parent.iterdir()) == before
    found = progress_of(learner.path)
    assert (found.done, found.tasks, found.points, found.of) == (1, 2, 2, 3)
    assert found.hidden == 2
    assert abs(found.checked - datetime.now(UTC)) < timedelta(minutes=1)
    assert not found.changed


def test_an_edit_after_the_check_is_seen(learner):
    remember(checked(learner))
    learner.add("x = 1")
    assert progress_of(learner.path).changed


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"tasks": [{"colour": 1}]}', "\x00"])
def test_a_record_that_cannot_be_read_is_no_record(learner, content):
    remember(checked(learner)).write_text(content)
    assert progress_of(learner.path).checked is None


def test_two_copies_of_a_set_are_kept_apart(learner, tmp_path):
    copy = tmp_path / "copy" / learner.path.name
    copy.parent.mkdir()
    copy.write_bytes(learner.path.read_bytes())
    remember(checked(learner))
    assert progress_of(copy).checked is None


def test_the_sets_of_a_folder_are_found(learner, tmp_path):
    exercises = learner.path.parent.parent
    (learner.path.parent / "scratch.ipynb").write_text("{}")
    (learner.path.parent / ".ipynb_checkpoints").mkdir()
    assert problem_notebooks(exercises) == [learner.path]
    with pytest.raises(UserError, match="holds no problem sets"):
        problem_notebooks(tmp_path / "nowhere")


def test_a_copy_that_was_checked_elsewhere_is_known(learner, tmp_path, cache):
    remember(checked(learner))
    assert copies([learner.path]) == []
    (copy,) = copies([])
    assert (copy.path, copy.step) == (learner.path.resolve(), "1-tiny")
    assert abs(copy.checked - datetime.now(UTC)) < timedelta(minutes=1)
    download = tmp_path / "Downloads" / "1-tiny (1).ipynb"
    download.parent.mkdir()
    download.write_bytes(learner.path.read_bytes())
    learner.path = download
    remember(checked(learner))
    (cache / "progress" / "broken.json").write_text("[]")
    (sets,) = problem_notebooks(tmp_path / "exercises")
    (copy,) = copies([sets])
    assert (copy.path, copy.step) == (download.resolve(), "1-tiny")
    record = next((cache / "progress").glob("1-tiny (1)-*.json"))
    kept = json.loads(record.read_text())
    del kept["step"]  # as an earlier version wrote it
    record.write_text(json.dumps(kept))
    assert [copy.step for copy in copies([sets])] == ["1-tiny (1)"]
    download.unlink()
    assert copies([sets]) == []


def test_of_copies_elsewhere_the_newest_of_each_set_is_of_interest(tmp_path):
    here, beside = tmp_path / "here", tmp_path / "course"
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def copy(place: str, name: str, minutes: int) -> Copy:
        return Copy(tmp_path / place / "x.ipynb", name, noon + timedelta(minutes=minutes))

    found = [
        copy("course/old", "1-tiny", 0),
        copy("heretic", "2-small", 3),  # no folder in `here`
        copy("here/a/b", "1-tiny", 1),
        copy("far/a", "1-tiny", 2),
        copy("far/b", "1-tiny", 4),
        copy("far/c", "1-tiny", 3),
    ]
    shown = of_interest(found, [here, beside])
    assert [one.path.parent.relative_to(tmp_path).as_posix() for one in shown] == [
        *("course/old", "heretic", "here/a/b", "far/b"),
    ]
    assert of_interest(found, [tmp_path]) == found
    assert of_interest([], [here]) == []
