"""How other libraries name and shape the weights of the same network: GPT-2's layout and Llama's.

`layout` says what one is, `gpt2` and `llama` are the two (Mistral's differs from Llama's in one
word). `LAYOUTS` is the table by the `model_type` of a `config.json`. Only what the course's network
computes exactly is read; what differs (another activation, scaled RoPE, …) is refused by name.
"""

from llmcourse.network.layouts.gpt2 import GPT2
from llmcourse.network.layouts.layout import Layout, Link
from llmcourse.network.layouts.llama import LLAMA, MISTRAL

LAYOUTS: dict[str, Layout] = {"gpt2": GPT2, "llama": LLAMA, "mistral": MISTRAL}

__all__ = ["LAYOUTS", "Layout", "Link"]
