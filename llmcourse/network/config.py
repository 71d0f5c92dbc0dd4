"""The shape of a GPT, as one frozen record of choices and quantities.

A choice is a word looked up in one table (`POSITIONS`, `NORMS`, `MLPS`, `HEADS`), a
quantity is a number. The record is checked once, here, so that the modules built from it need no
checks of their own.
"""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from llmcourse.errors import UserError


@dataclass(frozen=True)
class Config:
    """Everything that decides the shape of a `GPT`, and nothing about how it is trained.

    >>> Config(vocab_size=1024, n_layer=4, n_head=4, n_embd=128, block_size=64).head_width
    32

    Raises `UserError` for a value that no network can have.
    """

    vocab_size: int  # V: ids are 0 … vocab_size - 1
    n_layer: int = 4  # N: blocks
    n_head: int = 4  # H: query heads
    n_embd: int = 256  # C: width of the residual stream
    block_size: int = 256  # longest context, in tokens
    n_kv_head: int | None = None  # K: key and value heads, each for H/K query heads; None: H
    mlp_width: int | None = None  # hidden units of the feed-forward; None: the MLP's own default
    window: int = 0  # positions that a token sees, itself included; 0: all before it
    position: Literal["none", "learned", "sinusoidal", "rope", "alibi"] = "rope"
    norm: Literal["layernorm", "rmsnorm"] = "rmsnorm"
    mlp: Literal["gelu", "swiglu"] = "swiglu"
    head: Literal["tied", "untied"] = "untied"  # does the output reuse the embedding's weights?
    bias: Literal["all", "none"] = "none"  # do linear layers and LayerNorm add a vector?
    qk_norm: Literal["none", "rms"] = "none"  # are queries and keys scaled to unit mean square?
    norm_eps: float | int = 1e-5  # added to the variance before the root
    rope_theta: float | int = 10_000.0  # base of RoPE's wavelengths

    def __post_init__(self) -> None:
        for name in ("vocab_size", "n_layer", "n_head", "n_embd", "block_size"):
            self._demand_whole(name, at_least=1)
        for name in ("n_kv_head", "mlp_width"):
            if getattr(self, name) is not None:
                self._demand_whole(name, at_least=1)
        self._demand_whole("window", at_least=0)
        for name in ("norm_eps", "rope_theta"):
            value = getattr(self, name)
            if not isinstance(value, float | int) or not 0 < value < math.inf:
                raise UserError(f"{name} is {value!r}.", todo="Give a number above 0.")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise UserError(
                    f"{name} is {getattr(self, name)!r}, which is not one of the choices.",
                    todo=f"Choose one of: {', '.join(choices)}.",
                )
        if self.n_embd % self.n_head:
            raise UserError(
                f"{self.n_head} heads cannot share a width of {self.n_embd} equally.",
                todo="Choose n_embd as a multiple of n_head.",
            )
        if self.n_kv_head is not None and self.n_head % self.n_kv_head:
            raise UserError(
                f"{self.n_head} query heads cannot share {self.n_kv_head} key heads equally.",
                todo="Choose n_head as a multiple of n_kv_head.",
            )
        if self.position == "rope" and self.head_width % 2:
            raise UserError(
                f"RoPE turns pairs of channels, and a head of width {self.head_width} is odd.",
                todo="Choose n_embd and n_head so that n_embd / n_head is even.",
            )
        if self.position == "sinusoidal" and self.n_embd % 2:
            raise UserError(
                f"Each wavelength takes a sine and a cosine, and n_embd is {self.n_embd}.",
                todo="Choose an even n_embd.",
            )

    def _demand_whole(self, name: str, *, at_least: int) -> None:
        value = getattr(self, name)  # of any type: it may come out of somebody's file
        if not isinstance(value, int) or value < at_least:
            raise UserError(
                f"{name} is {value!r}.", todo=f"Give a whole number, {at_least} or more."
            )

    @property
    def head_width(self) -> int:
        """D, the width of one head: n_embd / n_head."""
        return self.n_embd // self.n_head

    @classmethod
    def from_depth(cls, depth: int, vocab_size: int, **overrides: Any) -> "Config":
        """One dial: `depth` blocks of width 64·depth, one head for every 64 of width.

        Depth 12 is 768 wide with 12 heads, as GPT-2's smallest. The aspect ratio C/N = 64 lies in
        the flat optimum that Kaplan et al. (2020, fig. 5) measured. Any field can be overridden;
        the number of heads follows an overridden width.

        >>> Config.from_depth(6, vocab_size=1024).n_embd
        384
        """
        shape: dict[str, Any] = {"n_layer": depth, "n_embd": 64 * depth} | overrides
        shape.setdefault("n_head", max(1, shape["n_embd"] // 64))
        return cls(vocab_size=vocab_size, **shape)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Config":
        """The inverse of `to_dict`; raises `UserError` for an unknown field."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown or "vocab_size" not in values:
            what = f"unknown fields {sorted(unknown)}" if unknown else "no vocab_size"
            raise UserError(
                f"The model's configuration has {what}.",
                todo="Use the version of llmcourse that wrote it.",
            )
        return cls(**values)


CHOICES: dict[str, tuple[str, ...]] = {
    name: get_args(hint)
    for name, hint in get_type_hints(Config).items()
    if getattr(hint, "__origin__", None) is Literal
}
