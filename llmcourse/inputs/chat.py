"""A chat as one list of token ids: turns, marks between them, and whose each token is.

A model reads one row of ids and knows nothing of messages. A chat template says how a list of
messages becomes that row: special tokens mark where a turn begins and ends, a short text names who
speaks. A model understands the template that it was trained with, and no other.

The usual way is to write the chat as one string and to let the tokenizer find the marks in it. Then
it also finds those that a user has typed, and a user can end their turn and begin one in another's
name. Here nothing is found: the template's marks are put in by id, and each text is encoded alone
with no special token allowed. What the turns of a model look like is in `chat_styles.py`; how text
becomes ids, in `bpe.py`. Pictures and sound are left out.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from llmcourse.errors import UserError
from llmcourse.inputs.tokenizer import Tokenizer

Owner = Literal["template", "system", "user", "assistant", "tool"]
Message = Mapping[str, Any]
"""`{"role": "user", "content": "Hello"}`; an assistant's may have `tool_calls`."""

ROLES = ("system", "user", "assistant", "tool")


class Part(NamedTuple):
    """A stretch of a chat: a special token (`kind` is "mark") or text, and whose it is."""

    text: str
    owner: Owner = "template"
    kind: Literal["mark", "text"] = "text"


class Turn(NamedTuple):
    """Who speaks, by the name that the template writes, what they say, and whose words they are."""

    name: str
    body: str
    owner: Owner


class EncodedChat(NamedTuple):
    """The ids of a chat, and for each of them whose it is."""

    ids: list[int]
    owners: list[Owner]

    @property
    def assistant_mask(self) -> list[bool]:
        """Where the assistant's tokens stand: its words, and the mark that ends its turn.

        These are what the assistant has to write, so a loss counts these and no others.
        """
        return [owner == "assistant" for owner in self.owners]


class ChatTemplate(ABC):
    """How one family of models writes a chat.

    A subclass has the special tokens that it needs in `marks`, and says what the turns are and what
    stands around them. All methods take the history as a list of messages, the `tools` that the
    assistant may call as JSON schemas, and `add_generation_prompt`, which opens a turn for the
    assistant, so that what the model writes next is its reply.

    Raises UserError for a history that is empty, a role that is none of `ROLES`, a system message
    anywhere but in front, and a message without text. Two turns of one role in a row, or a history
    that the assistant begins, are rendered as they stand, as these models' own templates do.
    """

    marks: ClassVar[tuple[str, ...]]

    @abstractmethod
    def turns(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> list[Turn]:
        """Return what is said, turn by turn, with the tools written where the model expects them.

        The messages have been checked.
        """

    @abstractmethod
    def start(self) -> list[Part]:
        """Return what stands before the first turn."""

    @abstractmethod
    def opening(self, name: str) -> list[Part]:
        """Return what stands before the words of a turn."""

    @abstractmethod
    def closing(self, owner: Owner) -> list[Part]:
        """Return what stands behind the words of a turn; its end mark belongs to `owner`."""

    def parts(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        add_generation_prompt: bool = False,
    ) -> Iterator[Part]:
        """Give the chat in parts, the template's own marks apart from all text."""
        check(messages)
        yield from self.start()
        for name, body, owner in self.turns(messages, tools):
            yield from self.opening(name)
            yield Part(body, owner)
            yield from self.closing(owner)
        if add_generation_prompt:
            yield from self.opening("assistant")

    def render(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        add_generation_prompt: bool = False,
    ) -> str:
        """Return the chat as a text to look at, as `apply_chat_template(tokenize=False)` does.

        >>> ChatML().render([{"role": "user", "content": "Hello"}])
        '<|im_start|>user\\nHello<|im_end|>\\n'
        """
        parts = self.parts(messages, tools=tools, add_generation_prompt=add_generation_prompt)
        return "".join(part.text for part in parts)

    def encode(
        self,
        messages: Sequence[Message],
        tokenizer: Tokenizer,
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        add_generation_prompt: bool = False,
    ) -> EncodedChat:
        """Return the ids of the chat and whose they are; UserError where a mark has no id.

        No text gets the id of a mark. And since each part is encoded alone, the ids of a history
        that ends in the generation prompt are the beginning of those with the reply, whatever the
        reply, so a model can keep what it has computed for them. Encoding the rendered text as a
        whole gives the same ids, unless a text begins with a line break, which the tokenizer may
        join to the template's.
        """
        ids: list[int] = []
        owners: list[Owner] = []
        parts = self.parts(messages, tools=tools, add_generation_prompt=add_generation_prompt)
        for text, owner, kind in parts:
            new = [_id(text, tokenizer)] if kind == "mark" else tokenizer.encode(text)
            ids += new
            owners += [owner] * len(new)
        return EncodedChat(ids, owners)


def check(messages: Sequence[Any]) -> None:
    """Raise UserError, which names the message, where a history can't be rendered."""
    if not messages:
        raise UserError("The chat has no message.", todo="Give one at least.")
    for number, message in enumerate(messages, 1):
        if not isinstance(message, Mapping):
            raise UserError(
                f"Message {number} is {message!r}, which is no dict.",
                todo='Give a list such as [{"role": "user", "content": "Hello"}].',
            )
        role = message.get("role")
        if role not in ROLES:
            raise UserError(
                f"Message {number} has the role {role!r}, which the template does not know.",
                todo=f"The roles are {', '.join(ROLES)}.",
            )
        if role == "system" and number > 1:
            raise UserError(
                f"Message {number} is a system message, and only the first may be one.",
                todo="Write all of it into the first message.",
            )
        calls = message.get("tool_calls") or ()
        if calls and role != "assistant":
            raise UserError(
                f"Message {number} calls a tool, and its role is {role}.",
                todo="Only an assistant's message has tool_calls.",
            )
        for call in calls:
            _check_call(number, call)
        content = message.get("content")
        if not isinstance(content, str) and not (content is None and calls):
            raise UserError(
                f"Message {number} has no text: its content is {content!r}.",
                todo="Give the content as a string; an empty one will do.",
            )


def called(call: Mapping[str, Any]) -> tuple[Any, Any]:
    """The name and the arguments of a tool call, which may be wrapped in a `function`."""
    function = call.get("function", call)
    return function.get("name"), function.get("arguments")


def _check_call(number: int, call: Mapping[str, Any]) -> None:
    name, arguments = called(call)
    if not isinstance(name, str) or not isinstance(arguments, Mapping):
        raise UserError(
            f"A tool call of message {number} needs a name and a dict of arguments; it has "
            f"{name!r} and {arguments!r}.",
            todo="If the arguments are a string of JSON, read it with json.loads.",
        )


def _id(mark: str, tokenizer: Tokenizer) -> int:
    if mark not in tokenizer.special_tokens:
        raise UserError(
            f"The tokenizer has no special token {mark}, which this template writes.",
            todo="Train it with special_tokens=template.marks, or choose the template of its "
            "model.",
        )
    return tokenizer.special_tokens[mark]
