"""Calls that would skip a task, and imports that a set doesn't allow, found by reading the source.

    borrowed   the statements of earlier cells that a cell uses
    aliases    what the names in a syntax tree stand for: paths such as torch.nn.functional.softmax
    findings   where a tree uses a path, imports one, or reaches for an attribute
    rules      what is wrong with a path, and how that is said

Where attention is to be written, torch's own attention earns nothing. The contract names such calls
(`forbidden` of a task) and the modules that a solution may import (`imports` of the set). Nothing
is run here: the names in a syntax tree are followed back to the modules that they come from, so a
call is found under another name too. What can't be followed (text run as code, a name computed for
`getattr`) is refused where it could hide such a call. Left out: certainty. Python can hide a call
from every reader, and that the tests decide the points doesn't rest on this.
"""

import ast
from collections.abc import Sequence

from llmcourse.grading.rules.forbidden.borrowed import borrowed
from llmcourse.grading.rules.forbidden.findings import Findings
from llmcourse.grading.rules.forbidden.rules import Rules, is_method
from llmcourse.grading.rules.syntax import parsed

__all__ = ["is_method", "refuse"]

_MOST_CHARACTERS = 100_000  # for sources that are made to take long


def refuse(
    source: str, forbidden: Sequence[str], imports: Sequence[str], before: Sequence[str] = ()
) -> str | None:
    """Why the `source` of a task's cell earns no points, or None.

    `forbidden` are the calls that would skip the task, `imports` the modules that the set allows.

    `before` are the learner's cells that ran earlier: of these, what the source uses is read too.
    None as well for a source that is no Python: running it says so in better words.

    >>> refuse("import torch.nn.functional as F\\nF.softmax(x, -1)", FORBIDDEN, ["torch"])
    'Line 2 uses F.softmax (torch.nn.functional.softmax). Writing it is what this task asks …'
    """
    if max(map(len, [source, *before])) > _MOST_CHARACTERS:
        return (
            f"A cell has more than {_MOST_CHARACTERS:,} characters, too many to be read, so this "
            "earns no points. Delete what the solution does not need."
        )
    try:
        cell = _tree(source)
        if cell is None:
            return None
        rules = Rules(forbidden, imports)
        trees = [tree for text in before if (tree := _tree(text))]
        others = borrowed(source, cell, trees, rules.roots if forbidden else ())
        findings = Findings(rules, [cell, *(statement for _, statement in others)])
        for line, words in sorted(findings.of(cell)):
            return f"Line {line} {words}"
        for name, statement in others:
            for line, words in sorted(findings.of(statement)):
                return f"Your solution uses `{name}` of another cell. Its line {line} there {words}"
    except RecursionError:
        return (
            "The cell is nested so deeply that it can't be read, so it earns no points. "
            "Cut its longest expression into several lines."
        )
    return None


def _tree(source: str) -> ast.Module | None:
    try:
        return parsed(source)
    except SyntaxError:
        return None
