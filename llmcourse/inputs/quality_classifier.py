"""A classifier of quality: logistic regression on hashed n-grams, trained from examples.

Documents known to be good and known to be bad become sets of words and pairs of words; a hash gives
each of them one of some thousand weights. The probability that a document is good is the logistic
function of the sum of its weights, divided by the length of the vector. Classifiers of this kind
chose the web pages of GPT-3 (Brown et al., 2020) and those of DCLM (Li et al., 2024).

It learns what the examples have in common, good or not. What no example was like, it judges all the
same.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float64, Int64

from llmcourse.errors import UserError
from llmcourse.inputs.minhash import PRIME, word_number

_BASE = np.uint64(1_000_003)  # a pair of words is a number in this base


class QualityClassifier:
    """Weights of the buckets, and how probable it is that a text is a good one.

    Make one with `train`.
    """

    def __init__(self, weights: Float64[np.ndarray, " buckets"], bias: float):
        self.weights, self.bias = weights, bias

    @classmethod
    def train(
        cls,
        good: Iterable[str],
        bad: Iterable[str],
        *,
        buckets: int = 2**15,
        steps: int = 150,
        rate: float = 30.0,
        decay: float = 1e-4,
    ) -> "QualityClassifier":
        """Learn the weights that make the examples' labels likely, by gradient descent.

        Each step reads all examples. The loss is the mean −log probability of the labels, each
        class with half of the weight, plus `decay` / 2 times the sum of the squared weights.

        Raises UserError where either class has no example.
        """
        texts = (list(good), list(bad))
        if not all(texts):
            raise UserError(
                "A classifier needs good and bad examples, and one of the two is missing.",
                todo="Give at least one text of each.",
            )
        found = [features(text, buckets) for some in texts for text in some]
        lengths = np.array([len(one) for one in found])
        column = np.concatenate(found)
        row = np.repeat(np.arange(len(found)), lengths)
        value = 1 / np.sqrt(lengths[row])  # every document is a vector of length 1
        label = np.repeat([1.0, 0.0], [len(some) for some in texts])
        share = np.repeat([0.5 / len(some) for some in texts], [len(some) for some in texts])
        weights, bias = np.zeros(buckets), 0.0
        for _ in range(steps):
            score = np.bincount(row, weights[column] * value, len(found)) + bias
            error = share * (_logistic(score) - label)  # of the loss, by the score
            weights -= rate * (np.bincount(column, error[row] * value, buckets) + decay * weights)
            bias -= float(error.sum())
        return cls(weights, bias)

    def score(self, text: str) -> float:
        """The probability that the text is good, by what was learned."""
        found = features(text, len(self.weights))
        total = self.weights[found].sum() / max(1, len(found)) ** 0.5
        return float(_logistic(total + self.bias))


def features(text: str, buckets: int) -> Int64[np.ndarray, " count"]:
    """The buckets of the words and the pairs of neighbouring words of a text, each once."""
    words = np.array([word_number(word) for word in text.lower().split()], dtype=np.uint64)
    pairs = (words[:-1] * _BASE + words[1:]) % np.uint64(PRIME)
    return np.unique(np.concatenate([words, pairs]) % np.uint64(buckets)).astype(np.int64)


def _logistic(score: float | Float64[np.ndarray, "*n"]) -> float | Float64[np.ndarray, "*n"]:
    return 0.5 * (1 + np.tanh(score / 2))  # 1 / (1 + exp(−score)), which overflows nowhere
