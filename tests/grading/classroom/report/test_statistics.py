"""The numbers of the report, against paper, numpy and what must hold for every class."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmcourse.grading.classroom.report.items import FEWEST, item_rest, items
from llmcourse.grading.classroom.report.mistakes import mistakes
from llmcourse.grading.classroom.report.points import distribution
from llmcourse.grading.problem_sets.bundle import Bundle
from tests.grading.classroom.graded_class import GradedClass, released_set, result_of
from tests.grading.conftest import make_repository


@pytest.fixture(scope="session")
def bundle(tmp_path_factory) -> Bundle:
    root = make_repository(tmp_path_factory.mktemp("bundle") / "course")
    return GradedClass(root, released_set()).bundle


def results(bundle, *rows, mistakes=()):
    found = [result_of(bundle, f"{n}" * 8, row) for n, row in enumerate(rows)]
    named = [result_of(bundle, f"m{n}", (0, 0, 0, 0), "", m) for n, m in enumerate(mistakes)]
    return found + named


def test_shares_on_paper(bundle):
    double, first = items(bundle.tasks, results(bundle, (2, 1, 1, 0), (2, 0, 1, 1), (0, 0, 0, 0)))
    assert (double.n, first.n) == (3, 3)
    assert double.earned == pytest.approx(5 / 9)
    assert (double.visible, double.hidden) == pytest.approx((4 / 6, 1 / 3))
    assert first.earned == pytest.approx(3 / 6)
    assert (first.visible, first.hidden) == pytest.approx((2 / 3, 1 / 3))
    assert double.discrimination is None
    assert double.why == f"too few: 3 of {FEWEST}"


def test_discrimination_on_paper(bundle):
    # double: 3 in five results, 0 in five; first: 2, 2, 2, 2, 1 and 1, 0, 0, 0, 0.
    rows = [(2, 1, 1, 1)] * 4 + [(2, 1, 1, 0), (0, 0, 1, 0)] + [(0, 0, 0, 0)] * 4
    double, first = items(bundle.tasks, results(bundle, *rows))
    # means 1.5 and 1; products 5 * 1.5 * (1 - …): 1.5 * (4 * 1 + 0) - 1.5 * (0 + 4 * -1) = 12
    # squares: 10 * 2.25 = 22.5 and 8 * 1 = 8; 12 / sqrt(180) = 0.8944
    assert double.discrimination == pytest.approx(12 / 180**0.5)
    assert first.discrimination == pytest.approx(double.discrimination)  # of two tasks: the same


def test_a_task_in_which_all_earned_the_same_tells_nobody_apart(bundle):
    rows = [(2, 1, n % 2, 0) for n in range(12)]
    double, first = items(bundle.tasks, results(bundle, *rows))
    assert (double.discrimination, double.why) == (None, "all earned the same")
    assert (first.discrimination, first.why) == (None, "all earned the same")


points = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=40)


@given(points)
def test_the_correlation_is_numpys(pairs):
    one, rest = (np.array(side, float) for side in zip(*pairs, strict=True))
    assume(one.std() > 0 and rest.std() > 0)
    assert item_rest(list(one), list(rest)) == pytest.approx(np.corrcoef(one, rest)[0, 1])


@given(st.lists(st.floats(0, 40), min_size=1, max_size=60), st.integers(1, 45))
def test_every_learner_is_in_one_bar(found, of):
    spread = distribution(found, of)
    assert sum(bar.students for bar in spread.bars) == spread.n == len(found)
    assert len(spread.bars) <= 10
    assert [bar.high for bar in spread.bars[:-1]] == [bar.low for bar in spread.bars[1:]]
    assert (spread.bars[0].low, spread.bars[-1].high) == (0, of)
    for bar in spread.bars:
        high = np.inf if bar.is_last else bar.high
        assert bar.students == sum(bar.low <= one < high for one in found)
    exact = sum(map(Fraction, found)) / len(found)
    assert spread.mean == pytest.approx(float(exact))
    assert spread.median == pytest.approx(np.median(found))


def test_a_learner_counts_once_for_a_mistake(bundle):
    found = results(
        bundle,
        mistakes=[("square", "never_empty"), ("square", ""), ("", "never_empty"), ("square", "")],
    )
    both = result_of(bundle, "b", (0, 0, 0, 0), "", ("square", ""))
    assert [(m.known.name, m.students) for m in mistakes(bundle.tasks, [*found, both])] == [
        *(("square", 4), ("never_empty", 2))
    ]


def test_a_mistake_that_the_set_does_not_know_is_not_shown(bundle):
    assert mistakes(bundle.tasks, results(bundle, mistakes=[("unheard_of", "")])) == []
