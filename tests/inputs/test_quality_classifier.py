"""The classifier: its gradient, its features, and what it learns of the town."""

import numpy as np
import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.inputs.curation import precision_recall
from llmcourse.inputs.quality_classifier import QualityClassifier, features
from llmcourse.riverbank import Riverbank

GOOD = ["the miller sat by the river", "the baker ate a bun", "a boat on the river"]
BAD = ["click here to accept", "accept all cookies here", "read more", "menu"]


def test_words_and_pairs_each_once():
    words, pairs = features("the boat", 2**30), features("the boat the boat", 2**30)
    assert len(words) == 3  # the, boat, the boat
    assert set(pairs) > set(words)
    assert len(pairs) == 4  # and boat the
    assert features("The BOAT", 64).tolist() == features("the boat", 64).tolist()
    assert max(features("a b c d e f g h i j", 8)) < 8
    assert len(features("", 8)) == 0


def test_training_is_gradient_descent():
    """The same by torch's own gradients."""
    buckets, rate, decay = 32, 2.0, 0.01
    ours = QualityClassifier.train(GOOD, BAD, buckets=buckets, steps=20, rate=rate, decay=decay)
    rows = torch.zeros(len(GOOD) + len(BAD), buckets, dtype=torch.float64)
    for row, text in zip(rows, GOOD + BAD, strict=True):
        found = features(text, buckets)
        row[found] = 1 / len(found) ** 0.5
    label = torch.tensor([1.0] * len(GOOD) + [0.0] * len(BAD), dtype=torch.float64)
    weight = torch.where(label == 1, 0.5 / len(GOOD), 0.5 / len(BAD))
    w = torch.zeros(buckets, dtype=torch.float64, requires_grad=True)
    b = torch.zeros((), dtype=torch.float64, requires_grad=True)
    for _ in range(20):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            rows @ w + b, label, weight, reduction="sum"
        )
        dw, db = torch.autograd.grad(loss + decay / 2 * (w**2).sum(), (w, b))
        w.data -= rate * dw
        b.data -= db
    assert ours.weights == pytest.approx(w.detach().numpy())
    assert ours.bias == pytest.approx(b.item())
    scores = torch.sigmoid(rows @ w + b).tolist()
    assert [ours.score(text) for text in GOOD + BAD] == pytest.approx(scores)


def test_a_score_is_a_probability_however_large_the_weights():
    model = QualityClassifier(np.full(4, 1e6), 0.0)
    assert model.score("the river") == 1
    assert QualityClassifier(np.full(4, -1e6), 0.0).score("the river") == 0
    assert QualityClassifier(np.zeros(4), 0.0).score("") == 0.5


def test_the_town_s_menus_are_told_from_its_stories():
    def split(seed: int) -> tuple[list[str], list[str]]:
        pages = [page for page in Riverbank().dirty(500, seed) if page.language == "en"]
        menus = [page.text for page in pages if "boilerplate" in page.labels]
        return [page.text for page in pages if page.labels <= {"near-copy"}], menus

    model = QualityClassifier.train(*split(seed=1))
    stories, menus = split(seed=2)
    found = {text for text in stories + menus if model.score(text) < 0.5}
    assert min(precision_recall(found, set(menus))) >= 0.97


@pytest.mark.parametrize(("good", "bad"), [([], ["x"]), (["x"], [])])
def test_examples_of_one_kind_only(good, bad):
    with pytest.raises(UserError, match="good and bad examples"):
        QualityClassifier.train(good, bad)
