"""The set that somebody names: its source, its bundle, or what is wrong with the name.

A set has its source in solutions/<step>/ and, once it is released, a bundle in gradebook/. An
instructor's copy of the repository may lack the first, and a set that is being written the second.
"""

import difflib
import hashlib
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_path, read_bundle
from llmcourse.grading.problem_sets.tasks import FILE, problem_sets


def set_folders(root: Path, step: str | None = None) -> list[Path]:
    """The folder of `step` in solutions/, or that of every set. Raises `UserError` for none."""
    folders = {folder.name: folder for folder in problem_sets(root)}
    if not folders:
        raise UserError(
            f"{root.resolve()} has no problem sets in solutions/.",
            todo="Run the command in the root of the course's repository, or give it by --root.",
        )
    if step is None:
        return list(folders.values())
    if step not in folders:
        raise _unknown(step, list(folders))
    return [folders[step]]


def problem_set(root: Path, step: str) -> Path:
    """The folder of one set. Raises `UserError`, naming those that there are."""
    (folder,) = set_folders(root, step)
    return folder


def released(root: Path, step: str) -> Bundle:
    """The bundle of `step` in the repository at `root`.

    Raises `UserError` that tells a set that is not released from a name that no set has.
    """
    bundle = bundle_if_released(root, step)
    if bundle is None:
        raise UserError(
            f"{step} is not released yet: {bundle_path(root, step)} is missing.",
            todo=f"Run `llmcourse release {step}` in the root of the repository.",
        )
    return bundle


def bundle_if_released(root: Path, step: str) -> Bundle | None:
    """The same; None for a set that has a source alone."""
    sets = names(root)
    if not sets:
        raise UserError(
            f"{root.resolve()} holds no problem set: neither solutions/ nor a grading bundle.",
            todo="Run the command in the root of the course's repository, or give it by --root.",
        )
    if step not in sets:
        raise _unknown(step, sets)
    path = bundle_path(root, step)
    return read_bundle(path) if path.is_file() else None


def names(root: Path) -> list[str]:
    """The sets of the repository at `root`: those with sources, and those with a bundle."""
    sources = {path.parent.name for path in (root / "solutions").glob(f"*/{FILE}")}
    bundles = {path.stem for path in bundle_path(root, "any").parent.glob("*.json")}
    return sorted(sources | bundles)


def changed_sources(bundle: Bundle, root: Path) -> list[str]:
    """The files in solutions/ that are no longer those that the bundle was made from.

    A copy of the repository without solutions/ has none to compare, and so none that has changed.
    """
    folder = root / "solutions" / bundle.step
    there = {name: folder / name for name in bundle.sources if (folder / name).is_file()}
    return sorted(
        name
        for name, path in there.items()
        if hashlib.sha256(path.read_bytes()).hexdigest() != bundle.sources[name]
    )


def _unknown(step: str, sets: list[str]) -> UserError:
    if step.endswith(".ipynb") or "/" in step:
        wrong = f"{step!r} is a path; a problem set is named by its folder in solutions/ alone."
    else:
        wrong = f"There is no problem set {step!r}."
    near = difflib.get_close_matches(step, sets, n=1) or [name for name in sets if name in step]
    meant = f"Did you mean {near[0]}? " if near else ""
    return UserError(wrong, todo=f"{meant}There {_are(sets)}.")


def _are(sets: list[str]) -> str:
    """
    >>> _are(["1-inputs"]), _are(["1-inputs", "2-network"])
    ('is 1-inputs', 'are 1-inputs, 2-network')
    """
    return f"{'is' if len(sets) == 1 else 'are'} {', '.join(sets)}"
