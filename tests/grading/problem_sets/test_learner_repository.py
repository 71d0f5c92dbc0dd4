"""The repository for learners: all that they need, no line of a solution, nobody's work lost."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets import learner_repository
from llmcourse.grading.problem_sets.learner_repository import (
    WRITTEN,
    contents,
    default_package,
    make,
)
from llmcourse.grading.problem_sets.mark import is_release
from llmcourse.grading.problem_sets.release import release
from llmcourse.grading.problem_sets.tasks import problem_sets
from tests.grading.conftest import STEP, WRONG, make_repository, write_notebook
from tests.grading.problem_sets.test_release import lines, secret_lines, sources

ROOT = Path(__file__).parents[3]
NOTEBOOK = f"exercises/{STEP}/{STEP}.ipynb"
PACKAGE = "llmcourse==0.1.0"
TRIVIAL = 12  # a line as short as `rows = []` may stand in the task of another set
SECRETS = ("solutions", "gradebook", "tests", ".git", "bundles")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    """A course, and the repository for learners that was made from it."""
    place = tmp_path_factory.mktemp("made")
    root = make_repository(place / "course")
    for name in learner_repository.COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    release(root)
    for name in ("gradebook/key", "exercises/notes.txt", f"exercises/{STEP}/mine.ipynb"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("not for learners")
    make(root, place / "learners", PACKAGE)
    return root, place / "learners"


@pytest.fixture
def course(made, tmp_path) -> tuple[Path, Path]:
    """The same, for one test to change."""
    for path in made:
        shutil.copytree(path, tmp_path / path.name)
    return tmp_path / "course", tmp_path / "learners"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def states(root: Path, folder: Path, package: str = PACKAGE) -> dict[str, str]:
    placed = make(root, folder, package)
    return {one.path.relative_to(folder).as_posix(): one.state for one in placed}


def test_learners_get_these_files_and_no_other(made):
    _, learners = made
    assert set(files(learners)) == {
        *("README.md", "requirements.txt", "environment.yml", ".gitignore", "LICENSE", WRITTEN),
        *(
            ".gitattributes",
            ".github/workflows/classroom.yml",
            NOTEBOOK,
            f"exercises/{STEP}/words.txt",
        ),
    }
    assert is_release(learners / NOTEBOOK)
    workflow = ".github/workflows/classroom.yml"
    assert (learners / workflow).read_bytes() == (ROOT / workflow).read_bytes()
    readme = (learners / "README.md").read_text()
    assert f"| [{STEP}]({NOTEBOOK}) | 2 | 5 | 10 |\n" in readme
    assert f"llmcourse check {NOTEBOOK}\n" in readme
    assert re.search(r"\]\(https://\S+/book/intro\.html\)", readme)
    assert re.findall(r"\]\((?!http)(.+?)\)", readme) == [NOTEBOOK]
    assert (learners / "requirements.txt").read_text().endswith(f"\n{PACKAGE}\n")
    environment = yaml.safe_load((learners / "environment.yml").read_text())
    assert environment["dependencies"][-1] == {"pip": ["--requirement requirements.txt"]}


def test_no_line_of_a_solution_or_of_a_hidden_test_is_in_it(made):
    root, learners = made
    text = (root / "solutions" / STEP / f"{STEP}.md").read_text()
    secret = secret_lines(text)
    assert {"the_sum = x + x", "return words[0] if words else None"} <= secret
    wrong = set().union(*(lines(source) for _, source in WRONG.values()))
    for name, content in files(learners).items():
        shown = lines(sources(content)) if name.endswith(".ipynb") else lines(content.decode())
        assert not shown & secret, name
        assert not shown & (wrong - lines(sources((learners / NOTEBOOK).read_bytes()))), name
        assert b"the_sum" not in content
        assert b"not for learners" not in content


def test_of_our_own_sets_no_secret_line_gets_out():
    found = contents(ROOT, default_package())
    assert not [name for name in found if name.split("/")[0] in SECRETS]
    shown = {
        name: lines(sources(content) if name.endswith(".ipynb") else content.decode())
        for name, content in found.items()
    }
    everywhere = set().union(*shown.values())
    for folder in problem_sets(ROOT):
        secret = secret_lines((folder / f"{folder.name}.md").read_text())
        assert len(secret) > 100
        telling = {line for line in secret if len(line) > TRIVIAL}
        own = f"exercises/{folder.name}/{folder.name}.ipynb"
        assert shown[own]
        for name, found_lines in shown.items():
            assert not found_lines & (secret if name == own else telling), name
        cases = ROOT / "tests" / "grading" / "cases" / folder.name
        answers = [lines(path.read_text()) for path in cases.rglob("*.py")]
        assert len(answers) > 10
        for answer in answers:
            assert answer - everywhere  # its first lines are the task's


def test_the_wheel_that_learners_install_holds_the_package_alone(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    unwanted = shutil.ignore_patterns("__pycache__")
    for name in ("llmcourse", "solutions", "exercises", "tests/grading/cases"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unwanted)
    build = "import setuptools.build_meta as build; build.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        shown = lines("\n".join(archive.read(n).decode() for n in names if n.endswith(".py")))
    about = "-".join(wheel.stem.split("-")[:2]) + ".dist-info"
    assert {name.split("/")[0] for name in names} == {"llmcourse", about}
    assert "llmcourse/grading/self_check/check.py" in names
    assert not [name for name in names if name.endswith((".ipynb", ".toml"))]
    assert not [name for name in names if "/cases/" in name or "/solutions/" in name]
    for folder in problem_sets(ROOT):
        text = (folder / f"{folder.name}.md").read_text()
        hidden = re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END", text, re.S)
        # Short lines are anybody's, "for row in rows:", and so is what a test imports.
        imports = ("from llmcourse", "import ")
        texts = lines("\n".join(hidden))
        told = {text for text in texts if len(text) > 40 and not text.startswith(imports)}
        assert len(told) > 50
        assert not told & shown


def test_a_second_run_changes_no_byte(course):
    root, learners = course
    before = files(learners)
    assert set(states(root, learners).values()) == {"unchanged"}
    assert files(learners) == before


def test_a_file_that_somebody_changed_is_kept_and_the_rest_brought_up_to_date(course):
    root, learners = course
    (learners / "README.md").write_text("# My class\n")
    (learners / NOTEBOOK).write_text((learners / NOTEBOOK).read_text() + " ")
    (learners / "notes.md").write_text("mine")
    (root / "solutions" / STEP / "words.txt").write_text("the river\n")
    found = states(root, learners, "llmcourse==0.2")
    assert found["README.md"] == found[NOTEBOOK] == "kept"
    assert found[f"exercises/{STEP}/words.txt"] == found["requirements.txt"] == "wrote"
    assert (learners / "README.md").read_text() == "# My class\n"
    assert (learners / NOTEBOOK).read_bytes().endswith(b"\n ")
    assert (learners / f"exercises/{STEP}/words.txt").read_text() == "the river\n"
    assert (learners / "notes.md").read_text() == "mine"
    (learners / "README.md").unlink()
    assert states(root, learners, "llmcourse==0.2")["README.md"] == "wrote"


def test_a_folder_whose_files_are_not_ours_is_not_overwritten(course, tmp_path):
    root, _ = course
    other = tmp_path / "other"
    other.mkdir()
    (other / "README.md").write_text("another project")
    assert states(root, other)["README.md"] == "kept"
    assert (other / "README.md").read_text() == "another project"
    assert states(root, other)["README.md"] == "kept"


def test_a_set_that_changes_and_one_that_goes(course):
    root, learners = course
    text = root / "solutions" / STEP / f"{STEP}.md"
    text.write_text(text.read_text().replace("gives two times", "is two times"))
    write_notebook(root)
    before = files(learners)
    with pytest.raises(
        UserError, match=r"not released as it stands: 1-tiny\.ipynb changed"
    ) as error:
        make(root, learners, PACKAGE)
    assert error.value.todo == f"Run: llmcourse release {STEP}"
    assert files(learners) == before
    release(root)
    assert states(root, learners)[NOTEBOOK] == "wrote"
    assert "is two times" in sources((learners / NOTEBOOK).read_bytes())
    assert is_release(learners / NOTEBOOK)
    contract = root / "solutions" / STEP / "tasks.toml"
    contract.write_text(contract.read_text().replace('data = ["words.txt"]', "data = []"))
    release(root)
    for _ in range(2):  # it is named until it is gone
        assert states(root, learners)[f"exercises/{STEP}/words.txt"] == "left"
    assert (learners / f"exercises/{STEP}/words.txt").exists()


def test_a_run_that_was_cut_off_knows_its_own_files_afterwards(course, monkeypatch):
    root, learners = course
    (root / "solutions" / STEP / "words.txt").write_text("the river\n")
    write = learner_repository._write

    def stop(path: Path, content: bytes) -> None:
        if path.name == "requirements.txt":
            raise KeyboardInterrupt
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(learner_repository, "_write", stop)
        with pytest.raises(KeyboardInterrupt):
            make(root, learners, "llmcourse==0.2")
    (root / "solutions" / STEP / "words.txt").write_text("the bank\n")  # and changed once more
    assert "kept" not in states(root, learners, "llmcourse==0.3").values()
    assert (learners / "requirements.txt").read_text().endswith("==0.3\n")
    assert (learners / f"exercises/{STEP}/words.txt").read_text() == "the bank\n"


@pytest.mark.parametrize("inside", ["learners", "exercises", ".", ".."])
def test_a_folder_that_would_mix_the_two_is_refused(course, inside):
    root, _ = course
    before = files(root.parent)
    with pytest.raises(UserError, match="lie in each other"):
        make(root, root / inside, PACKAGE)
    assert files(root.parent) == before


def test_a_folder_that_can_not_be_one_is_refused(course, tmp_path):
    root, learners = course
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="is not a folder"):
        make(root, tmp_path / "file", PACKAGE)
    (learners / "solutions").mkdir()
    with pytest.raises(UserError, match="has a folder solutions"):
        make(root, learners, PACKAGE)
    (learners / "solutions").rmdir()
    (learners / WRITTEN).write_text("[]")
    with pytest.raises(UserError, match="can't be read: it says which files"):
        make(root, learners, PACKAGE)
    (learners / WRITTEN).unlink()
    (root / "LICENSE").unlink()
    with pytest.raises(UserError, match="LICENSE can't be read"):
        make(root, learners, PACKAGE)
    with pytest.raises(UserError, match="has no problem sets"):
        make(tmp_path / "nowhere", learners, PACKAGE)


def test_a_set_that_is_not_released_is_refused(course):
    root, learners = course
    (root / "gradebook" / "bundles" / f"{STEP}.json").unlink()
    with pytest.raises(UserError, match=f"{STEP} is not released yet"):
        make(root, learners, PACKAGE)


@pytest.mark.parametrize("package", ["", "two words", "./dist/llmcourse.whl", "llmcourse\n--evil"])
def test_a_package_that_pip_could_not_install_is_refused(course, package):
    root, learners = course
    with pytest.raises(UserError, match="is nothing that pip can install"):
        make(root, learners, package)


def test_the_package_comes_from_the_public_address():
    assert Requirement(default_package()).url.startswith("git+https://github.com/")


def test_what_was_written_is_a_list_of_hashes_and_names_no_person_or_path(made):
    table = json.loads((made[1] / WRITTEN).read_text())["written"]
    assert set(table) == set(files(made[1])) - {WRITTEN}
    assert all(re.fullmatch("[0-9a-f]{64}", one) for hashes in table.values() for one in hashes)
