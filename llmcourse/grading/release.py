"""From `solutions/<step>/` to `exercises/<step>/`: the notebook that learners get.

nbgrader's own generate_assignment does the work, in a folder that holds the notebook alone, so that
what a later grading makes of the same source is the same to the byte, and no other file of the set
can slip in. The release carries a hash of itself in its metadata. By that hash it is known again:
a notebook in which somebody has worked is never overwritten without --force. It also carries a hash
of every test, so that a learner's check notices one that was changed. Running it twice changes no
byte. Beside it goes the bundle that the grader works with, into gradebook/, which is never handed
out. A set whose own solution fails its own tests is not released. Left out: handing out and
collecting.
"""

import contextlib
import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.bundle import Bundle, bundle_of, bundle_path
from llmcourse.grading.course_folder import course_folder
from llmcourse.grading.kernel import names_of, refuse_syntax_errors
from llmcourse.grading.notebook import (
    MARK,
    Notebook,
    Original,
    ReleasedSetup,
    ReleasedTask,
    ReleasedTest,
    code_cells,
    fingerprint,
)
from llmcourse.grading.tasks import ProblemSet, problem_sets, read_set, refuse_disagreement
from llmcourse.grading.trial import SEEDS, exercises


@dataclass(frozen=True)
class Released:
    """A file of a release, and whether this run wrote it or found it as it must be."""

    path: Path
    written: bool


def release(root: Path, step: str | None = None, *, force: bool = False) -> list[Released]:
    """Release `step`, or every problem set of the repository at `root`.

    Raises `UserError` where a contract or notebook is wrong, where the notebook is not that of its
    text, where the set's own solution fails a test, and where a file would be overwritten that is
    not an earlier release (unless `force`). Nothing is written then.
    """
    wanted: dict[Path, bytes] = {}
    bundles: list[Bundle] = []
    for folder in _folders(root) if step is None else [problem_set(root, step)]:
        contract = read_set(folder)
        files = files_of(contract, root)
        _refuse_failing(contract)
        wanted |= files
        notebook = json.loads(files[root / "exercises" / contract.step / contract.notebook])
        bundles.append(bundle_of(contract, notebook))
    if not force:
        _refuse_overwriting(wanted)
    released = []
    for path, content in wanted.items():
        written = not path.exists() or path.read_bytes() != content
        if written:
            with replacing(path) as temporary:
                temporary.write_bytes(content)
        released.append(Released(path, written))
    for bundle in bundles:
        path = bundle_path(root, bundle.step)
        changed = not path.is_file() or path.read_text(encoding="utf-8") != bundle.to_json()
        if changed:
            bundle.write(path)
        released.append(Released(path, changed))
    return released


def files_of(contract: ProblemSet, root: Path) -> dict[Path, bytes]:
    """What a release of this set consists of: its files' places and contents.

    Raises `UserError` for a set that is not ready for release.
    """
    _refuse_stale(contract, root)
    source = json.loads(contract.source.read_bytes())
    refuse_disagreement(contract, source["cells"])
    _refuse_open_regions(contract, source["cells"])
    with course_folder(root) as course:
        course.source(contract.step).write_bytes(contract.source.read_bytes())
        notebook = json.loads(course.release(contract.step).read_bytes())
    _refuse_leaks(contract, notebook)
    target = root / "exercises" / contract.step
    data = {target / name: _data(contract, name) for name in contract.data}
    original = _original(contract, notebook)
    notebook["metadata"][MARK] = {
        **asdict(original),
        "data": {path.name: hashlib.sha256(content).hexdigest() for path, content in data.items()},
        "release": _digest(notebook),
    }
    return {target / contract.notebook: _bytes(notebook), **data}


def is_release(path: Path) -> bool:
    """Whether the notebook at `path` is, byte for byte, what an earlier release wrote."""
    return _mark(path) is not None


def _folders(root: Path) -> list[Path]:
    folders = problem_sets(root)
    if not folders:
        raise UserError(
            f"{root.resolve()} has no problem sets in solutions/.",
            todo="Run the command in the root of the course's repository.",
        )
    return folders


def problem_set(root: Path, step: str) -> Path:
    """The folder of one problem set. Raises `UserError`, naming those that there are."""
    folders = {folder.name: folder for folder in _folders(root)}
    if step not in folders:
        raise UserError(
            f"There is no problem set {step!r}.", todo=f"Choose one of these: {', '.join(folders)}."
        )
    return folders[step]


def _original(contract: ProblemSet, notebook: dict[str, Any]) -> Original:
    """What the release will say of itself: its tests and setup cells as they are handed out."""
    cells = tuple(code_cells(contract.source, notebook["cells"]))
    refuse_syntax_errors(Notebook(contract.source, cells, sha256=""))
    by_id = {cell.grade_id: cell for cell in cells}

    def test(name: str, points: int, hidden: bool) -> ReleasedTest:
        return ReleasedTest(name, points, hidden, fingerprint(by_id[name].source))

    tasks = tuple(
        ReleasedTask(
            task.id,
            by_id[task.cells.visible].task or task.title,
            (
                test(task.cells.visible, task.visible, hidden=False),
                test(task.cells.hidden, task.hidden, hidden=True),
            ),
            task.cells.solution,
            task.forbidden,
            task.names,
        )
        for task in contract.tasks
    )
    setup = tuple(
        ReleasedSetup(str(cell.grade_id), names_of(cell.source), fingerprint(cell.source))
        for cell in cells
        if cell.is_setup
    )
    return Original(contract.step, tasks, setup, contract.imports)


