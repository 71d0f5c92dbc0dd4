# First a list of parts, each with its kind and whose it is; then their ids.
from itertools import chain

OPEN, CLOSE = "<|im_start|>", "<|im_end|>"


def parts(message):
    own = message["role"] == "assistant"
    return [
        ("mark", OPEN, False),
        ("text", message["role"] + "\n", False),
        ("text", message["content"], own),
        ("mark", CLOSE, own),
        ("text", "\n", False),
    ]


def chat_ids(messages, special, add_generation_prompt=False):
    if {message["role"] for message in messages} - {"system", "user", "assistant"}:
        raise ValueError("a role that no chat has")
    everything = list(chain.from_iterable(map(parts, messages)))
    if add_generation_prompt:
        everything += parts({"role": "assistant", "content": ""})[:2]
    pairs = [
        (i, own)
        for kind, text, own in everything
        for i in ([special[text]] if kind == "mark" else text.encode("utf-8"))
    ]
    return [i for i, _ in pairs], [own for _, own in pairs]
