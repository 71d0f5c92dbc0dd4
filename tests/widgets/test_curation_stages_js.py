"""The figure's own counting, in a browser, against the pipeline of the library."""

import random

import pytest

from llmcourse.inputs.curation import Curation, Drop, precision_recall

DRAW = random.Random(5)
PAGES = [str(i) for i in range(60)]
STAGES = [
    {
        **{"name": name, "measure": "points", "low": 0, "high": 1, "step": 0.1},
        "scores": [round(DRAW.random(), 2) for _ in PAGES],
        "true": [int(DRAW.random() < 0.4) for _ in PAGES],
    }
    for name in ("first", "second", "third")
]
THRESHOLDS = [0.8, 0.65, 0.5]


@pytest.fixture
def figure(module):
    return module("curation_stages.js")


def by_the_library() -> tuple[list[int], Curation]:
    def stage(one: dict, threshold: float):
        scores = dict(zip(PAGES, one["scores"], strict=True))
        return lambda text: Drop("score") if scores[text] >= threshold else text

    names = [one["name"] for one in STAGES]
    curation = Curation(
        {one["name"]: stage(one, t) for one, t in zip(STAGES, THRESHOLDS, strict=True)}
    )
    judged = curation.judge(iter(PAGES))
    return [-1 if one.stage is None else names.index(one.stage) for one in judged], curation


def test_pages_flow_as_through_the_pipeline(figure):
    expected, curation = by_the_library()
    fate = figure.call("fates", STAGES, THRESHOLDS)
    assert fate == expected
    for i, passage in enumerate(curation.passages.values()):
        assert len(figure.call("arriving", fate, i)) == passage.came
        assert fate.count(i) == passage.dropped.total()


def test_precision_and_recall_are_those_of_the_pages_that_arrive(figure):
    fate = figure.call("fates", STAGES, THRESHOLDS)
    for i, (stage, threshold) in enumerate(zip(STAGES, THRESHOLDS, strict=True)):
        pages = figure.call("arriving", fate, i)
        kinds = figure.call("sorted", stage, threshold, pages)
        assert sorted(page for kind in kinds for page in kind) == pages
        found = {page for page in pages if fate[page] == i}
        true = {page for page in pages if stage["true"][page]}
        got = figure.call("quality", kinds)
        assert (got["precision"], got["recall"]) == pytest.approx(precision_recall(found, true))
    assert figure.call("quality", [[], [], [], [1]]) == {"precision": 1, "recall": 1}


def test_the_curve_has_a_point_for_every_place_of_the_slider(figure):
    stage, pages = STAGES[0], list(range(len(PAGES)))
    points = figure.call("curve", stage, pages)
    assert [round(one["threshold"], 9) for one in points] == [round(i / 10, 9) for i in range(11)]
    assert points[0]["recall"] == 1
    recalls = [one["recall"] for one in points]
    assert recalls == sorted(recalls, reverse=True)
    for one in points:  # 0.1 + 0.2 is not 0.3: a score on the threshold counts
        found = {i for i in pages if stage["scores"][i] >= round(one["threshold"], 9)}
        true = {i for i in pages if stage["true"][i]}
        assert (one["precision"], one["recall"]) == pytest.approx(precision_recall(found, true))


def test_a_stage_is_told(figure):
    stage = {"name": "near", "step": 0.05, "scores": [0.9, 0.9, 0.1, 0], "true": [1, 0, 1, 0]}
    kinds = figure.call("sorted", stage, 0.8, [0, 1, 2, 3])
    assert kinds == [[0], [1], [2], [3]]
    assert figure.call("describe", stage, 0.8, kinds) == (
        "near, from 0.80: of 4 pages that reach it 2 are dropped, 1 of them by mistake, and 1 are "
        "missed. Precision 50.0 %, recall 50.0 %."
    )


@pytest.mark.parametrize(
    ("share", "text"), [(1, "100 %"), (0.99999, "99.9 %"), (0, "0.0 %"), (0.505, "50.5 %")]
)
def test_percent(figure, share, text):
    assert figure.call("percent", share) == text
