"""What a network costs, from its `Config` alone: parameters, and the FLOPs of a pass.

Both follow from shapes, so they are known before a single weight has memory. A FLOP is a
multiplication or an addition. Only matrix products are counted, as everywhere in the field: norms,
softmax, curves and additions are thousands of times fewer. What a computer makes of a FLOP (its
time, the memory it moves) is left out.

`PUBLISHED` holds the shapes of three models that everybody names.
"""

from typing import Literal

from llmcourse.errors import UserError
from llmcourse.network.config import Config

Scores = Literal["all", "seen"]
Passes = Literal["forward", "training"]

TIMES = {"forward": 1, "training": 3}
"""A backward pass costs two forward ones: each product X·W needs two more, for the derivatives of X
and of W."""

PUBLISHED = {
    # Radford et al. (2019), the smallest; the paper's own table says 117M, its files hold 124M.
    "GPT-2 124M": Config(
        vocab_size=50_257,
        n_layer=12,
        n_head=12,
        n_embd=768,
        block_size=1024,
        position="learned",
        norm="layernorm",
        mlp="gelu",
        head="tied",
        bias="all",
    ),
    # Grattafiori et al. (2024), table 3.
    "Llama 3 8B": Config(
        vocab_size=128_256,
        n_layer=32,
        n_head=32,
        n_kv_head=8,
        n_embd=4096,
        mlp_width=14_336,
        block_size=8192,
        rope_theta=500_000,
    ),
    "Llama 3 405B": Config(
        vocab_size=128_256,
        n_layer=126,
        n_head=128,
        n_kv_head=8,
        n_embd=16_384,
        mlp_width=53_248,
        block_size=8192,
        rope_theta=500_000,
    ),
}


def parameters(config: Config) -> dict[str, int]:
    """The parameters of each part of a `GPT`, over all layers; a tied head has none of its own.

    >>> parameters(PUBLISHED["GPT-2 124M"])["embedding"]  # 50,257 · 768
    38597376
    >>> sum(parameters(PUBLISHED["Llama 3 8B"]).values())
    8030261248
    """
    C, N = config.n_embd, config.n_layer
    vectors = config.bias == "all"  # does each matrix, and each LayerNorm, add one?
    norm = C * (2 if vectors and config.norm == "layernorm" else 1)
    return {
        "embedding": config.vocab_size * C,
        "positions": config.block_size * C if config.position == "learned" else 0,
        "attention": N * sum(a * b + vectors * b for a, b in _attention(config)),
        "mlp": N * sum(a * b + vectors * b for a, b in _mlp(config)),
        "norms": (2 * N + 1) * norm,
        "head": config.vocab_size * C if config.head == "untied" else 0,
    }


def flops(
    config: Config, length: int, *, scores: Scores = "all", passes: Passes = "forward"
) -> dict[str, int]:
    """FLOPs of each part for one text of `length` tokens, over all layers.

        2 for each weight of a matrix and each token;  4·D for each head, query and key

    Of a pair of query and key, 2·D are the score and 2·D its share of the weighted sum. With
    `scores` "all" every pair counts, as where hidden ones are computed and then masked; "seen"
    counts those that causal attention and its window leave. `passes` "training" adds the backward
    pass. Reading rows of the embedding is no arithmetic; the head's product is, tied or not.

    >>> flops(Config(vocab_size=100, n_layer=1, n_head=1, n_embd=32), length=8)["head"]
    51200

    Raises `UserError` for a length that this model does not read.
    """
    if not 1 <= length <= config.block_size:
        raise UserError(
            f"The length is {length}; this model reads 1 to {config.block_size} tokens.",
            todo="Choose a length between them, or another block_size.",
        )
    T, C, N = length, config.n_embd, config.n_layer
    pairs = T * T if scores == "all" else seen_pairs(T, config.window)
    counted = {
        "attention": N * 2 * T * sum(a * b for a, b in _attention(config)),
        "scores": N * 4 * pairs * C,  # H heads of width D are C
        "mlp": N * 2 * T * sum(a * b for a, b in _mlp(config)),
        "head": 2 * T * config.vocab_size * C,
    }
    return {part: TIMES[passes] * count for part, count in counted.items()}


def seen_pairs(length: int, window: int = 0) -> int:
    """Pairs of a query and a key that it sees: itself and those before, at most `window` in all.

    >>> seen_pairs(4), seen_pairs(4, window=2)
    (10, 7)
    """
    w = min(window or length, length)
    return w * (w + 1) // 2 + (length - w) * w


def mlp_width(config: Config) -> int:
    """The hidden units of the feed-forward, where the config leaves the choice to the MLP too."""
    default = {"gelu": 4 * config.n_embd, "swiglu": -(-8 * config.n_embd // 96) * 32}
    return config.mlp_width or default[config.mlp]


def _attention(config: Config) -> list[tuple[int, int]]:
    """Inputs and outputs of attention's two matrices."""
    C, K = config.n_embd, config.n_kv_head or config.n_head
    return [(C, C + 2 * K * config.head_width), (C, C)]


def _mlp(config: Config) -> list[tuple[int, int]]:
    """Inputs and outputs of the feed-forward's two matrices; SwiGLU's first one holds two."""
    C, width = config.n_embd, mlp_width(config)
    return [(C, (2 if config.mlp == "swiglu" else 1) * width), (width, C)]
