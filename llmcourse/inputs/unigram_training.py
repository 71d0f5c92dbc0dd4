"""Learns a Unigram vocabulary: too many pieces at first, then the least useful are dropped.

Unigram says how likely a text is: each piece is drawn by itself, with a probability of its own, and
a word may come about by any of its splits (Kudo, 2018). Training looks for pieces and probabilities
under which the text is likely. It begins with every frequent part of a word, and alternates:

- expectation-maximization (EM): count how often each piece is expected to be used, over all splits
  of all words, weighted by how likely each split is; then take those counts as probabilities;
- pruning: drop the pieces whose loss costs the text's likelihood least.

Single characters are never dropped, so every word keeps a split. Encoding is in `unigram.py`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from llmcourse.inputs.lattice import best_path, lattice

LONGEST_PIECE = 16
SEEDS = 8  # pieces at first, for each that is wanted at the end
ROUNDS = 2  # of EM, between one pruning and the next
KEPT = 0.5  # of the pieces, by one pruning
LONGEST_WORD = 24
"""Longer words are trained on in parts, so that no product of probabilities becomes 0."""
RAREST = 1e-9  # the least probability, for the same reason


def learn_pieces(words: Mapping[str, int], size: int) -> dict[str, float]:
    """Return `size` pieces (fewer where `words` hold no more) with their log-probabilities.

    `words` maps each word to how often it occurs; its characters are always among the pieces. The
    likeliest piece comes first; ties go by the text of the piece.
    """
    parts: Counter[str] = Counter()
    for word, count in words.items():
        for start in range(0, len(word), LONGEST_WORD):
            parts[word[start : start + LONGEST_WORD]] += count
    characters = {character for part in parts for character in part}
    probabilities = _normalised(seed_pieces(parts, max(SEEDS * size, 1000)))
    while True:
        for _ in range(ROUNDS):
            probabilities = _normalised(expected_counts(parts, probabilities)[0])
        if len(probabilities) <= max(size, len(characters)):
            break
        probabilities = prune(
            probabilities, max(size, int(KEPT * len(probabilities))), always=characters
        )
    ranked = sorted(probabilities.items(), key=lambda item: (-item[1], item[0]))
    return {piece: math.log(probability) for piece, probability in ranked}


def seed_pieces(words: Mapping[str, int], size: int) -> dict[str, float]:
    """The parts of words that cover most text (times · length), and every character.

    >>> seed_pieces({"hug": 10, "hugs": 5}, 6)
    {'g': 15.0, 'h': 15.0, 's': 5.0, 'u': 15.0, 'hug': 15.0, 'hu': 15.0}
    """
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for start in range(len(word)):
            for end in range(start + 1, min(start + LONGEST_PIECE, len(word)) + 1):
                counts[word[start:end]] += count
    characters = sorted(piece for piece in counts if len(piece) == 1)
    longer = [piece for piece, count in counts.items() if len(piece) > 1 and count > 1]
    longer.sort(key=lambda piece: (-counts[piece] * len(piece), piece))
    kept = [*characters, *longer[: max(0, size - len(characters))]]
    return {piece: float(counts[piece]) for piece in kept}


def expected_counts(
    words: Mapping[str, int], probabilities: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """How often each piece is expected in `words`, and the log-likelihood of all of them.

    For a word of n characters, let α(i) be the probability of its first i characters, summed over
    their splits, and β(i) that of the rest. A piece from i to j is used with the probability
    α(i) · p(piece) · β(j) / α(n). Both are sums of products, and grow from left to right and from
    right to left (the forward-backward algorithm), so no split is ever listed.

    >>> expected_counts({"ab": 10}, {"a": 0.5, "b": 0.5, "ab": 0.25})[0]
    {'a': 5.0, 'b': 5.0, 'ab': 5.0}
    """
    counts = dict.fromkeys(probabilities, 0.0)
    likelihood = 0.0
    longest = max(map(len, probabilities))
    for word, times in words.items():
        size = len(word)
        edges = [
            [
                (end, piece, probabilities[piece])
                for end in range(start + 1, min(start + longest, size) + 1)
                if (piece := word[start:end]) in probabilities
            ]
            for start in range(size)
        ]
        forward = [1.0] + [0.0] * size
        for start in range(size):
            for end, _, probability in edges[start]:
                forward[end] += forward[start] * probability
        share = times / forward[size]
        likelihood += times * math.log(forward[size])
        backward = [0.0] * size + [1.0]
        for start in range(size - 1, -1, -1):
            rest, scale = 0.0, forward[start] * share
            for end, piece, probability in edges[start]:
                onward = probability * backward[end]
                rest += onward
                counts[piece] += scale * onward
            backward[start] = rest
    return counts, likelihood


def prune(probabilities: Mapping[str, float], size: int, always: Iterable[str]) -> dict[str, float]:
    """Keep the `size` pieces that the text would miss most, and those in `always`.

    Without a piece, the text is written with the best split of that piece into others. What this
    costs is about its expected count times the difference of the two log-probabilities. (The counts
    are probabilities here: a common factor changes no order.)
    """
    scores = {piece: math.log(probability) for piece, probability in probabilities.items()}
    longest = max(map(len, scores))
    always = set(always)

    def loss(piece: str) -> float:
        others = lattice(piece, scores, longest, -math.inf)
        others[-1] = [edge for edge in others[-1] if edge[0] > 0]  # all but the piece itself
        alternative = sum(scores[piece[a:b]] for a, b in best_path(others))
        return probabilities[piece] * (scores[piece] - alternative)

    by_loss = sorted(
        (piece for piece in probabilities if piece not in always),
        key=lambda piece: (-loss(piece), piece),
    )
    kept = always | set(by_loss[: max(0, size - len(always))])
    return {piece: p for piece, p in probabilities.items() if piece in kept}


def _normalised(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values())
    return {piece: max(count / total, RAREST) for piece, count in counts.items()}
