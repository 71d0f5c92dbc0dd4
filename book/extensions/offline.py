"""Sphinx extension: what the built book needs lies in the book, and a reader's browser asks no one.

MathJax comes from a pinned package (`sphinx-mathjax-offline`, of which only one file is taken: the
build that draws SVG needs no fonts), instead of from the address that Sphinx would put into pages.
"""

import shutil
from importlib.metadata import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

MATHJAX = "vendor/tex-svg.js"  # below _static in the built book


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _bring_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _bring_mathjax(app: Sphinx, config: Config) -> None:
    (source,) = (
        path for path in files("sphinx-mathjax-offline") or () if path.name == "tex-svg.js"
    )
    static = Path(app.srcdir) / "build" / "static"
    (static / MATHJAX).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source.locate(), static / MATHJAX)
    config.html_static_path.append(str(static))
    config.mathjax_path = MATHJAX
