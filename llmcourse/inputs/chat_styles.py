"""Two ways of writing a chat: ChatML, which began with GPT-3.5, and that of Llama 3.

Both put a name between marks and the words behind it. They differ in where the definitions of tools
stand: ChatML, as Qwen 2.5 uses it, in the system turn, on one line each; Llama 3.1 in the first
turn of the user, indented. Such a difference is nothing to a reader, and much to a model that has
seen one of the two a million times; so the sentences around the tools are the models' own, word for
word (the `chat_template` in their tokenizer_config.json; tests hold the two against transformers).

What a template does with the turns is in `chat.py`.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from llmcourse.errors import UserError
from llmcourse.inputs.chat import ChatTemplate, Message, Owner, Part, Turn, called

QWEN_TOOLS = """\
# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within \
<tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""

LLAMA_TOOLS = """\
Given the following functions, please respond with a JSON for a function call with its proper \
arguments that best answers the given prompt.

Respond in the format {{"name": function name, "parameters": dictionary of argument name and its \
value}}.Do not use variables.

{tools}

"""


class ChatML(ChatTemplate):
    """`<|im_start|>user`, a line break, the words, `<|im_end|>`, a line break: as Qwen 2.5 does it.

    `default_system` is the system message of a history that brings none: Qwen 2.5 then says "You
    are Qwen, created by Alibaba Cloud. You are a helpful assistant." None leaves it out, as Qwen 3
    does.

    What tools answer stands in a turn of the user's, between `<tool_response>` tags; answers that
    follow one another share a turn. (Qwen's tokenizers have ids for `<tool_call>` and
    `</tool_call>`; here they are text like the rest.)
    """

    marks = ("<|im_start|>", "<|im_end|>")

    def __init__(self, default_system: str | None = None):
        self.default_system = default_system

    def turns(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> list[Turn]:
        """Return the turns, the tools in the first of them; it is made where there is none."""
        system, messages = split_system(messages)
        front = self.default_system if system is None else system
        if tools:
            listed = QWEN_TOOLS.format(tools="\n".join(as_json(tool) for tool in tools))
            front = listed if front is None else f"{front}\n\n{listed}"
        turns = [] if front is None else [Turn("system", front, "system")]
        for role, group in groupby(messages, key=lambda message: message["role"]):
            if role == "tool":
                answers = [f"<tool_response>\n{m['content']}\n</tool_response>" for m in group]
                turns.append(Turn("user", "\n".join(answers), "tool"))
            else:
                turns += [Turn(role, self._body(message), role) for message in group]
        return turns

    def _body(self, message: Message) -> str:
        calls = message.get("tool_calls") or ()
        if not calls:
            return message["content"]
        said = [message["content"]] if message.get("content") else []
        for call in calls:
            name, arguments = called(call)
            written = f'{{"name": "{name}", "arguments": {as_json(arguments)}}}'
            said.append(f"<tool_call>\n{written}\n</tool_call>")
        return "\n".join(said)

    def start(self) -> list[Part]:
        """Nothing stands before the first turn."""
        return []

    def opening(self, name: str) -> list[Part]:
        """The mark, and the name on the rest of its line."""
        return [Part("<|im_start|>", kind="mark"), Part(f"{name}\n")]

    def closing(self, owner: Owner) -> list[Part]:
        """The mark, which is the owner's, and a line break."""
        return [Part("<|im_end|>", owner, "mark"), Part("\n")]


class Llama3(ChatTemplate):
    """The name between two marks, an empty line, the words, `<|eot_id|>`: as Llama 3.1 does it.

    There is a system turn in every chat, which begins with two dates; `date` is today's, and the
    default is the one that the model's own template has. White space around the words is dropped.

    One tool call a turn, in place of words; what a tool answers is written as a JSON string in a
    turn of `ipython`. With tools, the history begins with a message of the user's: theirs is the
    turn in which the tools stand. UserError where it does not, or for two calls in a turn.
    """

    marks = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")

    def __init__(self, date: str = "26 Jul 2024"):
        self.date = date

    def turns(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> list[Turn]:
        """Return the turns, the system's before all, the tools in the first of the user's."""
        system, messages = split_system(messages)
        front = f"Cutting Knowledge Date: December 2023\nToday Date: {self.date}\n\n"
        front += (system or "").strip()
        bodies = [self._body(message) for message in messages]
        if tools:
            if not messages or messages[0]["role"] != "user":
                raise UserError(
                    "Llama 3 writes the tools into the user's first message, and this chat does "
                    "not begin with one.",
                    todo="Put a user's message first, or leave the tools out.",
                )
            front = f"Environment: ipython\n{front}"
            listed = "\n\n".join(as_json(tool, indent=4) for tool in tools)
            bodies[0] = LLAMA_TOOLS.format(tools=listed) + bodies[0]
        turns = [Turn("system", front, "system")]
        for message, body in zip(messages, bodies, strict=True):
            role = message["role"]
            turns.append(Turn("ipython" if role == "tool" else role, body, role))
        return turns

    def _body(self, message: Message) -> str:
        calls = message.get("tool_calls") or ()
        if len(calls) > 1:
            raise UserError(
                f"Llama 3 calls one tool a turn, and a message calls {len(calls)}.",
                todo="Write a message for each call, and its answer behind it.",
            )
        if calls:
            name, arguments = called(calls[0])
            return f'{{"name": "{name}", "parameters": {as_json(arguments)}}}'
        if message["role"] == "tool":
            return as_json(message["content"])
        return message["content"].strip()

    def start(self) -> list[Part]:
        """The mark with which every text of this model begins."""
        return [Part("<|begin_of_text|>", kind="mark")]

    def opening(self, name: str) -> list[Part]:
        """The name between its marks, and an empty line."""
        start, end = (Part(f"<|{side}_header_id|>", kind="mark") for side in ("start", "end"))
        return [start, Part(name), end, Part("\n\n")]

    def closing(self, owner: Owner) -> list[Part]:
        """The mark, which is the owner's."""
        return [Part("<|eot_id|>", owner, "mark")]


def split_system(messages: Sequence[Message]) -> tuple[str | None, Sequence[Message]]:
    """The text of the system message, None where there is none, and the other messages."""
    if messages[0]["role"] == "system":
        return messages[0]["content"], messages[1:]
    return None, messages


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON as transformers' `tojson` writes it; UserError where JSON has no form for the value."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"A tool or its arguments can't be written as JSON: {error}.",
            todo="Give dicts, lists, strings, numbers, True, False and None.",
        ) from error
