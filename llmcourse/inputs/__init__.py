"""Step 1, input processing: raw text to token ids.

Read `bpe.py` first, then `bpe_training.py`. Loads neither torch nor datasets nor transformers.
"""

from llmcourse.inputs.bpe import BPETokenizer
from llmcourse.inputs.characters import CharTokenizer
from llmcourse.inputs.patterns import GPT2_PATTERN, GPT4_PATTERN
from llmcourse.inputs.tokenizer import Tokenizer, load_tokenizer
from llmcourse.inputs.vocabulary import END_OF_TEXT

__all__ = [
    "END_OF_TEXT",
    "GPT2_PATTERN",
    "GPT4_PATTERN",
    "BPETokenizer",
    "CharTokenizer",
    "Tokenizer",
    "load_tokenizer",
]
