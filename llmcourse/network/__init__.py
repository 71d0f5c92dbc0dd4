"""Step 2, the network: from token ids to the logits of the next token.

`config` says what to build; `positions`, `attention` with its `kv_cache`, and `block` are the
parts; `gpt` is the whole, `init` its first weights; `checkpoints` reads and writes trained ones, in
the layouts of `layouts`.
"""

from llmcourse.network.attention import Attention, visibility
from llmcourse.network.block import MLPS, NORMS, Block
from llmcourse.network.checkpoints import load_checkpoint, save_checkpoint
from llmcourse.network.config import Config
from llmcourse.network.gpt import GPT, HEADS
from llmcourse.network.kv_cache import KVCache
from llmcourse.network.positions import POSITIONS

__all__ = [
    "GPT",
    "HEADS",
    "MLPS",
    "NORMS",
    "POSITIONS",
    "Attention",
    "Block",
    "Config",
    "KVCache",
    "load_checkpoint",
    "save_checkpoint",
    "visibility",
]
