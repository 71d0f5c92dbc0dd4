"""What of a source stays where names and layout are changed: a few of its k-grams' hashes.

Winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003). Python's own tokenizer cuts a source into
tokens; comments, layout and texts that stand alone are left out. A name that the source defines
itself becomes one and the same mark, since renaming is the least of changes; names that it only
uses (`torch.exp`, `len`) stay, since they say how the task is solved. Each run of K tokens is
hashed. Of each W hashes in a row the smallest is kept, the last of equals: so a run of K + W - 1
tokens that two sources share leaves at least one hash that both keep, and a run shorter than K
never does.

On paper, with W = 4, as in the article: of 77 74 42 17 98 50 17 98 8 88 67 39 77 74 42 17 98 these
are kept, each with its place: (17, 3) (17, 6) (8, 8) (39, 11) (17, 15).
"""

import ast
import hashlib
import io
import keyword
import tokenize
from collections.abc import Iterator, Sequence

from llmcourse.grading.rules.syntax import parsed

K = 10  # tokens
W = 6  # hashes
OWN = "\N{BLACK SQUARE}"

_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def fingerprints(source: str) -> frozenset[int]:
    """The hashes that are kept of a source."""
    return frozenset(hash for hash, _ in winnowed(hashes(tokens(source)), W))


def every(source: str) -> frozenset[int]:
    """The hashes of all runs of K tokens, kept or not: what is to be left out elsewhere."""
    return frozenset(hashes(tokens(source)))


def tokens(source: str) -> list[str]:
    """The tokens that count; what no longer can be read as Python ends the list.

    >>> tokens("def f(x):\\n    return exp(x)  # grows") == tokens("def g( y ): return exp(y)")
    True
    """
    own = _own_names(source)
    found: list[str] = []
    statement: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NEWLINE:
                found += _statement(statement)
                statement = []
            elif token.type not in _LAYOUT:
                statement.append(_text(token, own))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found + _statement(statement)


def hashes(found: Sequence[str]) -> list[int]:
    """A hash of each run of K tokens; the same on every machine and in every year."""
    runs = ("\0".join(found[start : start + K]) for start in range(len(found) - K + 1))
    return [
        int.from_bytes(
            hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        )
        for run in runs
    ]


def winnowed(found: Sequence[int], window: int) -> list[tuple[int, int]]:
    """The hashes that are kept, each with its place.

    >>> winnowed([9, 4, 4, 7, 8, 5], 3)
    [(4, 2), (5, 5)]
    """
    kept: list[tuple[int, int]] = []
    width = min(window, len(found))
    for start in range(len(found) - width + 1 if found else 0):
        place = min(range(start, start + width), key=lambda at: (found[at], -at))
        if not kept or kept[-1][1] != place:
            kept.append((found[place], place))
    return kept


def _statement(line: list[str]) -> list[str]:
    """A statement's tokens; none where it is a text that stands alone, as a docstring does."""
    return [] if len(line) == 1 and line[0][:1] in "'\"" else line


def _text(token: tokenize.TokenInfo, own: frozenset[str]) -> str:
    if token.type == tokenize.NAME and token.string in own:
        return OWN
    if token.type == tokenize.STRING:
        try:
            return repr(ast.literal_eval(token.string))
        except (ValueError, SyntaxError):
            return token.string
    return token.string


def _own_names(source: str) -> frozenset[str]:
    """What the source defines, at any depth; nothing where it is no Python."""
    try:
        return frozenset(name for node in ast.walk(parsed(source)) for name in _bound(node))
    except (SyntaxError, RecursionError):
        return frozenset()


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.alias) and node.asname and not keyword.iskeyword(node.asname):
        yield node.asname
