"""A course with the small set, and archives as learning platforms make them."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from llmcourse.grading.problem_sets.bundle import bundle_of, bundle_path
from llmcourse.grading.problem_sets.tasks import read_set
from tests.grading.conftest import SOLVED, STEP, Learner, make_repository


@pytest.fixture
def course(tmp_path, released_bytes) -> Path:
    """A repository with the set's bundle."""
    root = make_repository(tmp_path / "course")
    contract = read_set(root / "solutions" / STEP)
    bundle_of(contract, json.loads(released_bytes)).write(bundle_path(root, STEP))
    return root


@pytest.fixture
def solved(tmp_path, released_bytes) -> bytes:
    """The set's notebook with right answers."""
    return Learner(tmp_path / "solved.ipynb", released_bytes).write(**SOLVED).path.read_bytes()


@pytest.fixture
def half(tmp_path, released_bytes) -> bytes:
    """The set's notebook with one answer."""
    learner = Learner(tmp_path / "half.ipynb", released_bytes)
    return learner.write(double=SOLVED["double"]).path.read_bytes()


@pytest.fixture
def pack(tmp_path) -> Callable[..., Path]:
    """Makes a zip of members: name to content, where a name may be a `ZipInfo`."""

    def packed(members: Mapping, name: str = "class.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return packed


@pytest.fixture
def spread(tmp_path) -> Callable[..., Path]:
    """Makes a folder of files: path to content."""

    def made(files: Mapping[str, bytes], name: str = "class") -> Path:
        for path, content in files.items():
            place = tmp_path / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return tmp_path / name

    return made
