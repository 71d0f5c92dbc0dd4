"""The attention explorer: from which tokens does a token gather, in each layer and head?"""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.widgets.figure import Figure, es_module


class AttentionExplorer(Figure):
    """Bars of the attention weights of one token, for a choice of text, layer, head and token.

    `examples` are pairs: the tokens of a text as strings, and its maps as `attention_maps` gives
    them. `text`, `layer`, `head` and `query` say what is shown first; like indices of a list they
    count from 0, or back from the end.

    >>> AttentionExplorer([(["The", " bank"], torch.eye(2)[None, None])])

    Raises `UserError` where the maps do not fit the tokens or each other, and for a text, layer,
    head or token that is not there.
    """

    _esm = es_module("attention_explorer.js")

    def __init__(
        self,
        examples: Sequence[tuple[Sequence[str], Float[Tensor, "N H T T"]]],
        *,
        text: int = 0,
        layer: int = 0,
        head: int = 0,
        query: int = -1,
    ):
        if not examples:
            raise UserError("There is no text to explore.", todo="Give one example or more.")
        N, H = examples[0][1].shape[:2]
        for tokens, maps in examples:
            if maps.shape != (N, H, len(tokens), len(tokens)):
                raise UserError(
                    f"Maps of shape {tuple(maps.shape)} do not fit {len(tokens)} tokens, "
                    f"{N} layers and {H} heads.",
                    todo="Give each text with its own maps, all of one network.",
                )
        text = _index("text", text, len(examples))
        super().__init__(
            texts=[{"tokens": list(tokens), "maps": _lower(maps)} for tokens, maps in examples],
            text=text,
            layer=_index("layer", layer, N),
            head=_index("head", head, H),
            query=_index("query", query, len(examples[text][0])),
        )


def _lower(maps: Float[Tensor, "N H T T"]) -> list:
    """The maps as lists without the zeros of what comes later: row t holds t + 1 weights."""
    return [
        [[row[: t + 1] for t, row in enumerate(head)] for head in layer]
        for layer in maps.double().mul(1000).round().div(1000).tolist()
    ]


def _index(name: str, number: int, count: int) -> int:
    if not -count <= number < count:
        raise UserError(f"{name} is {number}.", todo=f"Give 0 to {count - 1}.")
    return number % count
