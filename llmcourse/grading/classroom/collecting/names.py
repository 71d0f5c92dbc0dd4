"""What a file's name tells: whether it is a notebook, and what it is called without its ending.

Some browsers take a notebook for text and save `3-decoding.ipynb.txt`; Canvas counts an upload in
front of the last dot, which makes it `3-decoding.ipynb-1.txt`. Both are notebooks.
"""

import re

_ENDING = re.compile(r"\.ipynb((-\d+|\s*\(\d+\))?\.txt)?$", re.I)


def is_notebook(name: str) -> bool:
    """
    >>> [is_notebook(f"3-decoding{ending}") for ending in (".IPYNB", ".ipynb.txt", ".txt")]
    [True, True, False]
    """
    return _ENDING.search(name) is not None


def may_hold_one(name: str) -> bool:
    """Whether it is a notebook, or an archive as `llmcourse submit` makes it."""
    return is_notebook(name) or name.lower().endswith(".zip")


def stem(name: str) -> str:
    """
    >>> stem("3-decoding.ipynb (1).txt"), stem("report.v2.pdf"), stem("notes")
    ('3-decoding', 'report.v2', 'notes')
    """
    return _ENDING.sub("", name) if is_notebook(name) else name.rpartition(".")[0] or name
