"""The released set that somebody names: its bundle, or what is wrong with either."""

import difflib
import hashlib
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.bundle import Bundle, bundle_path, read_bundle
from llmcourse.grading.folders import folder_name
from llmcourse.grading.tasks import FILE


def released(root: Path, step: str) -> Bundle:
    """The bundle of `step` in the repository at `root`.

    Raises `UserError` that tells a set that is not released from a name that no set has.
    """
    path = bundle_path(root, folder_name(step))
    if path.is_file():
        return read_bundle(path)
    sets = names(root)
    if step in sets:
        raise UserError(
            f"{step} is not released yet: {path} is missing.",
            todo=f"Run `llmcourse release {step}` in the root of the repository.",
        )
    if not sets:
        raise UserError(
            f"{root.resolve()} holds no problem set: neither solutions/ nor a grading bundle.",
            todo="Run the command in the root of the course's repository, or give it by --root.",
        )
    if step.endswith(".ipynb") or "/" in step:
        wrong = f"{step!r} is a path; what is graded is named by its set alone."
    else:
        wrong = f"There is no problem set {step!r}."
    near = difflib.get_close_matches(step, sets, n=1) or [name for name in sets if name in step]
    meant = f"Did you mean {near[0]}? " if near else ""
    raise UserError(wrong, todo=f"{meant}There {_are(sets)}.")


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


def _are(sets: list[str]) -> str:
    """
    >>> _are(["1-inputs"]), _are(["1-inputs", "2-network"])
    ('is 1-inputs', 'are 1-inputs, 2-network')
    """
    return f"{'is' if len(sets) == 1 else 'are'} {', '.join(sets)}"
