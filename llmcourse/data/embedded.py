"""The corpora that need no download: Riverbank, which is generated, and six novels of Jane Austen.

Riverbank's probabilities are known exactly, and with them the loss that no model can beat. Austen
is real English of two hundred years ago: nobody knows its floor. Where the novels come from and how
the file was made is written in SOURCES.md.
"""

import json
import lzma
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from llmcourse.data.documents import part
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset

    from llmcourse.riverbank import Riverbank

STORIES = {"train": 40_000, "validation": 1_000}


def riverbank(
    split: str, *, n: int | None = None, seed: int = 0, genre: str = "stories"
) -> "Dataset":
    """Return `n` texts of the town; by default 40,000 to train on and 1,000 for validation.

    `seed` chooses the draw, not the town. No two draws share a random stream: not the splits of one
    seed, not those of different seeds. Raises UserError where `n` is below 1.
    """
    from datasets import Dataset

    n = STORIES[split] if n is None else n
    if n < 1:
        raise UserError(f"{n} {genre} are not a corpus.", todo="Ask for one or more.")
    write = {"stories": _town().stories, "dialogues": _town().dialogues}[genre]
    return Dataset.from_dict({"text": write(n, 2 * seed + (split != "train"))})


@cache
def _town() -> "Riverbank":
    from llmcourse.riverbank import Riverbank

    return Riverbank()


def austen(split: str) -> "Dataset":
    """Return the chapters of six novels, 4.0 million characters; columns "novel" and "chapter" too.

    An empty line separates paragraphs. Validation is the last tenth of each novel's chapters.
    """
    from datasets import Dataset

    stored = (files("llmcourse.data") / "assets" / "austen.jsonl.xz").read_bytes()
    novels = defaultdict(list)
    for line in lzma.decompress(stored).splitlines():
        chapter = json.loads(line)
        novels[chapter["novel"]].append(chapter)
    return Dataset.from_list(
        [chapters[i] for chapters in novels.values() for i in part(len(chapters), split)]
    )
