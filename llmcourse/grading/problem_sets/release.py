"""From `solutions/<step>/` to `exercises/<step>/`: the notebook that learners get.

nbgrader's own generate_assignment does the work, in a folder that holds the notebook alone, so that
what a later grading makes of the same source is the same to the byte, and no other file of the set
can slip in. The release carries a hash of itself (`mark`), by which it is known again: a notebook
in which somebody has worked is never overwritten without --force. It also carries a hash of every
test, so that a learner's check notices one that was changed. Running it twice changes no byte.
Beside it goes the bundle that the grader works with, into gradebook/, which is never handed out.
A set that is not ready (`readiness`) is not released. Left out: handing out and collecting.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.notebook.cells import code_cells
from llmcourse.grading.notebook.hashes import fingerprint
from llmcourse.grading.notebook.original import (
    Original,
    ReleasedSetup,
    ReleasedTask,
    ReleasedTest,
)
from llmcourse.grading.notebook.source import names_of
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of, bundle_path
from llmcourse.grading.problem_sets.course_folder import course_folder
from llmcourse.grading.problem_sets.mark import marked, refuse_overwriting
from llmcourse.grading.problem_sets.named import set_folders
from llmcourse.grading.problem_sets.readiness import (
    refuse_failing,
    refuse_leaks,
    refuse_open_regions,
    refuse_stale,
    refuse_syntax_errors,
)
from llmcourse.grading.problem_sets.tasks import ProblemSet, read_set, refuse_disagreement


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
    for folder in set_folders(root, step):
        contract = read_set(folder)
        files = files_of(contract, root)
        refuse_failing(contract)
        wanted |= files
        notebook = json.loads(files[root / "exercises" / contract.step / contract.notebook])
        bundles.append(bundle_of(contract, notebook))
    if not force:
        refuse_overwriting(wanted)
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
    refuse_stale(contract, root)
    source = json.loads(contract.source.read_bytes())
    refuse_disagreement(contract, source["cells"])
    refuse_open_regions(contract, source["cells"])
    with course_folder(root) as course:
        course.source(contract.step).write_bytes(contract.source.read_bytes())
        notebook = json.loads(course.release(contract.step).read_bytes())
    refuse_leaks(contract, notebook)
    target = root / "exercises" / contract.step
    data = {target / name: _data(contract, name) for name in contract.data}
    hashes = {path.name: hashlib.sha256(content).hexdigest() for path, content in data.items()}
    said = asdict(_original(contract, notebook)) | {"data": hashes}
    return {target / contract.notebook: marked(notebook, said), **data}


def _original(contract: ProblemSet, notebook: dict[str, Any]) -> Original:
    """What the release will say of itself: its tests and setup cells as they are handed out."""
    cells = tuple(code_cells(contract.source, notebook["cells"]))
    refuse_syntax_errors(contract, cells)
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


def _data(contract: ProblemSet, name: str) -> bytes:
    path = contract.folder / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="Add the file, or take it out of data in tasks.toml.",
        ) from None
