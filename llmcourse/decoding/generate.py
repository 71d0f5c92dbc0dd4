"""The loop: append the chosen token, ask again, until there is a reason to stop.

The prompt is read once (prefill) and fills the cache; from then on each step reads one token and
costs the same (decode). Prompts of different lengths run in one batch by padding on the left, and
give the tokens that each would give alone. Finished rows of a batch wait for the last one;
replacing them is the business of a server.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Int
from torch import Tensor

from llmcourse.decoding.packed import WORTH_STEPS, packed
from llmcourse.decoding.sampling import Sampler
from llmcourse.decoding.streaming import TextUntil, Utf8Stream
from llmcourse.errors import UserError
from llmcourse.network import GPT, KVCache

Reason = Literal["end", "stop string", "length", "context"]


@dataclass(frozen=True)
class Completion:
    """The new tokens, without the prompt and the end token, and why there are no more."""

    ids: list[int]
    stopped: Reason


@runtime_checkable
class Tokenizer(Protocol):
    """What `stream` needs of a tokenizer."""

    def encode(self, text: str) -> list[int]: ...

    def decode_bytes(self, ids: list[int]) -> bytes: ...


def generate(
    model: GPT,
    prompts: Sequence[Sequence[int]],
    *,
    max_new_tokens: int,
    sampler: Sampler | None = None,
    end: int | None = None,
) -> list[Completion]:
    """Continue each prompt until the `end` token, `max_new_tokens`, or the context is full.

    There is a completion for each prompt, in their order: none for no prompts.

    A model reads `block_size` tokens, so a prompt of P tokens has room for block_size - P + 1 new
    ones: the last one is never read.

    >>> generate(model, [[791, 6201]], max_new_tokens=3, sampler=Sampler(temperature=0))
    [Completion(ids=[555, 279, 15140], stopped='length')]

    Raises `UserError` for an empty prompt, one longer than the context, or an id out of range.
    """
    rows = _rows(model, prompts, max_new_tokens, end)
    if not rows:
        return []
    for tokens in _tokens(model, prompts, max(row.room for row in rows), sampler or Sampler()):
        for row, token in zip(rows, tokens.tolist(), strict=True):
            row.add(token)
        if all(row.stopped for row in rows):
            break
    return [Completion(row.ids, row.stopped) for row in rows]


def stream(
    model: GPT,
    tokenizer: Tokenizer,
    prompt: str | Sequence[int],
    *,
    max_new_tokens: int,
    sampler: Sampler | None = None,
    end: int | None = None,
    stop: str | Sequence[str] = (),
) -> "Stream":
    """Continue one prompt piece by piece: as `generate`, and until a `stop` string.

    >>> for piece in stream(model, tokenizer, "The bank", max_new_tokens=50, stop="\\n"):
    ...     print(piece, end="", flush=True)

    Raises `UserError` as `generate` does, before the first piece, and for an empty stop string.
    """
    stops = (stop,) if isinstance(stop, str) else tuple(stop)
    if "" in stops:
        raise UserError(
            "A stop string is empty.", todo="Give one character or more, or none at all."
        )
    ids = tokenizer.encode(prompt) if isinstance(prompt, str) else prompt
    (row,) = _rows(model, [ids], max_new_tokens, end)
    tokens = _tokens(model, [ids], row.room, sampler or Sampler())
    return Stream(tokens, tokenizer, row, stops)


class Stream(Iterator[str]):
    """Pieces of text, none empty; joined, they are the text. The model runs as far as is asked."""

    def __init__(
        self,
        tokens: Iterator[Int[Tensor, "1"]],
        tokenizer: Tokenizer,
        row: "_Row",
        stops: Sequence[str],
    ):
        self._row = row
        self._pieces = self._write(tokens, tokenizer, stops)

    def __next__(self) -> str:
        return next(self._pieces)

    @property
    def ids(self) -> list[int]:
        """The new tokens so far, those of the stop string included."""
        return self._row.ids

    @property
    def stopped(self) -> Reason | None:
        """Why there is no more text, or None while there may be."""
        return self._row.stopped

    def _write(
        self, tokens: Iterator[Int[Tensor, "1"]], tokenizer: Tokenizer, stops: Sequence[str]
    ) -> Iterator[str]:
        row, utf8, until = self._row, Utf8Stream(), TextUntil(stops)
        while not row.stopped:
            before = len(row.ids)
            row.add(next(tokens).item())
            piece = until.push(utf8.push(tokenizer.decode_bytes(row.ids[before:])))
            if row.stopped:
                piece += until.push(utf8.flush())
            if until.found:
                row.stopped = "stop string"
            elif row.stopped:
                piece += until.flush()
            if piece:
                yield piece


class _Row:
    """One text on its way: its new tokens, how many more there may be, why it stopped."""

    def __init__(self, context: int, max_new_tokens: int, end: int | None):
        self.room = min(context, max_new_tokens)
        self.limit: Reason = "context" if context < max_new_tokens else "length"
        self.end = end
        self.ids: list[int] = []
        self.stopped: Reason | None = None

    def add(self, token: int) -> None:
        if self.stopped:
            return
        if token == self.end:
            self.stopped = "end"
            return
        self.ids.append(token)
        if len(self.ids) == self.room:
            self.stopped = self.limit


def _rows(
    model: GPT, prompts: Sequence[Sequence[int]], max_new_tokens: int, end: int | None
) -> list[_Row]:
    """A row for each prompt, after checking what the caller gave."""
    V, longest = model.config.vocab_size, model.config.block_size
    if max_new_tokens < 1:
        raise UserError(f"max_new_tokens is {max_new_tokens}.", todo="Ask for 1 or more.")
    for prompt in prompts:
        if len(prompt) == 0:
            raise UserError(
                "A prompt is empty, and the next token depends on the ones before.",
                todo="Give some text, or the token that stands between documents.",
            )
        if len(prompt) > longest:
            raise UserError(
                f"A prompt is {len(prompt)} tokens long; this model reads {longest}.",
                todo="Shorten the prompt, or keep only its end.",
            )
        if min(prompt) < 0 or max(prompt) >= V:
            raise UserError(
                f"A prompt has ids {min(prompt)} to {max(prompt)}; this model knows 0 to {V - 1}.",
                todo="Encode it with the tokenizer that the model was trained with.",
            )
    return [_Row(longest - len(prompt) + 1, max_new_tokens, end) for prompt in prompts]


@torch.inference_mode()
def _tokens(
    model: GPT, prompts: Sequence[Sequence[int]], steps: int, sampler: Sampler
) -> Iterator[Int[Tensor, "B"]]:
    """The next token of every row, `steps` times, whatever it is."""
    device = model.embedding.weight.device
    config = model.config
    longest = max(map(len, prompts))
    capacity = longest + steps - 1
    padding = torch.tensor([longest - len(prompt) for prompt in prompts], device=device)
    ids = torch.tensor([[0] * (longest - len(p)) + list(p) for p in prompts], device=device)
    mask, positions = None, torch.arange(capacity, device=device)
    if any(len(prompt) < longest for prompt in prompts):
        mask = positions >= padding[:, None]  # B capacity
        # A row that has filled its context runs on, unread, until the last one stops.
        positions = (positions - padding[:, None]).clamp(0, config.block_size - 1)
    seen = None
    if sampler.repetition_penalty != 1:
        seen = torch.zeros(len(prompts), config.vocab_size, dtype=torch.bool, device=device)
        for row, prompt in enumerate(prompts):
            seen[row, list(prompt)] = True
    generator = sampler.generator(device)
    cache = KVCache(config.n_layer, capacity)
    if steps >= WORTH_STEPS:
        model = packed(model, rows=len(prompts))
    for _ in range(steps):
        past, now = cache.length, cache.length + ids.shape[1]
        place = positions[..., past:now]
        x = model.embed(ids, place)
        x = model.trunk(x, place, None if mask is None else mask[:, :now], cache)
        tokens = sampler(model.head(x[:, -1:])[:, 0].float(), seen, generator)
        yield tokens
        if seen is not None:
            seen.scatter_(1, tokens[:, None], True)
        ids = tokens[:, None]
