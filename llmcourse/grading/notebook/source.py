"""A cell as a kernel reads it: is it Python, and which names does it define?

Lines that belong to notebooks (`%matplotlib inline`, `!ls`) are as good as Python here, because
IPython translates them first. Nothing is run. Left out: how the grader reads a learner's source,
which is Python alone (`rules.syntax`).
"""

import ast
import symtable
import warnings

from llmcourse.grading.rules.verdict import Raised, raised_by_code


def syntax_error(source: str) -> Raised | None:
    """What is wrong with a cell that is not Python, or None."""
    from IPython.core.inputtransformer2 import TransformerManager

    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as in every notebook
    try:
        with warnings.catch_warnings():  # an odd escape in a string is no syntax error
            warnings.simplefilter("ignore")
            python = TransformerManager().transform_cell(source)
            compile(python, "cell", "exec", flags=flags, dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # ValueError: a null character
        line = f"line {error.lineno}" if getattr(error, "lineno", None) else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        return raised_by_code("SyntaxError", what, line)
    return None


def names_of(source: str) -> tuple[str, ...]:
    """The names that a cell without syntax errors defines, for the cells below it.

    >>> names_of("import math\\ndef half(x):\\n    y = x / 2\\n    return y")
    ('half', 'math')
    """
    from IPython.core.inputtransformer2 import TransformerManager

    table = symtable.symtable(TransformerManager().transform_cell(source), "cell", "exec")
    found = (name for name in table.get_symbols() if name.is_assigned() or name.is_imported())
    return tuple(sorted(name.get_name() for name in found))
