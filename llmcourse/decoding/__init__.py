"""Step 3, decoding: from logits to text.

`probabilities` turns scores into chances, `sampling` chooses a token, `generate` repeats that until
a reason to stop, `streaming` turns tokens into text that can be shown while it grows.
"""

from llmcourse.decoding.generate import Completion, Stream, Tokenizer, generate, stream
from llmcourse.decoding.probabilities import softmax
from llmcourse.decoding.sampling import (
    Sampler,
    min_p,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
)
from llmcourse.decoding.streaming import TextUntil, Utf8Stream

__all__ = [
    "Completion",
    "Sampler",
    "Stream",
    "TextUntil",
    "Tokenizer",
    "Utf8Stream",
    "generate",
    "min_p",
    "repetition_penalty",
    "softmax",
    "stream",
    "temperature",
    "top_k",
    "top_p",
]
