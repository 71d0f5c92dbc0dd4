"""How fast the town writes and scores its stories, in megabytes of text a second on one core.

    python benchmarks/riverbank.py

Writing and scoring take turns, so that a busy machine slows both alike. As a yardstick each round
also times `hashlib.sha256` over the same bytes, one story at a time.
"""

import hashlib
import statistics
import time
from collections.abc import Callable
from typing import Annotated

import typer

from llmcourse.riverbank import Riverbank


def main(
    stories: Annotated[int, typer.Option(help="Stories a round.")] = 5_000,
    rounds: Annotated[int, typer.Option(help="Rounds; best and median are printed.")] = 7,
) -> None:
    """Print MB/s of writing and scoring, best and median of the rounds.

    Example: python benchmarks/riverbank.py --rounds 3
    """
    start = time.perf_counter()
    town = Riverbank()
    town.grammar("stories")
    print(f"building the grammar: {time.perf_counter() - start:.2f} s")
    rates: dict[str, list[float]] = {"writing": [], "scoring": [], "sha256": []}
    for seed in range(rounds):
        texts, writing = _timed(town.stories, stories, seed)
        _, scoring = _timed(lambda texts: [town.log_prob(text, "stories") for text in texts], texts)
        encoded = [text.encode() for text in texts]
        _, hashing = _timed(
            lambda texts: [hashlib.sha256(text).digest() for text in texts], encoded
        )
        megabytes = sum(map(len, encoded)) / 1e6
        for name, seconds in (("writing", writing), ("scoring", scoring), ("sha256", hashing)):
            rates[name].append(megabytes / seconds)
    for name, values in rates.items():
        median = statistics.median(values)
        print(f"{name:8} best {max(values):7.1f} MB/s   median {median:7.1f} MB/s")


def _timed(work: Callable, *arguments: object) -> tuple:
    start = time.perf_counter()
    result = work(*arguments)
    return result, time.perf_counter() - start


if __name__ == "__main__":
    typer.run(main)
