"""What the figure of the stages hands to its module."""

import pytest

from llmcourse.errors import UserError
from llmcourse.inputs.curation import precision_recall
from llmcourse.inputs.language import LanguageIdentifier
from llmcourse.inputs.quality_classifier import QualityClassifier
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.tongues import PROSE
from llmcourse.widgets.curation_stages import MOST_CHARACTERS, CurationStages, ScoredStage


def stage(scores: list[float], true: list[bool]) -> ScoredStage:
    return ScoredStage("near", "similarity", "copies", scores, true, 0.8, 0.0, 1.0, 0.05)


def test_pages_and_scores():
    values = CurationStages(
        ["a", "b" * 500], ["", "copy"], [stage([0, 1 / 3], [False, True])]
    ).values
    short, long = values["pages"]
    assert short == {"text": "a", "note": ""}
    assert long["note"] == "copy"
    assert len(long["text"]) == MOST_CHARACTERS
    assert long["text"].endswith("b …")
    (only,) = values["stages"]
    assert only == {
        "name": "near",
        "measure": "similarity",
        "seeks": "copies",
        "threshold": 0.8,
        "low": 0.0,
        "high": 1.0,
        "step": 0.05,
        "scores": [0.0, 0.3333],
        "true": [0, 1],
    }


@pytest.mark.parametrize(
    ("notes", "stages", "message"),
    [
        (["", ""], [], "has no stage"),
        ([""], [stage([0, 1], [True, True])], "2 pages and 1 notes"),
        (["", ""], [stage([0], [True, True])], "2 pages and 1 scores of the stage near"),
        (["", ""], [stage([0, 1], [True])], "2 pages and 1 truths of the stage near"),
    ],
)
def test_what_does_not_fit(notes, stages, message):
    with pytest.raises(UserError, match=message):
        CurationStages(["a", "b"], notes, stages)


def test_a_crawl_of_the_town_is_scored_by_the_real_stages():
    crawl = Riverbank().dirty(200, seed=4)
    identifier = LanguageIdentifier.train(PROSE.items())
    menus = [page.text for page in crawl if "boilerplate" in page.labels]
    stories = [page.text for page in crawl if not page.labels]
    classifier = QualityClassifier.train(stories, menus)
    figure = CurationStages.of_crawl(crawl, identifier, classifier)
    assert [page["note"] for page in figure.values["pages"]].count("") == len(stories)
    quality = {}
    for stage in figure.values["stages"]:
        found = {i for i, score in enumerate(stage["scores"]) if score >= stage["threshold"]}
        true = {i for i, yes in enumerate(stage["true"]) if yes}
        quality[stage["name"]] = precision_recall(found, true)
        if stage["name"] == "language":
            told = [identifier.language(page.text) for page in crawl]
            assert found == {i for i, code in enumerate(told) if code != "en"}
    assert quality["near-duplicates"] == (1, 1)
    assert min(quality["language"]) > 0.95
    assert min(quality["classifier"]) > 0.9
    assert min(quality["fraud"]) > 0.8
    assert 0.5 < min(quality["symbols"]) < 0.95  # one rule alone
