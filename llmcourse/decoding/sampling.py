"""Choosing the next token: what each strategy does to the same logits.

Every strategy is a function from logits to logits, so that they compose; a token that may not be
chosen gets -inf. `Sampler` applies them in one stated order and draws. Beam search, which keeps
several texts and not several tokens, is not here.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from llmcourse.decoding.probabilities import softmax
from llmcourse.errors import UserError

Logits = Float[Tensor, "... V"]

COLDEST = 1e-6
"""The lowest temperature above 0: a logit divided by much less is infinite in float32."""


def temperature(logits: Logits, t: float | int) -> Logits:
    """Divide by t > 0: below 1 sharper, above 1 flatter."""
    _demand(t > 0, f"temperature is {t}", "above 0")
    return logits / t


def top_k(logits: Logits, k: int) -> Logits:
    """Keep the k largest, and those that tie with the last of them (Fan et al., 2018)."""
    _demand(k >= 1, f"top_k is {k}", "1 or more")
    kth = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < kth, -torch.inf)


def top_p(logits: Logits, p: float | int) -> Logits:
    """Keep the smallest set of tokens whose probabilities add up to p (Holtzman et al., 2020).

    A token stays where the more likely ones together weigh less than p, so the token that passes p
    stays in. Of equal tokens, the earlier stays.
    """
    _demand(0 < p <= 1, f"top_p is {p}", "above 0 and at most 1")
    if p == 1:  # rounding in the sum would drop the least likely tokens
        return logits
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    probabilities = softmax(ordered)
    before = probabilities.cumsum(dim=-1) - probabilities
    dropped = torch.empty_like(before, dtype=torch.bool).scatter_(-1, order, before >= p)
    return logits.masked_fill(dropped, -torch.inf)


def min_p(logits: Logits, p: float | int) -> Logits:
    """Keep the tokens at least p times as probable as the most probable one (Nguyen et al., 2024).

    In logits the ratio of probabilities is a difference: z ≥ max z + ln p.
    """
    _demand(0 < p <= 1, f"min_p is {p}", "above 0 and at most 1")
    least = logits.amax(dim=-1, keepdim=True) + math.log(p)
    return logits.masked_fill(logits < least, -torch.inf)


def repetition_penalty(logits: Logits, seen: Bool[Tensor, "... V"], penalty: float | int) -> Logits:
    """Make tokens that were `seen` less likely: positive logits / penalty, negative · penalty.

    (Keskar et al., 2019.) A penalty of 1 changes nothing, one below 1 rewards repetition.
    """
    _demand(penalty > 0, f"repetition_penalty is {penalty}", "above 0")
    penalised = torch.where(logits > 0, logits / penalty, logits * penalty)
    return torch.where(seen, penalised, logits)


@dataclass(frozen=True)
class Sampler:
    """How the next token is chosen; the default draws from the model's own distribution.

    Applied in this order: repetition penalty, temperature, top-k, top-p, min-p, then one draw. With
    temperature 0 the largest logit is taken after the penalty, and the rest plays no part (greedy).

    >>> Sampler(temperature=0.8, top_k=50, seed=1)
    Sampler(temperature=0.8, top_k=50, top_p=1.0, min_p=0.0, repetition_penalty=1.0, seed=1)

    Raises `UserError` for a value out of range.
    """

    temperature: float | int = 1.0  # 0: greedy
    top_k: int = 0  # 0: all tokens
    top_p: float | int = 1.0  # 1: all tokens
    min_p: float | int = 0.0  # 0: all tokens
    repetition_penalty: float | int = 1.0  # 1: none
    seed: int | None = None  # of the draws; None: torch's global generator

    def __post_init__(self) -> None:
        warm = self.temperature == 0 or self.temperature >= COLDEST
        _demand(warm, f"temperature is {self.temperature}", f"0 (greedy), or {COLDEST} or more")
        _demand(self.top_k >= 0, f"top_k is {self.top_k}", "0 (all tokens) or more")
        _demand(0 < self.top_p <= 1, f"top_p is {self.top_p}", "above 0 and at most 1")
        _demand(0 <= self.min_p <= 1, f"min_p is {self.min_p}", "from 0 to 1")
        fits = self.seed is None or (isinstance(self.seed, int) and 0 <= self.seed < 2**63)
        _demand(fits, f"seed is {self.seed}", "from 0 to 2^63 - 1, without a point")
        penalty = self.repetition_penalty
        _demand(penalty > 0, f"repetition_penalty is {penalty}", "above 0")

    def generator(self, device: torch.device | str = "cpu") -> torch.Generator | None:
        """The source of a fresh sequence of draws, the same for the same seed."""
        if self.seed is None:
            return None
        return torch.Generator(device).manual_seed(self.seed)

    def filter(self, logits: Float[Tensor, "B V"]) -> Float[Tensor, "B V"]:
        """The logits that are drawn from: temperature, top-k, top-p, min-p."""
        if self.temperature != 1:
            logits = temperature(logits, self.temperature)
        if self.top_k:
            logits = top_k(logits, self.top_k)
        if self.top_p < 1:
            logits = top_p(logits, self.top_p)
        if self.min_p:
            logits = min_p(logits, self.min_p)
        return logits

    def __call__(
        self,
        logits: Float[Tensor, "B V"],
        seen: Bool[Tensor, "B V"] | None = None,
        generator: torch.Generator | None = None,
    ) -> Int[Tensor, "B"]:
        """One token for each row; `seen` marks what the penalty applies to."""
        if seen is not None:
            logits = repetition_penalty(logits, seen, self.repetition_penalty)
        if self.temperature == 0:
            return logits.argmax(dim=-1)
        probabilities = softmax(self.filter(logits))
        return torch.multinomial(probabilities, 1, generator=generator).squeeze(-1)


def _demand(holds: bool, wrong: str, wanted: str) -> None:
    if not holds:
        raise UserError(f"The sampler's {wrong}.", todo=f"Give a number {wanted}.")
