"""Step 2, the network: from token ids to the logits of the next token.

`config` says what to build; `positions`, `attention` with its `kv_cache`, and `block` are the
parts; `gpt` is the whole, `init` its first weights. `checkpoints` reads and writes trained ones, in
the `layouts` of several libraries and the files of `weights`. `counts` knows what a network costs
before it is built, and `cross_attention` reads from another sequence.
"""

from llmcourse.network.attention import Attention, visibility
from llmcourse.network.block import MLPS, NORMS, Block
from llmcourse.network.checkpoints import load_checkpoint, save_checkpoint
from llmcourse.network.config import Config
from llmcourse.network.counts import PUBLISHED, flops, parameters
from llmcourse.network.cross_attention import CrossAttention
from llmcourse.network.gpt import GPT, HEADS
from llmcourse.network.kv_cache import KVCache
from llmcourse.network.positions import POSITIONS

__all__ = [
    "GPT",
    "HEADS",
    "MLPS",
    "NORMS",
    "POSITIONS",
    "PUBLISHED",
    "Attention",
    "Block",
    "Config",
    "CrossAttention",
    "KVCache",
    "flops",
    "load_checkpoint",
    "parameters",
    "save_checkpoint",
    "visibility",
]
