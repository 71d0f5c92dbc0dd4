"""Sphinx extension: finished pages, made lighter and mended where a screen reader trips.

The theme draws its icons twice, by a font and by a script of half a megabyte that holds every icon
there is: the font is enough. And the lists of references are marked as lists without items.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

REPLACED = (
    (re.compile(r'<script defer src="[^"]*/fontawesome\.js[^"]*"></script>\s*'), ""),
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _mend(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = found = path.read_text("utf-8")
        for pattern, replacement in REPLACED:
            text = pattern.sub(replacement, text)
        if text != found:
            path.write_text(text, "utf-8")
