"""A repository for learners: what they need of the course, and nothing that would give it away.

The course's own repository holds the solutions, the hidden tests and the grades. This one holds
the releases, made from the sets anew, so that it does not matter who has worked in exercises/; the
package by its address; a workflow that runs the visible tests on each push; a text for learners.
Every file is made or named here, so no other can slip in.

Running it again brings the folder up to date and changes no other byte. What it has once written it
knows by a list of hashes that it keeps in the folder. A file with any other content is somebody's
work: it is left as it is, and named. Left out: git, and handing the repository out.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.problem_sets.learner_texts import (
    ATTRIBUTES,
    ENVIRONMENT,
    IGNORED,
    README,
    REQUIREMENTS,
)
from llmcourse.grading.problem_sets.named import changed_sources, released
from llmcourse.grading.problem_sets.release import files_of
from llmcourse.grading.problem_sets.tasks import ProblemSet, problem_sets, read_set

WRITTEN = ".llmcourse.json"
"""Which contents this command has given to which file, ever."""

COPIED = (".github/workflows/classroom.yml", "LICENSE")

State = Literal["wrote", "unchanged", "kept", "left"]
"""`kept`: somebody has changed it; `left`: an earlier run wrote it, and it is not ours any more."""


@dataclass(frozen=True)
class Placed:
    """A file of the repository for learners, and what became of it."""

    path: Path
    state: State


def make(root: Path, folder: Path, package: str) -> list[Placed]:
    """Bring `folder` up to date with the course at `root`; learners install `package`.

    `package` is a requirement as pip reads it. Raises `UserError`, with nothing written, for a
    folder that can't be such a repository, and for a set that the grader has not, or has in another
    version: learners must get the tests that they are graded by.
    """
    _refuse_place(root, folder)
    _refuse_package(package)
    _refuse_unreleased(root)
    wanted = contents(root, package)
    written = _written(folder)
    placed, now = [], {}
    for name, content in wanted.items():
        path, sha256 = folder / name, hashlib.sha256(content).hexdigest()
        present = _sha256(path)
        if present == sha256:
            placed.append(Placed(path, "unchanged"))
        elif present is None or present in written.get(name, ()):
            placed.append(Placed(path, "wrote"))
        else:
            placed.append(Placed(path, "kept"))
            continue
        now[name] = sorted({*written.get(name, ()), sha256})
    gone = [name for name in written if name not in wanted and (folder / name).exists()]
    placed += [Placed(folder / name, "left") for name in sorted(gone)]
    # First what is known as ours: a run that is cut off then finds its own files again.
    _write(folder / WRITTEN, _as_bytes({**written, **now}))
    for one in placed:
        if one.state == "wrote":
            _write(one.path, wanted[one.path.relative_to(folder).as_posix()])
    return placed


def contents(root: Path, package: str) -> dict[str, bytes]:
    """Every file that learners get, by its place in their repository."""
    from llmcourse.notebooks.addresses import Addresses
    from llmcourse.pages import repository

    sets = [read_set(place) for place in problem_sets(root)]
    if not sets:
        raise UserError(
            f"{root.resolve()} has no problem sets in solutions/.",
            todo="Run the command in the root of the course's repository.",
        )
    public = default_package()
    found = {name: _copied(root / name) for name in COPIED}
    for contract in sets:
        files = files_of(contract, root).items()
        found |= {path.relative_to(root).as_posix(): content for path, content in files}
    texts = {
        "README.md": README.format(
            book=Addresses.of(repository()).page("book/intro.md"),
            sets="\n".join(_row(contract) for contract in sets),
            example=_place(sets[0]),
            colab="the course" if package == public else f"`{public}`",
        ),
        "requirements.txt": REQUIREMENTS.format(package=package),
        "environment.yml": ENVIRONMENT,
        ".gitignore": IGNORED,
        ".gitattributes": ATTRIBUTES,
    }
    return found | {name: text.encode() for name, text in texts.items()}


def default_package() -> str:
    """The requirement that installs the course from its public address, as notebooks do in Colab.

    Their cell for Colab is a part of the release, by which a grader knows it for the set's own.
    """
    from llmcourse.pages import repository

    return f"llmcourse @ git+{repository()}"


def _place(contract: ProblemSet) -> str:
    return f"exercises/{contract.step}/{contract.notebook}"


def _row(contract: ProblemSet) -> str:
    points = sum(task.points for task in contract.tasks)
    minutes = sum(task.minutes for task in contract.tasks)
    link = f"[{contract.step}]({_place(contract)})"
    return f"| {link} | {len(contract.tasks)} | {points} | {minutes} |"


def _refuse_place(root: Path, folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is not a folder.", todo="Give a new folder, or an empty one.")
    here, course = folder.resolve(), root.resolve()
    if here.is_relative_to(course) or course.is_relative_to(here):
        raise UserError(
            f"{folder} and the course's repository lie in each other, and that has the solutions.",
            todo="Give a folder beside it: llmcourse classroom ../problem-sets",
        )
    for name in ("solutions", "gradebook"):
        if (folder / name).exists():
            raise UserError(
                f"{folder} has a folder {name}: it is a repository of instructors.",
                todo="Give a new folder, or an empty one.",
            )


def _refuse_unreleased(root: Path) -> None:
    for place in problem_sets(root):
        bundle = released(root, place.name)
        if changed := changed_sources(bundle, root):
            raise UserError(
                f"{place.name} is not released as it stands: {', '.join(changed)} changed since.",
                todo=f"Run: llmcourse release {place.name}",
            )


def _refuse_package(package: str) -> None:
    try:
        Requirement(package)
    except InvalidRequirement:
        raise UserError(
            f"{package!r} is nothing that pip can install.",
            todo="Give a requirement, for example: --package 'llmcourse @ git+https://…'",
        ) from None


def _written(folder: Path) -> dict[str, Sequence[str]]:
    """Of each file the hashes of all contents that this command gave it."""
    path = folder / WRITTEN
    try:
        table = json.loads(path.read_text(encoding="utf-8"))["written"]
        return {str(name): tuple(map(str, hashes)) for name, hashes in table.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            f"{path} can't be read: it says which files of {folder} are as they were handed out.",
            todo="Fetch it again (git checkout), or delete it: then no file that differs is "
            "overwritten.",
        ) from None


def _as_bytes(written: Mapping[str, Sequence[str]]) -> bytes:
    table = {"written": {name: list(hashes) for name, hashes in written.items()}}
    return (json.dumps(table, indent=1, sort_keys=True) + "\n").encode()


def _sha256(path: Path) -> str | None:
    """The hash of a file's content; None where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.", todo="Move it away, and run this again."
        ) from None


def _copied(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="Fetch it again from the course's repository (git checkout).",
        ) from None


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)
