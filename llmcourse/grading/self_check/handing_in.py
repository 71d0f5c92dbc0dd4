"""What a learner hands in: the notebook as it was saved, a checkpoint if there is one, a receipt.

The notebook goes in byte for byte, outputs included, so that its hash is the same whether the
archive or the notebook itself is handed in, and the instructor sees the hash that the learner saw.
The archive holds no path, no user's name and no time of its own: the same files give the same
bytes. Refused is what would be worth nothing: a file that the grader could not read either, and a
set in which nothing has been written. What does not pass is no reason. Nothing leaves this machine.
Left out: whether the receipt is true. Whoever collects the file hashes it again.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.notebook.cells import MOST_BYTES
from llmcourse.grading.notebook.hashes import short
from llmcourse.grading.notebook.reading import Notebook, read

FORMAT = 1
MOST_OF_A_CHECKPOINT = 500_000_000  # bytes; the course's own models have 1 to 50 million

_STEP = re.compile(r"\d{1,2}-[a-z][a-z0-9-]{1,40}")
_SAVE_AGAIN = "Wait until everything is saved, then run the same command again."


@dataclass(frozen=True)
class Work:
    """A notebook that can be handed in."""

    step: str
    notebook: Notebook
    content: bytes
    saved: datetime

    @property
    def sha256(self) -> str:
        """The hash of the notebook, by which learner and instructor speak of it."""
        return self.notebook.sha256


@dataclass(frozen=True)
class Weights:
    """A checkpoint that can be handed in."""

    path: Path
    sha256: str
    size: int  # bytes
    saved: datetime


@dataclass(frozen=True)
class Receipt:
    """What stands beside the notebook in the archive."""

    step: str
    sha256: str  # of the notebook
    checkpoint: str | None  # its sha256
    made: str  # when the files were last saved, in UTC: not now, so that the bytes stay the same
    check: Mapping[str, str]  # what the visible tests said, by the task's id; empty: not run

    @property
    def short(self) -> str:
        """The notebook's hash as people compare it."""
        return short(self.sha256)

    @property
    def name(self) -> str:
        """The archive's file name.

        >>> Receipt("3-decoding", "a1b2c3d4e5f6a7b8", None, "", {}).name
        '3-decoding-a1b2c3d4e5f6.zip'
        """
        return f"{self.step}-{self.short}.zip"

    def to_json(self) -> str:
        """The file's text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"


def work_in(path: Path) -> Work:
    """Look through the notebook at `path`.

    Raises `UserError` for what the grader could not read, for a notebook of no set, and for a set
    in which nothing has been written.
    """
    saved = _saved(path, MOST_BYTES, "Clear the notebook's outputs, save it, and try again.")
    notebook = read(path)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != notebook.sha256:
        raise UserError(f"{path} changed while it was read.", todo=_SAVE_AGAIN)
    step = _step(notebook)
    if nothing_written(json.loads(content)["cells"]):
        raise UserError(
            f"{path} is as it was handed out: no solution has been written into it.",
            todo="Save your notebook (File, Save), or give the file in which you worked: it may "
            "have another name, such as 'Copy of …' or '… (1)'.",
        )
    return Work(step, notebook, content, saved)


def nothing_written(cells: Iterable[Mapping[str, Any]]) -> bool:
    """Whether this is certain: each solution cell is as it was handed out, and no cell was added.

    A release carries nbgrader's checksum of each of its cells; where a program has dropped it,
    nothing is certain. `cells` are those of a notebook that `read` has looked through.
    """
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    own = [cell for cell in code if _marks(cell).get("solution")]
    added = [_source(cell) for cell in code if not _marks(cell)]
    return (
        bool(own)
        and all(_checksum(cell) == _marks(cell).get("checksum") for cell in own)
        and all(not source.strip() or "google.colab" in source for source in added)
    )


def weights_in(path: Path) -> Weights:
    """Look through the checkpoint at `path`: a safetensors file, or a folder that holds one.

    Its header is read and held against the file's length; no number of it is loaded, and nothing
    is unpickled. Raises `UserError` for any other file.
    """
    from safetensors import SafetensorError, safe_open

    if path.is_dir():
        path = path / "model.safetensors"
    todo = "Hand in a smaller model, or ask your instructor where to put this one."
    saved = _saved(path, MOST_OF_A_CHECKPOINT, todo)
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = len(file.keys())
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"{path} is cut off or is no safetensors file ({error}).",
            todo="Give model.safetensors of a run's folder; pickled weights (.pt, .bin) are not "
            "taken.",
        ) from None
    if not tensors:
        raise UserError(f"{path} holds no tensor.", todo="Give the weights of a trained model.")
    with _opened(path) as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Weights(path, sha256, path.stat().st_size, saved)


def receipt_for(work: Work, weights: Weights | None, check: Mapping[str, str]) -> Receipt:
    """The receipt of these files; `check` is what the visible tests say of each task."""
    made = max(work.saved, weights.saved) if weights else work.saved
    checkpoint = weights.sha256 if weights else None
    return Receipt(work.step, work.sha256, checkpoint, made.isoformat(), dict(check))


def pack(work: Work, weights: Weights | None, receipt: Receipt, folder: Path) -> Path:
    """Write the archive into `folder`, whole or not at all; where.

    Raises `UserError` where it can't be written, and for a checkpoint that changes meanwhile.
    """
    path = folder / receipt.name
    # Stored, not compressed: compressors differ between machines, and weights don't get smaller.
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(_member(f"{work.step}.ipynb"), work.content)
        if weights:
            member = _member("checkpoint.safetensors")
            member.file_size = weights.size
            copied = hashlib.sha256()
            with _opened(weights.path) as source, archive.open(member, "w") as target:
                while part := source.read(1 << 20):
                    copied.update(part)
                    target.write(part)
            if copied.hexdigest() != weights.sha256:
                raise UserError(f"{weights.path} changed while it was read.", todo=_SAVE_AGAIN)
        archive.writestr(_member("receipt.json"), receipt.to_json())
    return path


def beside(path: Path, receipt: Receipt) -> list[str]:
    """The names of the same set's other archives in the folder of `path`: made before it."""
    one = re.compile(rf"{re.escape(receipt.step)}-[0-9a-f]{{{len(receipt.short)}}}\.zip")
    names = (other.name for other in path.parent.glob(f"{receipt.step}-*.zip"))
    return sorted(name for name in names if one.fullmatch(name) and name != path.name)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)  # of 1 January 1980, the first time that an archive can name
    member.create_system = 3  # as on Linux, whatever this is
    member.external_attr = 0o100644 << 16
    return member


