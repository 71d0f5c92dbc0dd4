"""The sampling playground: the same scores under temperature, top-k, top-p and min-p.

The figure holds every logit that the model gave after a prompt, and computes the filters in the
page as `llmcourse.decoding` does. Only the likeliest tokens have a name and a bar; the others share
one, but each of them takes part in every sum.
"""

from collections.abc import Sequence

import torch

from llmcourse.errors import UserError
from llmcourse.inputs import Tokenizer
from llmcourse.network import GPT
from llmcourse.widgets.figure import Figure, es_module

NAMED = 40
"""Tokens that the data table names, from the likeliest on."""


class SamplingPlayground(Figure):
    """What may be drawn as the next token after each of `prompts`, and what the sliders cut.

    A prompt is the beginning of a document: `<|endoftext|>` is put before it. Each costs about
    8 bytes a token of the vocabulary, so four prompts of a model with 2,048 tokens weigh 70 KB.

    >>> SamplingPlayground(trained.network, trained.tokenizer, ["For supper there was"])

    Raises `UserError` without a prompt, and for one that the model cannot read.
    """

    _esm = es_module("sampling_playground.js")

    def __init__(self, network: GPT, tokenizer: Tokenizer, prompts: Sequence[str]):
        if not prompts:
            raise UserError("The playground has no prompt.", todo="Give one text or more.")
        super().__init__(prompts=[_scored(network, tokenizer, prompt) for prompt in prompts])


@torch.inference_mode()
def _scored(network: GPT, tokenizer: Tokenizer, prompt: str) -> dict[str, object]:
    """A prompt, the logits after it from the largest down, and the first tokens' texts."""
    ids = torch.tensor([[tokenizer.end_of_text, *tokenizer.encode(prompt)]])
    logits, order = network(ids)[0, -1].sort(descending=True, stable=True)
    return {
        "text": prompt,
        "logits": [round(logit, 4) for logit in logits.tolist()],
        "tokens": [tokenizer.decode([token]) for token in order[:NAMED].tolist()],
    }
