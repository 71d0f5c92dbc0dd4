"""What each stage of a curation pipeline drops of a small crawl, and how thresholds move it.

The scores are computed once, by the real stages. The figure holds them, so a threshold can be moved
without a kernel: a page is dropped by the first stage at which its score reaches the threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from llmcourse.errors import UserError
from llmcourse.inputs.language import READ, LanguageIdentifier
from llmcourse.inputs.minhash import jaccard, shingles
from llmcourse.inputs.quality import measure
from llmcourse.inputs.quality_classifier import QualityClassifier
from llmcourse.inputs.safety import signs_of_fraud
from llmcourse.riverbank.dirty import DirtyDocument
from llmcourse.widgets.figure import Figure, es_module

MOST_CHARACTERS = 200
"""How much of a page is shown."""


@dataclass(frozen=True)
class ScoredStage:
    """One stage: what it found against each page, and for which pages that is true.

    `measure` says what the scores are, `seeks` what the stage is to find. The slider goes from
    `low` to `high` in steps of `step`, and stands at `threshold` first.
    """

    name: str
    measure: str
    seeks: str
    scores: Sequence[float | int]
    true: Sequence[bool]
    threshold: float | int
    low: float | int
    high: float | int
    step: float | int


class CurationStages(Figure):
    """Pages that flow through stages: choose a stage, move its threshold, see what it drops.

    `notes` says of each page what is wrong with it, in a word or two.

    >>> stage = ScoredStage("length", "words", "long pages", [1, 9], [False, True], 5, 1, 9, 1)
    >>> CurationStages(["a", "b b b"], ["", "long"], [stage])

    Raises UserError without a stage, and where there isn't one score and truth for each page.
    """

    _esm = es_module("curation_stages.js")

    def __init__(self, texts: Sequence[str], notes: Sequence[str], stages: Sequence[ScoredStage]):
        if not stages:
            raise UserError("The figure has no stage.", todo="Give one or more.")
        for what, values in [
            ("notes", notes),
            *((f"scores of the stage {stage.name}", stage.scores) for stage in stages),
            *((f"truths of the stage {stage.name}", stage.true) for stage in stages),
        ]:
            if len(values) != len(texts):
                raise UserError(
                    f"There are {len(texts)} pages and {len(values)} {what}.",
                    todo="Give one for each page.",
                )
        super().__init__(
            pages=[
                {"text": shortened(text), "note": note}
                for text, note in zip(texts, notes, strict=True)
            ],
            stages=[
                {
                    **{"name": one.name, "measure": one.measure, "seeks": one.seeks},
                    **{"threshold": one.threshold, "low": one.low, "high": one.high},
                    "step": one.step,
                    "scores": [round(float(score), 4) for score in one.scores],
                    "true": [int(true) for true in one.true],
                }
                for one in stages
            ],
        )

    @classmethod
    def of_crawl(
        cls,
        crawl: Sequence[DirtyDocument],
        identifier: LanguageIdentifier,
        classifier: QualityClassifier,
    ) -> "CurationStages":
        """Five stages of the book's pipeline, on pages of Riverbank with their labels.

        Each page is compared with all before it, so 300 pages take a second.
        """
        texts = [page.text for page in crawl]

        def has(*labels: str) -> list[bool]:
            return [bool(page.labels & set(labels)) for page in crawl]

        def lead(text: str) -> float:
            """By how much another language is likelier than English, in nats a character."""
            scores = identifier.scores(text)
            english = scores.pop("en")
            return (max(scores.values()) - english) / max(1, len(text[:READ]))

        measured = [measure(text) for text in texts]
        sets = [shingles(text) for text in texts]
        nearest = [
            max((jaccard(one, o) for o in sets[:i]), default=0) for i, one in enumerate(sets)
        ]
        stages = [
            ScoredStage(
                *("language", "lead of another language", "pages that are not in English"),
                *(list(map(lead, texts)), [page.language != "en" for page in crawl]),
                *(0, -4, 4, 0.1),
            ),
            ScoredStage(
                *("symbols", "symbols a word", "boilerplate and garbled pages"),
                *([one.symbols + 1 - one.letters for one in measured],),
                *(has("boilerplate", "garbled"), 0.2, 0, 0.6, 0.02),
            ),
            ScoredStage(
                *("classifier", "1 − score", "boilerplate"),
                *([1 - classifier.score(text) for text in texts], has("boilerplate")),
                *(0.5, 0, 1, 0.02),
            ),
            ScoredStage(
                *("fraud", "signs beside a link", "fraud"),
                *([len(signs_of_fraud(text)) for text in texts], has("unsafe"), 2, 1, 5, 1),
            ),
            ScoredStage(
                *("near-duplicates", "similarity to an earlier page", "copies and near-copies"),
                *(nearest, has("copy", "near-copy"), 0.8, 0.4, 1, 0.02),
            ),
        ]
        return cls(texts, [", ".join(sorted(page.labels)) for page in crawl], stages)


def shortened(text: str) -> str:
    """The beginning of a text, where it is longer than the figure shows."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 2].rstrip() + " …"
