"""One token on its way through a network: what it is at each step, and what stands there.

The figure needs no weights, only shapes, so it walks through networks that no page could load. It
counts for itself, and a test holds its counts against `llmcourse.network.counts`.
"""

from collections.abc import Mapping

from llmcourse.errors import UserError
from llmcourse.network import Config
from llmcourse.network.counts import mlp_width
from llmcourse.widgets.figure import Figure, es_module


class TokenWalk(Figure):
    """The steps of one token through networks of the given shapes, by name.

    `model` is the one to begin with, `context` the number of tokens that the token sees at first,
    itself included.

    >>> TokenWalk({"small": Config(vocab_size=512)}).values["models"][0]["width"]
    704

    Raises UserError without a model.
    """

    _esm = es_module("token_walk.js")

    def __init__(self, models: Mapping[str, Config], model: str = "", context: int = 100):
        if not models:
            raise UserError("The figure has no model to walk through.", todo="Give it one or more.")
        names = list(models)
        super().__init__(
            models=[_shape(name, config) for name, config in models.items()],
            model=names.index(model) if model else 0,
            context=context,
        )


def _shape(name: str, config: Config) -> dict[str, object]:
    """A config as plain values, with what it leaves to the modules filled in."""
    filled = {"n_kv_head": config.n_kv_head or config.n_head, "width": mlp_width(config)}
    return {"name": name, **config.to_dict(), **filled}
