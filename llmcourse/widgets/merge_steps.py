"""The reader's own text with a smaller and a larger vocabulary, from bytes to tokens.

The figure carries a trained table of merges and the word pattern of GPT-4, so it encodes whatever
is written into it and needs no kernel for that. What it shows is what `BPETokenizer.encode` does; a
test holds the ids of the two against each other.
"""

from llmcourse.errors import UserError
from llmcourse.inputs import BPETokenizer
from llmcourse.widgets.byte_pairs import bpe_table
from llmcourse.widgets.figure import Figure, es_module

MOST_MERGES = 8192
"""About 150 KB in the page. GPT-4's hundred thousand would be two megabytes."""


class MergeSteps(Figure):
    """A line of text, a slider of the vocabulary's size, another through the merges of the text.

    A smaller vocabulary is the beginning of a larger one, so one table of merges serves for all
    sizes. Special tokens are not counted: no text holds them.

    Its values: `text`, which stands there at first; `bytes`, the ids of the 256 single bytes; and
    `merges`, the ids [first, second, made] of each merge in the order in which they were learned.

    >>> MergeSteps(BPETokenizer.train("hug hugs pug", 258, special_tokens=())).values["merges"]
    [[117, 103, 256], [104, 256, 257]]

    Raises UserError where the tokenizer cuts words by another pattern than GPT-4's, or has more
    merges than a page should carry.
    """

    _esm = es_module("byte_pairs.js", "merge_steps.js")

    def __init__(self, tokenizer: BPETokenizer, text: str = "The bank by the river had no money"):
        if len(tokenizer.tokens) - 256 > MOST_MERGES:
            raise UserError(
                f"A table of {len(tokenizer.tokens) - 256:,} merges is too large for a page.",
                todo=f"Give a tokenizer of {MOST_MERGES:,} merges or fewer.",
            )
        super().__init__(text=text, **bpe_table(tokenizer))
