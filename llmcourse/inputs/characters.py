"""One id for each distinct character: the smallest tokenizer that works.

It can take the place of `BPETokenizer` anywhere in the pipeline. Its vocabulary is small (about 80
for English), its sequences are about four times as long, and it cannot write a character that it
has not seen in training: that is an error, where BPE falls back to bytes.
"""

import os
from collections.abc import Collection, Iterable, Mapping

from llmcourse.errors import UserError
from llmcourse.inputs import tokenizer_json
from llmcourse.inputs.vocabulary import END_OF_TEXT, Vocabulary, utf8


class CharTokenizer(Vocabulary):
    """A table of characters and their ids.

    >>> CharTokenizer.train("hello").encode("hole")  # e, h, l, o are 0, 1, 2, 3
    [1, 3, 2, 0]
    """

    def __init__(self, characters: Mapping[str, int], *, special_tokens: Mapping[str, int]):
        super().__init__(
            {i: utf8(character) for character, i in characters.items()}, special_tokens
        )
        self.characters = dict(characters)

    @classmethod
    def train(
        cls, texts: str | Iterable[str], *, special_tokens: Collection[str] = (END_OF_TEXT,)
    ) -> "CharTokenizer":
        """Number the distinct characters of `texts` in Unicode's order, then the special tokens."""
        characters = sorted(set().union(*([texts] if isinstance(texts, str) else texts)))
        return cls(
            {character: i for i, character in enumerate(characters)},
            special_tokens={text: len(characters) + i for i, text in enumerate(special_tokens)},
        )

    def encode_ordinary(self, text: str) -> list[int]:
        """Return one id a character; UserError, with its position, for one that has no id."""
        try:
            return [self.characters[character] for character in text]
        except KeyError as error:
            unknown = error.args[0]
            raise UserError(
                f"{unknown!r} (U+{ord(unknown):04X}) at position {text.index(unknown)} is not one "
                f"of the {len(self.characters)} characters that this tokenizer knows.",
                todo="Leave it out, or train with text that holds it, or use a BPE tokenizer.",
            ) from None

    def save(self, path: str | os.PathLike) -> None:
        """Write a `tokenizer.json`, which Hugging Face `tokenizers` reads too."""
        tokenizer_json.write_characters(
            path, characters=self.characters, special_tokens=self.special_tokens
        )

    @classmethod
    def load(cls, path: str | os.PathLike) -> "CharTokenizer":
        """Read what `save` wrote; UserError for anything else."""
        characters, special_tokens = tokenizer_json.read_characters(path)
        return cls(characters, special_tokens=special_tokens)
