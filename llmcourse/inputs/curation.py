"""The pipeline that turns a crawl into a corpus: stages in order, each drops, changes or passes on.

A stage is a function of one text. What it gives is the text, perhaps changed, or a `Drop` with the
reason. Documents pass through one at a time, an iterator in and an iterator out, so a corpus may be
larger than memory; what a stage must remember, it keeps itself (see `duplicates.py`). The order
matters: cheap stages go first, since a document that is dropped costs the later ones nothing.

The stages themselves are in `duplicates.py`, `language.py`, `quality.py`, `quality_classifier.py`
and `personal.py`; the functions at the end of this file fit them in. In what proportions corpora
are then read is in `mixing.py`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from llmcourse.errors import UserError


@dataclass(frozen=True)
class Drop:
    """What a stage gives for a document that goes no further."""

    reason: str


Stage = Callable[[str], str | Drop]


class Judged(NamedTuple):
    """A document that went in, and what became of it: `stage` and `reason` are None if kept."""

    text: str  # as it came out of the last stage that it reached
    stage: str | None
    reason: str | None


@dataclass
class Passage:
    """What one stage did: how many came, were changed, and were dropped for which reason."""

    came: int = 0
    changed: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """How many went on to the next stage."""
        return self.came - self.dropped.total()


class Curation:
    """Named stages in the order in which documents pass them, and what each has done so far.

    >>> def short(text):
    ...     return Drop("one word") if " " not in text else text
    >>> curation = Curation({"length": short})
    >>> list(curation.run(["the river", "river", "the bank"]))
    ['the river', 'the bank']
    >>> curation.passages["length"].dropped
    Counter({'one word': 1})

    Raises UserError for a pipeline without stages, and while it runs for what is no text and for a
    corpus without documents.
    """

    def __init__(self, stages: Mapping[str, Stage]):
        if not stages:
            raise UserError("The pipeline has no stage.", todo="Give at least one.")
        self.stages = dict(stages)
        self.passages = {name: Passage() for name in self.stages}

    def run(self, texts: Iterable[str]) -> Iterator[str]:
        """The texts that are kept, as they come out of the last stage."""
        return (one.text for one in self.judge(texts) if one.stage is None)

    def judge(self, texts: Iterable[str]) -> Iterator[Judged]:
        """Every document in turn, kept or not: as many as went in, in their order."""
        number = -1
        for number, text in enumerate(texts):
            if not isinstance(text, str):
                raise UserError(
                    f"Document {number} is {type(text).__name__}, not a text.",
                    todo="Give strings; of a dataset, those of its column: dataset['text'].",
                )
            yield self._judge(text)
        if number < 0:
            raise UserError("The corpus is empty.", todo="Give at least one document.")

    def _judge(self, text: str) -> Judged:
        for name, stage in self.stages.items():
            passage = self.passages[name]
            passage.came += 1
            result = stage(text)
            if isinstance(result, Drop):
                passage.dropped[result.reason] += 1
                return Judged(text, name, result.reason)
            passage.changed += result != text
            text = result
        return Judged(text, None, None)


def precision_recall(found: Set, true: Set) -> tuple[float, float]:
    """How much of what was found is true, and how much of what is true was found.

    With nothing found the precision is 1, with nothing to find the recall is.

    >>> precision_recall({1, 2, 3, 4}, {3, 4, 5})
    (0.5, 0.6666666666666666)
    """
    right = len(found & true)
    return right / len(found) if found else 1.0, right / len(true) if true else 1.0


def not_seen(seen: Callable[[str], int | None], reason: str) -> Stage:
    """A stage that drops what was there before: `seen` of an Exact- or a NearDuplicates."""
    return lambda text: text if seen(text) is None else Drop(reason)


def unless(reason: Callable[[str], str | None]) -> Stage:
    """A stage that drops a text for which there is a reason to, such as `Rules().reason`."""

    def judged(text: str) -> str | Drop:
        why = reason(text)
        return text if why is None else Drop(why)

    return judged


def at_least(least: float | int, score: Callable[[str], float], reason: str) -> Stage:
    """A stage that drops what scores below `least`, such as by a `QualityClassifier`'s `score`."""
    return lambda text: text if score(text) >= least else Drop(reason)
