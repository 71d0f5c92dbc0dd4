"""A release: the same bytes every time, no line of a solution, and nobody's work overwritten."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.bundle import read_bundle, sources_of
from llmcourse.grading.problem_sets.course_folder import course_folder
from llmcourse.grading.problem_sets.mark import is_release
from llmcourse.grading.problem_sets.release import files_of, release
from llmcourse.grading.problem_sets.tasks import problem_sets, read_set
from tests.grading.conftest import STEP, write_notebook

ROOT = Path(__file__).parents[3]


def lines(text: str) -> set[str]:
    """The lines of a text that say something."""
    return {line.strip() for line in text.splitlines() if re.search(r"\w", line)}


def secret_lines(text: str) -> set[str]:
    """What stands between the delimiters of a set's text, and nowhere else in it."""
    between = re.compile(
        r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL | re.MULTILINE
    )
    secret = "\n".join(found[2] for found in between.finditer(text))
    return lines(secret) - lines(between.sub("", text))


def sources(notebook: bytes) -> str:
    return "\n".join("".join(cell["source"]) for cell in json.loads(notebook)["cells"])


@pytest.fixture
def exercise(root) -> Path:
    return root / "exercises" / STEP / f"{STEP}.ipynb"


def test_a_release_is_written_once_and_the_same_bytes_again(root, exercise):
    first = release(root, STEP)
    bundle = root / "gradebook" / "bundles" / f"{STEP}.json"
    assert [file.path for file in first] == [exercise, exercise.parent / "words.txt", bundle]
    assert read_bundle(bundle).step == STEP
    assert all(file.written for file in first)
    content = exercise.read_bytes()
    assert is_release(exercise)
    again = release(root)  # all sets: this one
    assert not any(file.written for file in again)
    assert exercise.read_bytes() == content
    exercise.unlink()
    release(root, STEP)
    assert exercise.read_bytes() == content


def test_the_release_holds_the_notebook_and_its_data_and_nothing_else(root, exercise):
    (root / "solutions" / STEP / "notes.txt").write_text("for the staff")
    release(root, STEP)
    assert {path.name for path in exercise.parent.iterdir()} == {f"{STEP}.ipynb", "words.txt"}
    released = exercise.read_bytes()
    text = (root / "solutions" / STEP / f"{STEP}.md").read_text()
    assert {"the_sum = x + x", "return the_sum"} <= secret_lines(text)
    assert not secret_lines(text) & lines(sources(released))
    assert b"the_sum" not in released
    assert b"has a double too" not in released
    assert 'raise NotImplementedError("Task 1: double")' in sources(released)
    assert "Add it to itself" in sources(released)


def test_a_notebook_in_which_somebody_worked_is_not_overwritten(root, exercise):
    release(root, STEP)
    notebook = json.loads(exercise.read_text())
    notebook["cells"][-2]["source"] = "my = 'work'"
    exercise.write_text(json.dumps(notebook, indent=1, sort_keys=True) + "\n")
    (exercise.parent / "words.txt").unlink()
    before = exercise.read_bytes()
    with pytest.raises(UserError, match="somebody has worked in it") as error:
        release(root, STEP)
    assert "--force" in error.value.todo
    assert str(exercise) in error.value.wrong
    assert exercise.read_bytes() == before
    assert not (exercise.parent / "words.txt").exists()  # nothing at all is written
    release(root, STEP, force=True)
    assert is_release(exercise)


def test_what_nbgrader_wrote_is_not_overwritten_and_the_message_knows_it(root, exercise):
    release(root, STEP)
    notebook = json.loads(exercise.read_text())
    del notebook["metadata"]["llmcourse"]  # generate_assignment --force leaves this
    exercise.write_text(json.dumps(notebook, indent=1, sort_keys=True) + "\n")
    with pytest.raises(UserError, match=r"another program wrote it .*generate_assignment") as error:
        release(root, STEP)
    assert error.value.todo.endswith("llmcourse release --force")


