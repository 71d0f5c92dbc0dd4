"""A corpus of your own: a .txt, .jsonl or .parquet file, or a folder laid out as on the hub.

A .txt is one document, whose last tenth of characters is held out. The others hold one document a
row, and the last tenth of the rows is held out. `datasets` keeps rows on disk and maps them into
memory, so a file may be larger than memory. A folder goes through `hub.py`: it may bring validation
files, and be streamed; in it a .txt holds a document a line.
"""

import codecs
import glob
from pathlib import Path
from typing import TYPE_CHECKING

from llmcourse.data.documents import held_out, part, with_text, with_words
from llmcourse.data.hub import hub
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset

LEAST = 10  # characters of a .txt: nine to train on, one to measure on
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what such a file begins with
READERS = {".jsonl": "json", ".parquet": "parquet"}  # as `datasets` calls them


def local(
    path: Path, split: str, *, config: str | None = None, streaming: bool = False
) -> "Dataset | IterableDataset":
    """Return a split of the corpus at `path`.

    Raises UserError for a file that is missing, empty, damaged, not UTF-8, of another kind or
    without text, and for a folder in which nothing can be read.
    """
    path = path.absolute()  # so that a message says where it was looked for
    if path.is_dir():
        return hub(str(path), split, config=config, streaming=streaming)
    if not path.is_file():
        raise UserError(f"There is no file {path}.", todo="Check the path.")
    if path.suffix not in {".txt", *READERS}:
        raise UserError(
            f"{path} does not end in .txt, .jsonl or .parquet.",
            todo="Save the corpus as one of these.",
        )
    if config or streaming:
        raise UserError(
            f"{path} is a single file: it has no configurations and is not streamed.",
            todo="Leave these options out. Rows stay on disk until they are used.",
        )
    if path.stat().st_size == 0:
        raise UserError(f"{path} is empty.", todo="Give a file with text in it.")
    return _text(path, split) if path.suffix == ".txt" else _rows(path, split)


def _text(path: Path, split: str) -> "Dataset":
    from datasets import Dataset

    try:
        text = path.read_bytes().decode()  # as bytes, because read_text would turn \r\n into \n
    except UnicodeDecodeError as error:
        other = "utf-16" if error.object.startswith(UTF_16) else "latin1"
        raise UserError(
            f"{path} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}.",
            todo=f"Convert it, such as by: iconv -f {other} -t utf-8 {path} > utf8{path.suffix}",
        ) from error
    if (length := len(text.strip())) < LEAST:
        raise UserError(
            f"{path} has {length} characters (blank ends not counted); a corpus needs {LEAST}, "
            "so that a tenth can be held out for validation.",
            todo="Give a longer text: some pages to try things out, a book to learn from.",
        )
    where = part(len(text), split)
    return Dataset.from_dict({"text": [text[where.start : where.stop]]})


def _rows(path: Path, split: str) -> "Dataset":
    import datasets

    try:
        rows = datasets.load_dataset(
            READERS[path.suffix],
            data_files=glob.escape(str(path)),  # which it would take for a pattern
            split="train",
        )
    except (ValueError, datasets.exceptions.DatasetsError) as error:
        raise _damaged(path, error.__cause__ or error) from error
    with_text(rows, str(path))
    try:
        rows.data.column("text").validate(full=True)  # that it is UTF-8: the readers do not look
    except ValueError as error:
        raise _damaged(path, error) from error
    with_words(rows, str(path))
    return held_out(rows, split, str(path))


def _damaged(path: Path, error: BaseException) -> UserError:
    return UserError(
        f"{path} is damaged, or not what its name says: {error}.",
        todo="Write it again, in UTF-8; a .jsonl file has one JSON object a line.",
    )
