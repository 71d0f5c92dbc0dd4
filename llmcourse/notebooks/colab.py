"""What stands before a text's own cells: the way back to the book, and what Colab has to install.

Colab brings along all that the package needs, so pip adds the package and touches nothing else; a
test holds the package's metadata against the versions in Colab's image. The extras are not asked
for: what pages show "in production" is in the image too, and the rest would change it.
"""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from llmcourse.notebooks.addresses import Addresses

LINK = """\
This notebook is the page [{title}]({address}) of the course's book. \
Run its cells, and change them as you like."""

INSTALL = """\
# In Colab this installs the course's package and leaves all others as they are.
# Anywhere else it does nothing.
import importlib.util
import subprocess
import sys

if "google.colab" in sys.modules and not importlib.util.find_spec("llmcourse"):
    package = "llmcourse @ git+{repository}"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", package], check=True)"""


def link_cell(path: str, title: str, addresses: Addresses) -> nbformat.NotebookNode:
    """A Markdown cell with the link to the page of the book that the notebook repeats."""
    source = LINK.format(title=title, address=addresses.page(path))
    return new_markdown_cell(source, id="link-to-the-book")


def install_cell(addresses: Addresses) -> nbformat.NotebookNode:
    """A code cell that installs the package inside Colab, where it is missing."""
    source = INSTALL.format(repository=addresses.repository)
    return new_code_cell(source, id="install-in-colab")
