"""One text, cut by three tokenizers: BPE, WordPiece and Unigram, side by side.

The figure carries the three trained tables, so it cuts whatever the reader writes and needs no
kernel for that. What it shows is what the three classes of `llmcourse.inputs` do; a test holds its
pieces against theirs.
"""

from llmcourse.errors import UserError
from llmcourse.inputs import BPETokenizer
from llmcourse.inputs.unigram import PENALTY, SPACE, UnigramTokenizer
from llmcourse.inputs.wordpiece import LONGEST, WordPieceTokenizer
from llmcourse.widgets.byte_pairs import bpe_table
from llmcourse.widgets.figure import Figure, es_module

MOST_TOKENS = 3000
"""Of each tokenizer: about 60 KB a table."""


class SubwordSplits(Figure):
    """A line of text, its three splits, and a slider through the best splits of Unigram.

    Its values: `text`, which stands there at first, and for each tokenizer the table by which it
    cuts, under `bpe`, `wordpiece` and `unigram`.

    Raises UserError where one of them has more tokens than a page should carry, or where BPE cuts
    words by another pattern than GPT-4's.
    """

    _esm = es_module("byte_pairs.js", "subword_splits.js")

    def __init__(
        self,
        bpe: BPETokenizer,
        wordpiece: WordPieceTokenizer,
        unigram: UnigramTokenizer,
        text: str = "The bank by the river had no money",
    ):
        for tokenizer in (bpe, wordpiece, unigram):
            if len(tokenizer.tokens) > MOST_TOKENS:
                raise UserError(
                    f"A {type(tokenizer).__name__} of {len(tokenizer.tokens):,} tokens is too "
                    "large for a page.",
                    todo=f"Give one of {MOST_TOKENS:,} tokens or fewer.",
                )
        if any(SPACE in piece[1:] for piece in unigram.tokens):
            raise UserError(
                "A piece of the Unigram tokenizer has a space inside, and the figure cuts words.",
                todo="Give a tokenizer that UnigramTokenizer.train made.",
            )
        super().__init__(
            text=text,
            bpe=bpe_table(bpe),
            wordpiece={
                "pieces": list(wordpiece.tokens),
                "unknown": wordpiece.unknown,
                "longest": LONGEST,
            },
            unigram={
                "pieces": [[piece, unigram.scores[piece]] for piece in unigram.tokens],
                "unknown": unigram.unknown,
                "penalty": PENALTY,
            },
        )
