"""A figure that moves without a kernel: in the built book, in JupyterLab and in Colab.

A figure is a small Python class, which computes its values once, and one ES module, which draws
them and answers to the reader. Where there is a kernel the module runs as an anywidget. A built
page has none, so the class also gives HTML: the same module as a Blob, its values, and a model of a
few lines that stands in for the kernel's. Nothing is fetched from anywhere.

`figure.js` holds what all modules share (frame, controls, data table), `figure.css` their look.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent
MOST_BYTES = 200_000
"""The largest values: a page with three figures still loads in a second or two on a phone."""

HTML = """\
<div class="llmcourse-figure" id="{id}"><noscript>This figure needs JavaScript.</noscript></div>
<style>{css}</style>
<script type="module">
const values = {values};
const url = URL.createObjectURL(new Blob([{module}], {{type: "text/javascript"}}));
const {{default: figure}} = await import(url);
const nothing = () => {{}};
const model = {{get: () => values, on: nothing, off: nothing, set: nothing, save_changes: nothing}};
figure.render({{model, el: document.getElementById("{id}")}});
</script>"""


def es_module(*names: str) -> str:
    """The modules of this folder, behind what all figures share: one file, no build step.

    The last is the figure's own; those before it hold what it shares with others.
    """
    return "".join((HERE / name).read_text("utf-8") for name in ("figure.js", *names))


class Figure(anywidget.AnyWidget):
    """The base of all figures. A subclass sets `_esm = es_module("its_name.js")`.

    Its `__init__` hands everything that the module reads to this one, as plain JSON values. Raises
    ValueError where they weigh more than `MOST_BYTES`.
    """

    _css = (HERE / "figure.css").read_text("utf-8")
    values = traitlets.Dict().tag(sync=True)

    def __init__(self, **values: Any):
        size = len(_json(values).encode())
        if size > MOST_BYTES:
            raise ValueError(f"{type(self).__name__} holds {size} bytes; {MOST_BYTES} at most")
        super().__init__(values=values)

    def html(self) -> str:
        """The figure as HTML that runs by itself; the same values give the same bytes."""
        values, module = _json(self.values), _json(str(self._esm))
        digest = hashlib.sha256((values + module).encode()).hexdigest()[:12]
        return HTML.format(id=f"figure-{digest}", css=self._css, values=values, module=module)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/html": self.html()}, metadata


def _json(value: Any) -> str:
    # "</" would end the script element that the text stands in.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
