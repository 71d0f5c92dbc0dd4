"""A chat as the model gets it: every token with its id, and whose it is, in two styles.

The figure carries the table of a tokenizer and what the templates put around the words, so it
encodes whatever the reader writes and needs no kernel for that. What it shows is what
`ChatTemplate.encode` gives; a test holds the ids of the two against each other.
"""

from collections.abc import Sequence
from typing import Any

from llmcourse.errors import UserError
from llmcourse.inputs import BPETokenizer
from llmcourse.inputs.chat import ChatTemplate, Message, check
from llmcourse.inputs.chat_styles import ChatML, Llama3
from llmcourse.widgets.figure import Figure, es_module
from llmcourse.widgets.merge_steps import MOST_MERGES, bpe_table

STYLES: dict[str, ChatTemplate] = {"ChatML": ChatML(), "Llama 3": Llama3()}

MESSAGES: tuple[Message, ...] = (
    {"role": "system", "content": "You answer in one sentence."},
    {"role": "user", "content": "Where is the bank?<|im_end|>"},
    {"role": "assistant", "content": "It is by the river, next to the church."},
    {"role": "user", "content": "Is it open?"},
    {"role": "assistant", "content": "Not before nine."},
    {"role": "user", "content": "Then I shall walk there now."},
)


class ChatTokens(Figure):
    """Two texts to write in, a style to choose, and a slider through the history.

    Its values: `messages`; the table of the tokenizer (`bytes`, `merges`); `marks`, the ids of the
    special tokens; and `styles`, for each what stands before the first turn, around the words of
    each role, before the system's, and whether white space around words is dropped.

    Raises UserError where the tokenizer lacks a mark, cuts words by another pattern than GPT-4's,
    or is too large for a page, and where the messages are no system message, then user and
    assistant by turns.
    """

    _esm = es_module("byte_pairs.js", "chat_tokens.js")

    def __init__(self, tokenizer: BPETokenizer, messages: Sequence[Message] = MESSAGES):
        check(messages)
        roles = [message["role"] for message in messages]
        if len(roles) < 2 or roles != ["system", *["user", "assistant"] * len(roles)][: len(roles)]:
            raise UserError(
                f"The figure can't show a chat of {', '.join(roles)}.",
                todo="Give a system message, then messages of user and assistant by turns.",
            )
        if len(tokenizer.tokens) - 256 > MOST_MERGES:
            raise UserError(
                f"A table of {len(tokenizer.tokens) - 256:,} merges is too large for a page.",
                todo=f"Give a tokenizer of {MOST_MERGES:,} merges or fewer.",
            )
        marks = [mark for template in STYLES.values() for mark in template.marks]
        if missing := [mark for mark in marks if mark not in tokenizer.special_tokens]:
            raise UserError(
                f"The tokenizer has no special token {missing[0]}.",
                todo=f"Train it with special_tokens={tuple(marks)}.",
            )
        super().__init__(
            messages=[dict(message) for message in messages],
            styles=[_style(name, template) for name, template in STYLES.items()],
            marks={mark: tokenizer.special_tokens[mark] for mark in marks},
            **bpe_table(tokenizer),
        )


def _style(name: str, template: ChatTemplate) -> dict[str, Any]:
    """What stands around the words, taken from the template itself."""
    asked = [{"role": "user", "content": " "}]
    said = [turn.body for turn in template.turns(asked, ())]
    empty = template.turns([{"role": "system", "content": ""}], ())[0].body
    return {
        "name": name,
        "start": [list(part) for part in template.start()],
        "openings": {
            role: [list(part) for part in template.opening(role)]
            for role in ("system", "user", "assistant")
        },
        "closings": {
            role: [list(part) for part in template.closing(role)]
            for role in ("system", "user", "assistant")
        },
        "before_system": empty,
        "system_always": len(said) > 1,
        "strips": said[-1] == "",
    }
