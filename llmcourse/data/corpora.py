"""One way to text: `load_corpus` turns a name or a path into a dataset with a column "text".

This is what tokenizers and models are trained on. What comes with the package is in `embedded.py`,
your own files are read in `local.py`, other people's corpora in `hub.py`; `documents.py` says how
they are split.
"""

import difflib
import inspect
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmcourse.data.documents import SPLITS
from llmcourse.data.embedded import austen, riverbank
from llmcourse.data.hub import hub, tinystories
from llmcourse.data.local import local
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset

NAMES = {
    "riverbank": riverbank,
    "riverbank:dialogues": partial(riverbank, genre="dialogues"),
    "austen": austen,
    "tinystories": tinystories,
}


def load_corpus(
    name: str | os.PathLike, split: str = "train", **options: Any
) -> "Dataset | IterableDataset":
    """Return the "train" or "validation" split of a corpus, one document a row.

        name              what it is                                 options
        riverbank         stories of the generated town              n=40_000 or 1_000, seed=0
        riverbank:dialogues
                          questions about it, with answers           the same
        austen            six novels, a document a chapter
        tinystories       short stories, from the hub                streaming=False
        hub:owner/name    a dataset of the Hugging Face hub          config=None, streaming=False
        a path            .txt, .jsonl, .parquet
                          or a folder laid out as on the hub         config=None, streaming=False

    With `streaming=True` it is an IterableDataset, which is read as it is used; otherwise it is a
    Dataset, which has a length. The functions behind the names say what they hold out.

    >>> load_corpus("riverbank", "validation", n=3).column_names
    ['text']

    Raises UserError where the corpus, the split or an option does not exist, or cannot be read.
    """
    if split not in SPLITS:
        raise UserError(f"There is no split {split!r}.", todo=f"Choose {' or '.join(SPLITS)}.")
    source = _source(name)
    accepted = [
        option.name
        for option in inspect.signature(source).parameters.values()
        if option.kind is option.KEYWORD_ONLY
    ]
    if unknown := options.keys() - accepted:
        raise UserError(
            f"The corpus {name} has no option {', '.join(sorted(unknown))}.",
            todo=f"Its options: {', '.join(accepted) or 'none'}.",
        )
    return source(split=split, **options)


def path_of(name: str | os.PathLike) -> Path | None:
    """Return the file or folder that `name` means, or None where it is a name of `load_corpus`.

    What is neither but looks like a path (a suffix, a separator) is one that does not exist.

    >>> path_of("novels/emma.txt"), path_of("austen"), path_of("hub:owner/name")
    (PosixPath('novels/emma.txt'), None, None)
    """
    name = os.fspath(name)
    if name in NAMES or name.startswith("hub:"):
        return None
    path = Path(name)
    return path if path.exists() or path.suffix or path.name != name else None


def _source(name: str | os.PathLike) -> Callable[..., "Dataset | IterableDataset"]:
    if path := path_of(name):
        return partial(local, path)
    name = os.fspath(name)
    if name in NAMES:
        return NAMES[name]
    if name.startswith("hub:"):
        owner, _, repository = name.removeprefix("hub:").partition("/")
        if not owner or not repository:
            raise UserError(
                f"{name} does not name a dataset.", todo="Write hub:owner/name, both parts."
            )
        return partial(hub, f"{owner}/{repository}")
    close = difflib.get_close_matches(name, NAMES, n=1)
    raise UserError(
        f"There is no corpus and no file {name!r}.",
        todo=(f"Did you mean {close[0]}? " if close else "")
        + f"Give {', '.join(NAMES)}, hub:owner/name, or the path of a file.",
    )
