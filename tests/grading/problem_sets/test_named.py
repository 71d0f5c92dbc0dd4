"""Which set is meant, whether it is released, and whether the release is that of its sources."""

import dataclasses
import json

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of, bundle_path
from llmcourse.grading.problem_sets.named import (
    changed_sources,
    names,
    problem_set,
    released,
    set_folders,
)
from llmcourse.grading.problem_sets.tasks import read_set
from tests.grading.conftest import STEP


@pytest.fixture
def bundle(root, released_bytes) -> Bundle:
    made = bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))
    made.write(bundle_path(root, STEP))
    return made


def test_a_released_set_is_read(root, bundle):
    assert released(root, STEP) == bundle
    assert names(root) == [STEP]


def test_a_bundle_that_was_changed_by_hand_is_refused(root, bundle):
    path = bundle_path(root, STEP)
    text = path.read_text()
    for old, new in (('"points": 2', '"points": 3'), ("double(3)", "double(4)")):
        assert old in text
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(UserError, match="was changed after its release") as error:
            released(root, STEP)
        assert f"run `llmcourse release {STEP}`" in error.value.todo
    path.write_text(text.replace(bundle.sha256, "0" * 64))
    with pytest.raises(UserError, match="was changed after its release"):
        released(root, STEP)
    fields = json.loads(text)
    del fields["sha256"]
    path.write_text(json.dumps(fields))
    with pytest.raises(UserError, match="carries no hash"):
        released(root, STEP)
    path.write_text(json.dumps(json.loads(text)))  # other spaces, the same content
    assert released(root, STEP) == bundle


def test_a_set_that_is_not_released_is_told_from_one_that_is_none(root):
    with pytest.raises(UserError, match=rf"is not released yet.+`llmcourse release {STEP}`"):
        released(root, STEP)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("1-tidy", r"no problem set '1-tidy'\. Did you mean 1-tiny\? There is 1-tiny\.$"),
        ("nosuch", r"no problem set 'nosuch'\. There is 1-tiny\.$"),
        ("../x", r"'\.\./x' is a path; .+There is 1-tiny\.$"),
        ("exercises/1-tiny/1-tiny.ipynb", r"is a path; .+Did you mean 1-tiny\?"),
    ],
)
def test_a_name_that_no_set_has_is_answered_with_those_that_there_are(root, bundle, name, message):
    with pytest.raises(UserError, match=message):
        released(root, name)


def test_where_there_is_no_set_at_all_the_folder_is_wrong(tmp_path):
    with pytest.raises(UserError, match=r"holds no problem set: .+--root"):
        released(tmp_path, STEP)


def test_sources_that_have_changed_since_the_release_are_named(root, bundle):
    assert set(bundle.sources) == {f"{STEP}.ipynb", "tasks.toml"}
    assert changed_sources(bundle, root) == []
    contract = root / "solutions" / STEP / "tasks.toml"
    text = contract.read_bytes()
    contract.write_bytes(text)  # newer, with the same content
    assert changed_sources(bundle, root) == []
    contract.write_bytes(text + b"# easier\n")
    assert changed_sources(bundle, root) == ["tasks.toml"]


def test_a_copy_without_solutions_has_nothing_that_could_have_changed(root, bundle, tmp_path):
    assert changed_sources(bundle, tmp_path) == []
    assert changed_sources(dataclasses.replace(bundle, sources={}), root) == []


def test_a_source_is_named_like_a_release(root):
    assert problem_set(root, STEP) == root / "solutions" / STEP
    assert set_folders(root) == [root / "solutions" / STEP]
    with pytest.raises(UserError, match=r"no problem set '1-tidy'\. Did you mean 1-tiny\?"):
        set_folders(root, "1-tidy")
    with pytest.raises(UserError, match="has no problem sets in solutions/"):
        set_folders(root / "solutions")
