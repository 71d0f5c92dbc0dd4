"""Step 1, input processing: raw text to the tensor that enters the network.

    text to text      normalize (unicode_forms, reversible, utf8): forms, spaces, case
    corpus to corpus  language, personal, safety, quality, quality_classifier: filters
                      minhash, duplicates, mixing; curation puts them in a row
    text to ids       bpe (bpe_training, bpe_encoding, patterns), characters, vocabulary
                      wordpiece, unigram (their _training; lattice): two other ways to cut
                      tokenizer, tokenizer_json, subword_json: any of them, from its file
    chat to ids       chat (chat_styles)
    ids to tensors    batches; streaming: from a corpus that is larger than memory

Read `bpe.py` first, then `bpe_training.py`. Loads neither torch nor numpy, datasets or transformers
until a name that needs them is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from llmcourse.inputs.bpe import BPETokenizer
from llmcourse.inputs.characters import CharTokenizer
from llmcourse.inputs.normalize import normalize, restore
from llmcourse.inputs.patterns import GPT2_PATTERN, GPT4_PATTERN
from llmcourse.inputs.tokenizer import Tokenizer, load_tokenizer
from llmcourse.inputs.vocabulary import END_OF_TEXT

if TYPE_CHECKING:  # what `__getattr__` gives, for the tools that follow imports
    from llmcourse.inputs.batches import IGNORED, Batch, pack, pad
    from llmcourse.inputs.chat import ChatTemplate, EncodedChat
    from llmcourse.inputs.chat_styles import ChatML, Llama3
    from llmcourse.inputs.curation import Curation
    from llmcourse.inputs.duplicates import ExactDuplicates, NearDuplicates
    from llmcourse.inputs.language import LanguageIdentifier
    from llmcourse.inputs.minhash import MinHash
    from llmcourse.inputs.mixing import mix
    from llmcourse.inputs.personal import find_personal, replace_personal
    from llmcourse.inputs.quality import Rules
    from llmcourse.inputs.quality_classifier import QualityClassifier
    from llmcourse.inputs.reversible import escape, unescape
    from llmcourse.inputs.safety import find_insults, is_unsafe
    from llmcourse.inputs.streaming import Stream, text_pieces
    from llmcourse.inputs.unicode_forms import unicode_form
    from llmcourse.inputs.unigram import UnigramTokenizer
    from llmcourse.inputs.utf8 import decode_utf8
    from llmcourse.inputs.wordpiece import WordPieceTokenizer

_LATER = {
    "batches": ("IGNORED", "Batch", "pack", "pad"),
    "chat": ("ChatTemplate", "EncodedChat"),
    "chat_styles": ("ChatML", "Llama3"),
    "curation": ("Curation",),
    "duplicates": ("ExactDuplicates", "NearDuplicates"),
    "language": ("LanguageIdentifier",),
    "minhash": ("MinHash",),
    "mixing": ("mix",),
    "personal": ("find_personal", "replace_personal"),
    "quality": ("Rules",),
    "quality_classifier": ("QualityClassifier",),
    "reversible": ("escape", "unescape"),
    "safety": ("find_insults", "is_unsafe"),
    "streaming": ("Stream", "text_pieces"),
    "unicode_forms": ("unicode_form",),
    "unigram": ("UnigramTokenizer",),
    "utf8": ("decode_utf8",),
    "wordpiece": ("WordPieceTokenizer",),
}
_HOME = {name: module for module, names in _LATER.items() for name in names}

__all__ = [
    "END_OF_TEXT",
    "GPT2_PATTERN",
    "GPT4_PATTERN",
    "IGNORED",
    "BPETokenizer",
    "Batch",
    "CharTokenizer",
    "ChatML",
    "ChatTemplate",
    "Curation",
    "EncodedChat",
    "ExactDuplicates",
    "LanguageIdentifier",
    "Llama3",
    "MinHash",
    "NearDuplicates",
    "QualityClassifier",
    "Rules",
    "Stream",
    "Tokenizer",
    "UnigramTokenizer",
    "WordPieceTokenizer",
    "decode_utf8",
    "escape",
    "find_insults",
    "find_personal",
    "is_unsafe",
    "load_tokenizer",
    "mix",
    "normalize",
    "pack",
    "pad",
    "replace_personal",
    "restore",
    "text_pieces",
    "unescape",
    "unicode_form",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