def _saved(path: Path, most: int, todo: str) -> datetime:
    """When the file was last saved. Raises `UserError` where it is none, or larger than `most`."""
    try:
        state = path.stat()
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="Give the path of your file, for example exercises/3-decoding/3-decoding.ipynb.",
        ) from None
    if not path.is_file():
        raise UserError(f"{path} is not a file.", todo="Give the path of one file.")
    if state.st_size > most:
        size, limit = state.st_size / 10**6, most // 10**6
        raise UserError(f"{path} has {size:.0f} MB; at most {limit} MB are taken.", todo=todo)
    return datetime.fromtimestamp(int(state.st_mtime), UTC)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.", todo="Give a file that you may read."
        ) from None


def _step(notebook: Notebook) -> str:
    """The set that the release names in the notebook, else the one that folder or file does."""
    said = notebook.original.step if notebook.original else ""
    for name in (said, notebook.path.resolve().parent.name, _undecorated(notebook.path.stem)):
        if _STEP.fullmatch(name):
            return name
    raise UserError(
        f"{notebook.path} doesn't say of which problem set it is: a program has dropped that.",
        todo="Rename the file after its set, for example 3-decoding.ipynb, and try again.",
    )


def _undecorated(name: str) -> str:
    """A file's name without what Colab, browsers and JupyterLab add to it.

    >>> _undecorated("Copy of 3_decoding (1)"), _undecorated("3-decoding-Copy1")
    ('3-decoding', '3-decoding')
    """
    plain = re.sub(r"[\s_]+", "-", name.lower())
    return re.sub(r"^copy-of-|-copy\d*$|-?\(\d+\)$", "", plain)


def _checksum(cell: Mapping[str, Any]) -> str:
    """nbgrader's checksum of a solution cell, whatever the line ends are."""
    lines = (line.rstrip() for line in _source(cell).splitlines())
    is_grade, is_solution, is_locked = "False", "True", "False"
    parts = ("\n".join(lines).strip("\n"), "code", is_grade, is_solution, is_locked)
    grade_id = str(_marks(cell).get("grade_id"))
    text = "".join((*parts, grade_id))
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return cell.get("metadata", {}).get("nbgrader", {})


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])
