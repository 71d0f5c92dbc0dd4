"""Corpora: a town whose truth is known, six novels, your own files, and the Hugging Face hub.

`datasets` takes more than a second to load, so it is imported where it is first used.
"""

from llmcourse.data.corpora import load_corpus
from llmcourse.data.tiktoken_tables import install_tiktoken_tables, tiktoken_encoding

__all__ = ["install_tiktoken_tables", "load_corpus", "tiktoken_encoding"]
