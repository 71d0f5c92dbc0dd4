"""Everything that decides how a model is trained, as one frozen record, and four ready-made ones.

The record and the corpus determine the weights: on a processor to the last bit, as long as the
number of threads is the same.
"""

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints

from llmcourse.errors import UserError
from llmcourse.network import Config
from llmcourse.training.schedule import Schedule


@dataclass(frozen=True)
class TrainConfig:
    """The model, its text, and the recipe.

    Raises `UserError` for a value that no run can have.
    """

    model: Config  # vocab_size: that of a BPE tokenizer; characters bring their own
    data: str = "riverbank"  # a corpus as `load_corpus` knows it
    subset: str | None = None  # which configuration of a hub corpus that has several
    documents: int | None = None  # how many of the corpus to train on; None: all
    tokenizer: Literal["bpe", "characters", "gpt2"] = "bpe"  # trained on the corpus, or GPT-2's
    rows: Literal["documents", "windows"] = "windows"  # what a row of a batch is
    steps: int = 1000  # updates of the weights
    batch_tokens: int = 8192  # a step, over all devices
    device_tokens: int = 2**20  # at once on one device; a batch of more is accumulated
    optimizer: Literal["muon", "adamw"] = "muon"  # for the matrices of the blocks
    lr: float = 1e-2  # peak of AdamW's
    matrix_lr: float = 0.03  # peak of Muon's
    betas: tuple[float, float] = (0.9, 0.95)  # AdamW's memory of gradients and of their squares
    weight_decay: float = 0.0  # a step shrinks matrices by lr · weight_decay
    clip: float = 1.0  # longest gradient, over all parameters
    warmup: int = 0  # steps
    decay: Literal["linear", "cosine", "wsd"] = "linear"
    final: float = 0.0  # share of the peak learning rate at the end
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    seed: int = 0  # of the first weights and of the order of the batches
    eval_every: int = 250  # steps between measurements of the validation loss
    eval_tokens: int = 100_000  # of the validation text, from its start; at the end it is all read
    checkpoint_every: int = 250  # steps between states that a killed run goes on from

    def __post_init__(self) -> None:
        for name in COUNTS:
            if getattr(self, name) < 1:
                raise UserError(f"{name} is {getattr(self, name)}.", todo="Give 1 or more.")
        if not 0 <= self.seed < 2**63:
            raise UserError(f"seed is {self.seed}.", todo="Give a number from 0 to 2^63 - 1.")
        for name in ("lr", "matrix_lr", "clip"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise UserError(f"{name} is {value}.", todo="Give a number above 0.")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise UserError(
                    f"{name} is {getattr(self, name)!r}, which is not one of the choices.",
                    todo=f"Choose one of: {', '.join(choices)}.",
                )
        if self.batch_tokens < self.model.block_size:
            raise UserError(
                f"A batch of {self.batch_tokens} tokens does not hold one row of "
                f"{self.model.block_size}.",
                todo="Choose batch_tokens as a multiple of the model's block_size.",
            )

        _ = self.schedule  # which checks itself

    @property
    def schedule(self) -> Schedule:
        """The learning rate of each step, as a share of the peak."""
        return Schedule(self.steps, self.warmup, self.decay, self.final)

    def at_depth(self, depth: int) -> "TrainConfig":
        """This recipe for a model of `depth` blocks: the one dial.

        Width, heads and tokens a batch grow in proportion to depth. AdamW's learning rate goes with
        1/√width: Yang et al. (2022) give 1/width for matrices, 1 for vectors, and it serves both.
        Muon's stays, because its steps are as large as the matrix whatever its size.
        """
        growth = depth / self.model.n_layer
        heads = max(1, round(self.model.n_head * growth))
        width = heads * self.model.head_width
        model = replace(self.model, n_layer=depth, n_head=heads, n_embd=width, n_kv_head=None)
        rows = max(1, round(self.batch_tokens * growth / model.block_size))
        lr = self.lr * (self.model.n_embd / width) ** 0.5
        return replace(self, model=model, lr=lr, batch_tokens=rows * model.block_size)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON: all but the model, of which only the wanted vocabulary."""
        values = asdict(self) | {"vocab_size": self.model.vocab_size, "betas": list(self.betas)}
        del values["model"]
        return values

    @classmethod
    def from_dict(cls, model: dict[str, Any], values: dict[str, Any]) -> "TrainConfig":
        """The inverse of `to_dict`, given the model's own; UserError for an unknown field."""
        values = dict(values)
        vocab_size = values.pop("vocab_size", None)
        unknown = values.keys() - {field.name for field in fields(cls)}
        if unknown or vocab_size is None:
            what = f"unknown fields {sorted(unknown)}" if unknown else "no vocab_size"
            raise UserError(
                f"The training configuration has {what}.",
                todo="Use the version of llmcourse that wrote it.",
            )
        values["betas"] = tuple(values["betas"])
        return cls(model=Config.from_dict(model | {"vocab_size": vocab_size}), **values)


COUNTS = ("steps", "batch_tokens", "device_tokens", "eval_every", "eval_tokens", "checkpoint_every")
CHOICES: dict[str, tuple[str, ...]] = {
    name: get_args(hint)
    for name, hint in get_type_hints(TrainConfig).items()
    if getattr(hint, "__origin__", None) is Literal
}

# What showed in runs of `char`, each against the recipe without it (benchmarks/pretraining.py
# --ablate): RoPE, queries and keys of unit size, and Muon. RMSNorm, ReLU², a separate head, first
# weights of zero and bounded logits did not, so the rest is GPT-2's.
BLOCKS: dict[str, Any] = {
    "position": "rope",
    "qk_norm": "rms",
    "norm": "layernorm",
    "mlp": "gelu",
    "head": "tied",
}

PRESETS: dict[str, TrainConfig] = {
    # The default: a town's stories on two processor cores, in about three minutes.
    "tiny": TrainConfig(
        model=Config(vocab_size=2048, n_layer=2, n_head=4, n_embd=128, block_size=256, **BLOCKS),
        rows="documents",
        batch_tokens=2048,
        steps=2300,
    ),
    # The shape of nanoGPT's run on a processor; bring a text of your own.
    "char": TrainConfig(
        model=Config(vocab_size=256, n_layer=4, n_head=4, n_embd=128, block_size=64, **BLOCKS),
        data="austen",
        tokenizer="characters",
        batch_tokens=12 * 64,
        steps=2000,
    ),
    # TinyStories on one 16 GB GPU (a T4), in 25 minutes: reckoned, not measured.
    "t4": TrainConfig(
        model=Config(vocab_size=4096, n_layer=8, n_head=8, n_embd=512, block_size=512, **BLOCKS),
        data="tinystories",
        batch_tokens=64 * 512,
        device_tokens=32 * 512,
        steps=3000,
        lr=5e-3,
        precision="fp16",
    ),
    # GPT-2's smallest, on several GPUs under torchrun: written, not run.
    "gpt2": TrainConfig(
        model=Config(
            vocab_size=50257, n_layer=12, n_head=12, n_embd=768, block_size=1024, **BLOCKS
        ),
        data="hub:HuggingFaceFW/fineweb-edu",
        subset="sample-10BT",
        documents=2_500_000,
        tokenizer="gpt2",
        batch_tokens=512 * 1024,
        device_tokens=16 * 1024,
        steps=5000,
        lr=4e-3,
        warmup=100,
    ),
}
