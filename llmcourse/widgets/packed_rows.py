"""Documents of different lengths, put into rows: what is empty, and who sees whom.

The figure plans the rows itself, so the lengths can be changed without a kernel. What it plans is
what `llmcourse.inputs.batches.row_plan` does; a test holds the two against each other.
"""

from collections.abc import Sequence

from llmcourse.errors import UserError
from llmcourse.widgets.figure import Figure, es_module

MOST_DOCUMENTS = 24
"""More rows than that, one a document, do not fit into a picture."""


class PackedRows(Figure):
    """The rows of a batch, and the mask of one of them.

    Its values: `lengths`, the documents' lengths in tokens as they stand there at first; and
    `context`, the length of a row to begin with.

    >>> PackedRows([5, 3, 2], context=8).values
    {'lengths': [5, 3, 2], 'context': 8}

    Raises UserError where there is no document, or are more than `MOST_DOCUMENTS`, or one is longer
    than the context.
    """

    _esm = es_module("packed_rows.js")

    def __init__(self, lengths: Sequence[int], context: int = 256):
        if not 1 <= len(lengths) <= MOST_DOCUMENTS:
            raise UserError(
                f"The figure was given {len(lengths)} documents.",
                todo=f"Give it 1 to {MOST_DOCUMENTS} lengths.",
            )
        if not 1 <= min(lengths) <= max(lengths) <= context:
            raise UserError(
                f"The lengths go from {min(lengths)} to {max(lengths)}; the context is {context}.",
                todo="Give lengths of 1 or more, and a context that no document passes.",
            )
        super().__init__(lengths=[*lengths], context=context)
