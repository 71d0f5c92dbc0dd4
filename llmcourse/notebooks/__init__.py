"""The texts of pages and problem sets as notebooks, one way: the text is the only source.

A page of the book and a problem set are written as MyST Markdown. Beside each text stands its
notebook, without outputs, for Colab, JupyterLab and nbgrader. `python -m llmcourse.notebooks`
writes those that are out of step; writing again changes no byte.

Checking a text is `source`, plain Markdown `flatten`, names of cells `identity`, what Colab needs
`colab`. Needs the packages of the extra `[book]`.
"""

from llmcourse.notebooks.repository import OutOfStep, notebook_of, out_of_step, texts, write

__all__ = ["OutOfStep", "notebook_of", "out_of_step", "texts", "write"]