def _refuse_stale(contract: ProblemSet, root: Path) -> None:
    """Raise `UserError` unless the notebook is what its text gives."""
    try:
        from llmcourse.notebooks import notebook_of
        from llmcourse.notebooks.identity import as_bytes
    except ImportError as error:
        raise UserError(
            f"The text of a problem set can't be read: {error}.",
            todo='Install what a release needs: pip install "llmcourse[book,grading]"',
        ) from None
    text = contract.folder / contract.text
    if not text.is_file():
        raise UserError(f"There is no file {text}.", todo="Correct the field text in tasks.toml.")
    if (
        not contract.source.is_file()
        or as_bytes(notebook_of(text, root)) != contract.source.read_bytes()
    ):
        raise UserError(
            f"{contract.source} is not the notebook of {contract.text}.",
            todo="Run: python -m llmcourse.notebooks",
        )


def _refuse_open_regions(contract: ProblemSet, cells: list[dict[str, Any]]) -> None:
    """Raise `UserError`, naming the cell, for a region that is begun and not ended, or ended twice.

    nbgrader refuses these too, and does not say where.
    """
    for cell in cells:
        lines = [line.strip() for line in "".join(cell["source"]).splitlines()]
        for region in ("SOLUTION", "HIDDEN TESTS"):
            marks = [line for line in lines if line in (f"### BEGIN {region}", f"### END {region}")]
            pairs = [f"### BEGIN {region}", f"### END {region}"] * (len(marks) // 2)
            if marks != pairs:
                name = cell["metadata"].get("nbgrader", {}).get("grade_id", "without a grade_id")
                raise UserError(
                    f"{contract.source}, cell {name!r}: its ### BEGIN {region} and ### END "
                    f"{region} are not in pairs.",
                    todo=f"Correct the cell in {contract.text}, then run: "
                    "python -m llmcourse.notebooks",
                )


def _refuse_leaks(contract: ProblemSet, notebook: dict[str, Any]) -> None:
    """Raise `UserError` where a learner would be handed a solution, or a hidden test.

    nbgrader takes out what stands between the delimiters; a cell without them goes out whole.
    """
    sources = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in notebook["cells"]
        if "nbgrader" in cell["metadata"]
    }
    for task in contract.tasks:
        hidden = sources[task.cells.hidden].splitlines()
        if any(line.strip() and not line.strip().startswith("#") for line in hidden):
            raise UserError(
                f"{contract.source}, cell {task.cells.hidden!r}: a hidden test would be released.",
                todo="Let the whole cell stand between ### BEGIN HIDDEN TESTS and "
                "### END HIDDEN TESTS.",
            )
        if "raise NotImplementedError" not in sources[task.cells.solution]:
            raise UserError(
                f"{contract.source}, cell {task.cells.solution!r}: the release doesn't raise "
                "NotImplementedError, so it may hold the solution.",
                todo="Let the solution stand between ### BEGIN SOLUTION and ### END SOLUTION, and "
                "the raise after it.",
            )


def _refuse_failing(contract: ProblemSet) -> None:
    """Raise `UserError`, naming the test, unless the set's own solution passes all its tests."""
    todo = f"Mend it in {contract.text}, then run: python -m llmcourse.notebooks"
    for exercise in exercises(contract):
        cells = {"visible": exercise.task.cells.visible, "hidden": exercise.task.cells.hidden}
        for seed in SEEDS:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    raised = exercise.failures(exercise.solution, seed)
            except Exception as error:  # failures are told, so this is no task's
                raise UserError(
                    f"{contract.source}: a set-up cell raises {_in_words(error)}", todo=todo
                ) from None
            for kind, error in raised.items():
                raise UserError(
                    f"{contract.source}, cell {cells[kind]!r}: the set's own solution fails this "
                    f"test: {_in_words(error)}",
                    todo=todo,
                )


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _refuse_overwriting(wanted: dict[Path, bytes]) -> None:
    """Raise `UserError` for a file that is there and that no release wrote."""
    marks = {path.parent: _mark(path) for path in wanted if path.suffix == ".ipynb"}
    for path, content in wanted.items():
        if not path.exists() or path.read_bytes() == content:
            continue
        mark = marks[path.parent]
        if path.suffix == ".ipynb":
            ours = mark is not None
        else:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            ours = mark is not None and mark["data"].get(path.name) == sha256
        if not ours:
            raise UserError(
                f"{path} is not an earlier release: somebody has worked in it, or another program "
                "wrote it (nbgrader's generate_assignment does).",
                todo="Move it away to keep that work, or overwrite it: llmcourse release --force",
            )


def _mark(path: Path) -> dict[str, Any] | None:
    """What a release says of itself, or None where the file is not one, or not any more."""
    try:
        content = path.read_bytes()
        notebook = json.loads(content)
        mark = notebook["metadata"].pop(MARK)
        if mark["release"] != _digest(notebook):
            return None
        notebook["metadata"][MARK] = mark
        return mark if _bytes(notebook) == content else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(notebook: dict[str, Any]) -> str:
    return hashlib.sha256(_bytes(notebook)).hexdigest()


def _bytes(notebook: dict[str, Any]) -> bytes:
    """The file, as nbformat writes it."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _data(contract: ProblemSet, name: str) -> bytes:
    path = contract.folder / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="Add the file, or take it out of data in tasks.toml.",
        ) from None
