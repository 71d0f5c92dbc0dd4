"""How fast the town writes and scores its stories, in megabytes of text a second on one core.

    python benchmarks/riverbank.py

Writing and scoring take turns, so that a busy machine slows both alike. As a yardstick that needs no other
library, each round also times `hashlib.sha256` over the same bytes, one story at a time.
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
    for number in range(rounds):
        texts: list[str] = []
        taken = {
            "writing": _seconds(lambda seed=number: texts.extend(town.stories(stories, seed))),
            "scoring": _seconds(lambda: [town.log_prob(text, "stories") for text in texts]),
            "sha256": _seconds(lambda: [hashlib.sha256(text.encode()).digest() for text in texts]),
        }
        megabytes = sum(len(text.encode()) for text in texts) / 1e6
        for name, seconds in taken.items():
            rates[name].append(megabytes / seconds)
    for name, values in rates.items():
        print(f"{name:8} best {max(values):7.1f} MB/s   median {statistics.median(values):7.1f} MB/s")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    typer.run(main)
