"""The table by which the figures cut text into BPE's tokens, as `byte_pairs.js` reads it."""

from llmcourse.errors import UserError
from llmcourse.inputs import GPT4_PATTERN, BPETokenizer


def bpe_table(tokenizer: BPETokenizer) -> dict[str, list]:
    """What `byte_pairs.js` needs of a tokenizer: the ids of the bytes, and the merges in order.

    Raises UserError where the tokenizer cuts words by another pattern than GPT-4's.
    """
    if tokenizer.pattern != GPT4_PATTERN:
        raise UserError(
            "The figure cuts words by the pattern of GPT-4, and this tokenizer by another.",
            todo="Give a tokenizer that was trained with GPT4_PATTERN.",
        )
    ids = tokenizer.tokens
    return {
        "bytes": [ids[bytes([byte])] for byte in range(256)],
        "merges": [
            [ids[first], ids[second], ids[first + second]] for first, second in tokenizer.merges()
        ],
    }
