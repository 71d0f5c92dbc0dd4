"""All that a grader must have of a problem set, in one value with a hash.

It is made from the source notebook and its contract, never from what a learner hands in: the
tests, the points and the cells as they were released come from here. A grade names the hash of the
bundle that it was given by, so a later change of a test is seen. The file carries that hash, so a
file that was changed by hand is refused: nobody is graded by what no release has tested. Left out:
the reference solutions; tests take those from the package, on the trusted side.

`Bundle.sources` names the files that it was made from, each with the sha256 of its bytes, so that a
grader can notice a bundle that is older than they are. It is in the bundle's file and not in its
hash: a comment that changed in tasks.toml makes the bundle stale until the next release, and makes
nobody be graded again. A bundle made before there was this field has none.
"""

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.problem_sets.tasks import FILE, Cells, Misconception, Place, ProblemSet, Task

FORMAT = 1


@dataclass(frozen=True)
class Bundle:
    """One problem set, ready to grade by."""

    step: str
    title: str
    notebook: str  # the file's name
    imports: tuple[str, ...]
    tasks: tuple[Task, ...]
    setup: tuple[str, ...]  # sources of the cells in front of the first task
    order: tuple[str, ...]  # grade_ids of the solution and test cells, as they stand
    released: Mapping[str, str]  # what a learner finds in each of them, by grade_id
    tests: Mapping[str, str]  # the visible and the hidden tests in full, by grade_id
    sources: Mapping[str, str] = field(default_factory=dict)  # sha256 by file name; not hashed

    @property
    def points(self) -> int:
        """What the whole set is worth."""
        return sum(task.points for task in self.tasks)

    @property
    def sha256(self) -> str:
        """The hash of everything in it that a grade can depend on: all but `sources`."""
        fields = self._fields()
        del fields["sources"]
        return hashlib.sha256(_text(fields).encode()).hexdigest()

    def write(self, path: Path) -> None:
        """Keep it as one JSON file."""
        with replacing(path) as temporary:
            temporary.write_text(self.to_json(), encoding="utf-8")

    def to_json(self) -> str:
        """The file's text."""
        return _text({**self._fields(), "sha256": self.sha256})

    def _fields(self) -> dict[str, Any]:
        return {"format": FORMAT, **dataclasses.asdict(self)}


def _text(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sources_of(contract: ProblemSet) -> dict[str, str]:
    """The files that a bundle is made from, as they are now: sha256 by file name."""
    files = (contract.source, contract.folder / FILE)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def bundle_path(root: Path, step: str) -> Path:
    """Where the repository at `root` keeps the bundle of `step`: with the grades, out of git."""
    return root / "gradebook" / "bundles" / f"{step}.json"


def bundle_of(contract: ProblemSet, released: Mapping[str, Any]) -> Bundle:
    """The bundle of a set, from its source notebook and the notebook that was `released` of it."""
    source = json.loads(contract.source.read_bytes())
    cells = [(grade_id_of(cell), "".join(cell["source"])) for cell in _code(source)]
    stubs = {grade_id_of(cell): "".join(cell["source"]) for cell in _code(released)}
    marked = [cell for task in contract.tasks for cell in dataclasses.astuple(task.cells)]
    tests = {name for task in contract.tasks for name in (task.cells.visible, task.cells.hidden)}
    return Bundle(
        step=contract.step,
        title=contract.title,
        notebook=contract.notebook,
        imports=contract.imports,
        tasks=contract.tasks,
        setup=tuple(text for _, text in itertools.takewhile(lambda c: c[0] not in marked, cells)),
        order=tuple(name for name, _ in cells if name in marked),
        released={name: stubs[name] for name in marked},
        tests={name: text for name, text in cells if name in tests},
        sources=sources_of(contract),
    )


def read_bundle(path: Path) -> Bundle:
    """The bundle in the file at `path`.

    Raises `UserError` where there is none, and where it is not as a release wrote it.
    """
    again = f"Make it again: run `llmcourse release {path.stem}` in the root of the repository."
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", todo=again) from None
    except ValueError as error:
        raise UserError(f"{path} is no grading bundle: {error}.", todo=again) from None
    if not isinstance(fields, dict) or fields.pop("format", None) != FORMAT:
        raise UserError(f"{path} is no grading bundle of this version.", todo=again)
    try:
        tasks = tuple(_task(given) for given in fields.pop("tasks"))
        texts = {name: tuple(fields.pop(name)) for name in ("imports", "setup", "order")}
        sha256 = fields.pop("sha256", None)
        bundle = Bundle(**fields, **texts, tasks=tasks)
    except (TypeError, KeyError) as error:
        raise UserError(f"{path} is no grading bundle: {error}.", todo=again) from None
    if sha256 is None:
        raise UserError(f"{path} carries no hash: an earlier version wrote it.", todo=again)
    if sha256 != bundle.sha256:
        raise UserError(
            f"{path} was changed after its release: its hash is another.",
            todo=f"Change the set in solutions/ instead. {again}",
        )
    return bundle


def _task(given: dict[str, Any]) -> Task:
    nested = {
        "cells": Cells(**given["cells"]),
        "signature": tuple(given["signature"]),
        "forbidden": tuple(given["forbidden"]),
        "mygpt": tuple(Place(**place) for place in given["mygpt"]),
        "misconceptions": tuple(Misconception(**known) for known in given["misconceptions"]),
    }
    return Task(**given | nested)


def _code(notebook: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def grade_id_of(cell: Mapping[str, Any]) -> str | None:
    """The name that nbgrader gives a cell, if it has one."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")
