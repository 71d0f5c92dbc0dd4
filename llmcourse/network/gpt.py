"""The whole network: ids in, for each position the logits of the next token out.

    forward(ids) = head(trunk(embed(ids)))

    embed   ids           -> B T C   token vectors (and, in some schemes, positions)
    trunk   B T C         -> B T C   N blocks and a last norm
    head    B T C         -> B T V   one score for every token of the vocabulary

The three are public because later steps stand between them: probes and reward models read the
trunk's output, soft prompts and image patches replace `embed`. `HEADS` is the table of output
layers.
"""

from collections.abc import Callable
from functools import partial

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmcourse.errors import UserError
from llmcourse.network.attention import Attention, visibility
from llmcourse.network.block import MLPS, NORMS, Block
from llmcourse.network.config import Config
from llmcourse.network.init import initialise
from llmcourse.network.kv_cache import KVCache
from llmcourse.network.positions import POSITIONS


class GPT(nn.Module):
    """A decoder-only transformer (Radford et al., 2019) in the variant that `config` chooses.

    >>> model = GPT(Config(vocab_size=512))
    >>> model(torch.tensor([[1, 2, 3]])).shape
    torch.Size([1, 3, 512])
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        bias = config.bias == "all"
        norm = partial(NORMS[config.norm], eps=config.norm_eps, bias=bias)
        self.embedding = nn.Embedding(config.vocab_size, config.n_embd)
        self.position = POSITIONS[config.position].from_config(config)
        self.blocks = nn.ModuleList(
            Block(
                config.n_embd,
                Attention(
                    config.n_embd,
                    config.n_head,
                    config.n_kv_head,
                    bias=bias,
                    qk_norm=config.qk_norm,
                ),
                MLPS[config.mlp](config.n_embd, config.mlp_width, bias=bias),
                norm,
            )
            for _ in range(config.n_layer)
        )
        self.norm = norm(config.n_embd)
        self.unembedding = HEADS[config.head](self.embedding)
        initialise(self)

    def forward(
        self,
        ids: Int[Tensor, "B T"],
        cache: KVCache | None = None,
        mask: Bool[Tensor, "B S"] | Bool[Tensor, "B T S"] | None = None,
        positions: Int[Tensor, "T"] | Int[Tensor, "B T"] | None = None,
    ) -> Float[Tensor, "B T V"]:
        """Logits of the token that follows each of `ids`.

        With a `cache` the T ids follow the S - T that it holds, and are added to it; else S = T.
        `mask` is True where a key may be seen: a row a sequence for padding, a row a token for
        packed documents; the future is hidden in any case. `positions` are needed where a token's
        index is not its position: packed documents and left padding. (The distances that ALiBi and
        the window use are differences of indices, so positions must count up by one within a
        document.)

        Raises `UserError` for a context longer than `config.block_size` and, on the CPU, for an id
        outside the vocabulary or a position outside the block.
        """
        return self.head(self.hidden(ids, cache, mask, positions))

    def hidden(
        self,
        ids: Int[Tensor, "B T"],
        cache: KVCache | None = None,
        mask: Bool[Tensor, "B S"] | Bool[Tensor, "B T S"] | None = None,
        positions: Int[Tensor, "T"] | Int[Tensor, "B T"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        """What the head reads: `forward` without it, for losses that need no logits at once."""
        past = cache.length if cache is not None else 0
        length = past + ids.shape[1]
        if length > self.config.block_size:
            raise UserError(
                f"The context is {length} tokens long; this model reads {self.config.block_size}.",
                todo="Shorten the text, or split it.",
            )
        if positions is None:
            positions = torch.arange(past, length, device=ids.device)
        elif positions.device.type == "cpu":  # elsewhere, asking would make the device wait
            self._demand_within_block(positions)
        x = self.embed(ids, positions)
        return self.trunk(x, positions, mask, cache)

    def _demand_within_block(self, positions: Int[Tensor, "T"] | Int[Tensor, "B T"]) -> None:
        first, last = int(positions.min()), int(positions.max())
        if first < 0 or last >= self.config.block_size:
            raise UserError(
                f"Positions from {first} to {last} were given; "
                f"this model knows 0 to {self.config.block_size - 1}.",
                todo="Count from 0 in each document, and split what is longer.",
            )

    def embed(
        self, ids: Int[Tensor, "B T"], positions: Int[Tensor, "T"] | Int[Tensor, "B T"]
    ) -> Float[Tensor, "B T C"]:
        """The vector of each token, with its position added where the scheme adds one."""
        try:
            x = self.embedding(ids)
        except IndexError as error:  # asking first would cost a pass over every batch
            raise UserError(
                f"Ids from {int(ids.min())} to {int(ids.max())} were given; "
                f"this model knows 0 to {self.config.vocab_size - 1}.",
                todo="Encode the text with the tokenizer that the model was trained with.",
            ) from error
        return self.position.embed(x, positions)

    def trunk(
        self,
        x: Float[Tensor, "B T C"],
        positions: Int[Tensor, "T"] | Int[Tensor, "B T"],
        mask: Bool[Tensor, "B S"] | Bool[Tensor, "B T S"] | None = None,
        cache: KVCache | None = None,
    ) -> Float[Tensor, "B T C"]:
        """The residual stream through all blocks, then normalised."""
        T = x.shape[1]
        S = T + (cache.length if cache is not None else 0)
        index = torch.arange(S, device=x.device)
        visible = visibility(
            T,
            S,
            window=self.config.window,
            mask=mask,
            bias=self.position.bias(index[S - T :], index),
            device=x.device,
        )
        rotate = partial(self.position.rotate, pos=positions)
        for i, block in enumerate(self.blocks):
            x = block(x, rotate, visible, cache.layers[i] if cache is not None else None)
        return self.norm(x)

    def head(self, x: Float[Tensor, "*B C"]) -> Float[Tensor, "*B V"]:
        """A score for every token of the vocabulary: x·Wᵀ."""
        return self.unembedding(x)


def untied(embedding: nn.Embedding) -> nn.Linear:
    """An output layer with weights of its own."""
    return nn.Linear(embedding.embedding_dim, embedding.num_embeddings, bias=False)


def tied(embedding: nn.Embedding) -> nn.Linear:
    """An output layer that is the embedding read backwards (Press & Wolf, 2017)."""
    linear = untied(embedding)
    linear.weight = embedding.weight
    return linear


HEADS: dict[str, Callable[[nn.Embedding], nn.Linear]] = {"tied": tied, "untied": untied}