def test_a_release_that_is_no_python_is_refused(root, exercise):
    text = root / "solutions" / STEP / f"{STEP}.md"
    text.write_text(text.read_text().replace("import call, close", "import call close"))
    write_notebook(root)
    with pytest.raises(UserError, match=r"\(setup\), line 1: syntax error"):
        release(root, STEP)
    assert not exercise.exists()


def test_a_release_of_an_earlier_version_gives_way(root, exercise):
    release(root, STEP)
    notebook = json.loads(exercise.read_text())
    mark = notebook["metadata"]["llmcourse"]
    notebook["metadata"]["llmcourse"] = {key: mark[key] for key in ("data", "release")}
    exercise.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    assert [file.written for file in release(root, STEP)] == [True, False, False]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n ", "\n  "),  # saved by a program with other habits
        lambda text: text + "\n",
        lambda text: text.replace("gives two times", "gives three times"),
        lambda text: re.sub(r'"release": "\w+"', '"release": "0"', text),
        lambda text: text.replace('"release"', '"realise"'),
        lambda text: "",
        lambda text: "not a notebook",
        lambda text: "[]",
    ],
)
def test_a_release_is_known_by_its_bytes(tmp_path, released_bytes, change):
    path = tmp_path / "exercise.ipynb"
    path.write_bytes(released_bytes)
    assert is_release(path)
    path.write_text(change(path.read_text()))
    assert not is_release(path)


def test_an_earlier_release_gives_way_to_a_later_one(root, exercise):
    release(root, STEP)
    text = root / "solutions" / STEP / f"{STEP}.md"
    text.write_text(text.read_text().replace("gives two times", "is two times"))
    (root / "solutions" / STEP / "words.txt").write_text("the river\n")
    write_notebook(root)
    assert [file.written for file in release(root, STEP)] == [True, True, True]
    assert "is two times" in sources(exercise.read_bytes())
    assert (exercise.parent / "words.txt").read_text() == "the river\n"


def test_a_data_file_that_a_learner_changed_is_not_overwritten(root, exercise):
    release(root, STEP)
    (exercise.parent / "words.txt").write_text("mine")
    with pytest.raises(UserError, match=r"words\.txt is not an earlier release"):
        release(root, STEP)


