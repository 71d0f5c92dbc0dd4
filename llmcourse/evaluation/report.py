"""A trained model on unseen text: how surprised it is, and how far from the best possible.

For most text nobody knows the best possible loss. For Riverbank it is known: minus the exact
log-probability of each story, the entropy floor. And a sample of the model either is a text of the
town or is not. Left out: questions with right answers, and what people prefer (see the later pages
of this step).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from llmcourse.data import load_corpus
from llmcourse.decoding import Sampler, generate
from llmcourse.inputs import Tokenizer
from llmcourse.network import GPT
from llmcourse.riverbank import Riverbank
from llmcourse.training import TrainConfig, document_loss, window_loss
from llmcourse.training.tokens import tokenize

MIN_P = 0.05
"""Of the second share of valid samples: what the tail of unlikely tokens costs the first one."""

BATCH = 50
"""Samples that are written side by side: faster than one by one, small enough for any memory."""


@dataclass(frozen=True)
class Evaluation:
    """What was measured. The last five are None where the truth about the text is not known."""

    documents: int
    tokens: int  # each document's end included
    loss: float  # nats a token
    bits_per_byte: float
    perplexity: float  # per token
    floor: float | None = None  # nats a token: no model can be below it on average
    above_floor: float | None = None  # (loss - floor) / floor
    error: float | None = None  # standard error of loss - floor, nats a token
    valid_share: float | None = None  # of samples drawn from the model's own distribution
    valid_share_min_p: float | None = None  # of samples drawn with min-p MIN_P


def evaluate(
    network: GPT, tokenizer: Tokenizer, config: TrainConfig, *, samples: int = 200, seed: int = 0
) -> Evaluation:
    """Measure a model on the whole validation split of the corpus that it was trained on.

    Only for Riverbank are there a floor and, with `samples` above 0, a share of valid samples.
    """
    options = {"config": config.subset} if config.subset else {}
    texts = load_corpus(config.data, "validation", **options)["text"][:]
    ids, length = tokenize(texts, tokenizer), config.model.block_size
    if config.rows == "documents":
        found = document_loss(network, ids, end=tokenizer.end_of_text, length=length)
    else:
        found = window_loss(network, ids, length=length)
    measured = Evaluation(
        documents=len(texts),
        tokens=found.tokens,
        loss=found.per_token,
        bits_per_byte=found.bits_per_byte(sum(len(text.encode()) for text in texts)),
        perplexity=found.perplexity,
    )
    corpus, _, genre = config.data.partition(":")
    if corpus != "riverbank":
        return measured
    genre = genre or "stories"
    town = Riverbank()
    floors = np.array([-town.log_prob(text, genre) for text in texts])
    gap, error = found.above(floors)
    measured = replace(
        measured,
        floor=found.per_token - gap,
        above_floor=gap / (found.per_token - gap),
        error=error,
    )
    if samples == 0:
        return measured
    plain, cut = (
        valid_share(sample_texts(network, tokenizer, samples, sampler), town, genre)
        for sampler in (Sampler(seed=seed), Sampler(min_p=MIN_P, seed=seed))
    )
    return replace(measured, valid_share=plain, valid_share_min_p=cut)


def sample_texts(network: GPT, tokenizer: Tokenizer, count: int, sampler: Sampler) -> list[str]:
    """`count` documents that the model writes from `<|endoftext|>` on, each to its end."""
    prompt = [tokenizer.end_of_text]
    texts = []
    for first in range(0, count, BATCH):
        if sampler.seed is not None and first:  # each batch has draws of its own
            sampler = replace(sampler, seed=sampler.seed + BATCH)
        written = generate(
            network,
            [prompt] * min(BATCH, count - first),
            max_new_tokens=network.config.block_size,
            sampler=sampler,
            end=tokenizer.end_of_text,
        )
        texts += [tokenizer.decode(row.ids) for row in written]
    return texts


def valid_share(texts: Sequence[str], town: Riverbank, genre: str = "stories") -> float:
    """The share of `texts` that the town could have said, word for word."""
    return sum(math.isfinite(town.log_prob(text, genre)) for text in texts) / len(texts)
