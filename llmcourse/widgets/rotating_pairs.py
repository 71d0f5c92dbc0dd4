"""RoPE as clocks: each pair of a query's and a key's numbers is a hand, turned by its place.

The figure carries one query, one key and the base; it turns them itself, as `RoPE.rotate` does, and
adds up the products of the pairs. A test holds its turns and its score against the library's. What
it shows: where the two stand changes all hands, and the score depends on their distance alone.
"""

from jaxtyping import Float
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.widgets.figure import Figure, es_module

MOST_PAIRS = 32  # more clocks than that are no picture


class RotatingPairs(Figure):
    """Sliders for the key's place, the distance and the base; a clock a pair, and the score.

    Its values: `query` and `key`, D numbers each before any turn; their `names`; `theta`, the base
    that the model was trained with.

    Raises UserError where query and key are not of one even width, or too wide to be drawn.
    """

    _esm = es_module("rotating_pairs.js")

    def __init__(
        self,
        query: Float[Tensor, "D"],
        key: Float[Tensor, "_"],
        names: tuple[str, str] = ("query", "key"),
        theta: float | int = 10_000.0,
    ):
        width = len(query)
        if width != len(key) or width % 2 or not 0 < width <= 2 * MOST_PAIRS:
            raise UserError(
                f"The figure can't show a query of {width} numbers with a key of {len(key)}.",
                todo=f"Give two of the same even width, {2 * MOST_PAIRS} at most.",
            )
        super().__init__(
            query=[round(number, 4) for number in query.tolist()],
            key=[round(number, 4) for number in key.tolist()],
            names=list(names),
            theta=float(theta),
        )