HIDDEN = """\
### BEGIN HIDDEN TESTS
close(call(double, -4), -8, hint="A negative number has a double too.")
### END HIDDEN TESTS
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("### BEGIN HIDDEN TESTS\n", "", "'double-hidden': .* HIDDEN TESTS are not in pairs"),
        (HIDDEN, HIDDEN.splitlines()[1] + "\n", "'double-hidden': a hidden test would be released"),
        ("    ### BEGIN SOLUTION\n", "", "'double': .* SOLUTION are not in pairs"),
        ('    raise NotImplementedError("Task 1: double")\n', "", "the release doesn't raise"),
        ("    ### END SOLUTION\n", "", "'double': .* SOLUTION are not in pairs"),
        ("solution: true", "solution: false", "cell 'double': solution is False|has no cell"),
    ],
)
def test_a_set_that_would_give_a_solution_away_is_refused(root, exercise, old, new, said):
    text = root / "solutions" / STEP / f"{STEP}.md"
    assert old in text.read_text()
    text.write_text(text.read_text().replace(old, new, 1))
    write_notebook(root)
    with pytest.raises(UserError, match=said):
        release(root, STEP)
    assert not exercise.exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "the_sum = x + x",
            "the_sum = x * x",
            "'double-visible': the set's own solution fails this test: Mismatch: double.* is wrong",
        ),
        (
            "the_sum = x + x",
            "the_sum = abs(x + x)",
            "'double-hidden': the set's own solution .* A negative number has a double too",
        ),
        ("the_sum = x + x", "the_sum = 1 / 0 * x", "'double-visible': .* ZeroDivisionError"),
        ("import call, close", "import call, close\n1 / 0", "a set-up cell raises ZeroDivisionErr"),
    ],
)
def test_a_set_whose_own_solution_fails_is_not_released(root, exercise, old, new, said):
    release(root, STEP)
    before = exercise.read_bytes()
    text = root / "solutions" / STEP / f"{STEP}.md"
    text.write_text(text.read_text().replace(old, new))
    write_notebook(root)
    with pytest.raises(UserError, match=said) as error:
        release(root, STEP)
    assert str(root / "solutions" / STEP / f"{STEP}.ipynb") in error.value.wrong
    assert exercise.read_bytes() == before


def test_the_bundle_knows_its_sources_and_their_comments_change_no_hash(root):
    release(root, STEP)
    path = root / "gradebook" / "bundles" / f"{STEP}.json"
    before = read_bundle(path)
    folder = root / "solutions" / STEP
    assert before.sources == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (f"{STEP}.ipynb", "tasks.toml")
    }
    (folder / "tasks.toml").write_text("# A comment.\n" + (folder / "tasks.toml").read_text())
    assert sources_of(read_set(folder)) != before.sources
    release(root, STEP)
    after = read_bundle(path)
    assert after.sources == sources_of(read_set(folder))
    assert after.sha256 == before.sha256
    fields = json.loads(path.read_text())
    del fields["sources"]
    path.write_text(json.dumps(fields))
    assert read_bundle(path).sources == {}
    assert read_bundle(path).sha256 == before.sha256


def test_a_notebook_that_is_not_that_of_its_text_is_refused(root):
    text = root / "solutions" / STEP / f"{STEP}.md"
    text.write_text(text.read_text().replace("A tiny", "A small"))
    with pytest.raises(UserError, match=r"is not the notebook of 1-tiny\.md") as error:
        release(root, STEP)
    assert "python -m llmcourse.notebooks" in error.value.todo
    text.unlink()
    with pytest.raises(UserError, match="There is no file"):
        release(root, STEP)


def test_a_set_that_is_not_there_is_refused(root, tmp_path):
    with pytest.raises(UserError, match="no problem set '9-none'") as error:
        release(root, "9-none")
    assert STEP in error.value.todo
    with pytest.raises(UserError, match="has no problem sets"):
        release(tmp_path, None)
    (root / "nbgrader_config.py").unlink()
    with pytest.raises(UserError, match=r"has no nbgrader_config\.py"):
        release(root, STEP)


def test_nbgraders_own_command_releases_no_text_and_no_contract_either(root):
    source = root / "solutions" / STEP
    with course_folder(root) as course:
        shutil.copytree(source, course.source(STEP).parent, dirs_exist_ok=True)
        released = course.release(STEP).parent
        assert {path.name for path in released.iterdir()} == {f"{STEP}.ipynb", "words.txt"}


@pytest.mark.parametrize("folder", problem_sets(ROOT), ids=lambda folder: folder.name)
def test_the_repository_holds_the_release_of_its_sets_and_no_line_of_a_solution(folder):
    contract = read_set(folder)
    wanted = files_of(contract, ROOT)
    target = ROOT / "exercises" / contract.step
    text = (folder / contract.text).read_text()
    secret = secret_lines(text)
    assert len(secret) > 10 * len(contract.tasks)  # the search finds what it searches for
    notebook = wanted[target / contract.notebook]
    assert not secret & lines(sources(notebook))
    exercise = target / contract.notebook
    if exercise.exists() and not is_release(exercise) and not os.environ.get("CI"):
        # An earlier release, which is what an author forgets to bring up to date, still fails.
        pytest.skip(f"somebody has solved tasks in {exercise} of this copy: it is no release")
    for path, content in wanted.items():
        assert path.read_bytes() == content, f"Run: llmcourse release {contract.step}"
    found = {path.name for path in target.iterdir() if not path.name.startswith(".")}
    assert found == {contract.notebook, *contract.data}
