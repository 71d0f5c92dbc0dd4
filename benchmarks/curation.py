"""How fast a crawl is curated on one core, stage by stage, and MinHash against datasketch.

    python benchmarks/curation.py --help
    OMP_NUM_THREADS=1 python benchmarks/curation.py

The whole pipeline without the classifier is measured as it runs, so later stages see only what the
earlier ones left; each stage is then measured alone, on all pages. The time is that of the
process, so a busy machine changes little. Rounds are interleaved. A ratio is the peer's time over
ours: above 1 we are faster. Both make 128 hashes of the same word 3-shingles, and look them up in
tables of 21 bands of 6.
"""

import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import Annotated

import datasketch
import typer
from rich.console import Console
from rich.table import Table

from llmcourse.inputs.curation import Curation, Stage, at_least, not_seen, unless
from llmcourse.inputs.duplicates import ExactDuplicates, NearDuplicates
from llmcourse.inputs.language import LanguageIdentifier
from llmcourse.inputs.minhash import shingles
from llmcourse.inputs.personal import replace_personal
from llmcourse.inputs.quality import Rules
from llmcourse.inputs.quality_classifier import QualityClassifier
from llmcourse.inputs.safety import find_insults, is_unsafe
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.tongues import PROSE

LANGUAGE = LanguageIdentifier.train(PROSE.items()).language


def stages() -> dict[str, Stage]:
    """The stages with empty memories, in their order."""
    return {
        "equal": not_seen(ExactDuplicates().seen, "equal"),
        "language": unless(lambda text: None if LANGUAGE(text) == "en" else "foreign"),
        "rules": unless(Rules(min_words=8, min_stop_words=0).reason),
        "insults": unless(lambda text: "insult" if find_insults(text) else None),
        "fraud": unless(lambda text: "fraud" if is_unsafe(text) else None),
        "near": not_seen(NearDuplicates().seen, "near"),
        "personal": replace_personal,
    }


def peer(texts: Iterable[str]) -> None:
    """Near-duplicates by datasketch."""
    index = datasketch.MinHashLSH(params=(21, 6), num_perm=128)
    for number, text in enumerate(texts):
        minhash = datasketch.MinHash(128)
        minhash.update_batch([shingle.encode() for shingle in shingles(text)])
        if not index.query(minhash):
            index.insert(number, minhash)


def main(
    pages: Annotated[int, typer.Option(help="Pages of the crawl; one has about 550 bytes.")] = 4000,
    rounds: Annotated[int, typer.Option(help="Interleaved rounds.", min=1)] = 5,
) -> None:
    """Print megabytes a second for the pipeline, for each stage alone, and for datasketch."""
    texts = [page.text for page in Riverbank().dirty(pages, seed=0)]
    size = sum(len(text.encode()) for text in texts) / 1e6
    other = [page for page in Riverbank().dirty(1000, seed=1) if page.language == "en"]
    menus = [page.text for page in other if "boilerplate" in page.labels]
    score = QualityClassifier.train([p.text for p in other if not p.labels], menus).score

    def alone(name: str) -> Callable[[], object]:
        stage = stages()[name]
        return lambda: [stage(text) for text in texts]

    works: dict[str, Callable[[], Callable[[], object]]] = {
        "whole pipeline": lambda: lambda: list(Curation(stages()).run(texts)),
        **{name: lambda name=name: alone(name) for name in stages()},
        "classifier": lambda: lambda: [at_least(0.5, score, "low")(text) for text in texts],
        "near, by datasketch": lambda: lambda: peer(texts),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, make in works.items():
            work = make()
            start = time.process_time()
            work()
            times[name].append(time.process_time() - start)

    table = Table(title=f"{len(texts):,} pages, {size:.1f} MB, one core")
    for heading in ("stage", "best s", "median s", "MB/s", "MB/s, median"):
        table.add_column(heading, justify="left" if heading == "stage" else "right")
    for name, taken in times.items():
        best, middle = min(taken), median(taken)
        rates = (f"{size / best:.1f}", f"{size / middle:.1f}")
        table.add_row(name, f"{best:.3f}", f"{middle:.3f}", *rates)
    Console().print(table)
    ours, theirs = times["near"], times["near, by datasketch"]
    best, middle = min(theirs) / min(ours), median(theirs) / median(ours)
    print(f"datasketch's time over ours: {best:.2f} by the bests, {middle:.2f} by the medians")


if __name__ == "__main__":
    typer.run(main)
