"""Runs in the learner's kernel: the set's tests, in a namespace of their own.

There, as in the grader, a test finds what the set-up cells define and the names that its task asks
for, and nothing else of the learner's: a helper that happens to be called `close` or `torch` harms
no test. The text of this file is sent to the kernel and becomes a module there, so nothing of the
course needs to be importable; it must work with the standard library and IPython alone.
"""

import ast
import linecache
import types
from typing import Any

MODULE = "_llmcourse_tests"  # its name in the kernel
RAISED = "application/vnd.llmcourse.raised+json"  # the kind of output that says what a test raised

_names: dict[str, Any] = {"__name__": "__main__"}  # what tests see


def set_up(source: str) -> None:
    """Run a set-up cell for the tests too. What it raises was told when the learner's copy ran."""
    from IPython import get_ipython

    try:
        python = get_ipython().transform_cell(source)
        exec(compile(python, "set-up", "exec"), _names)
    except Exception:
        return


def run_test(source: str, name: str, asked: list[str]) -> None:
    """Run a test, with the learner's names that are `asked` for; show what it raises as JSON."""
    from IPython import get_ipython
    from IPython.display import display

    here = get_ipython().user_ns
    for one in asked:
        _names.pop(one, None)
        if one in here:
            _names[one] = here[one]
    file = f"test {name}"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    python = ""
    try:
        python = get_ipython().transform_cell(source)
        exec(compile(python, file, "exec", dont_inherit=True), _names)
    except BaseException as error:  # SystemExit too: it ends a test, not the kernel
        display({RAISED: _told(error, file, here) | _left(error, file, python)}, raw=True)


def _told(error: BaseException, file: str, here: dict[str, Any]) -> dict[str, str]:
    """Kind, message and the line that says most: the learner's own, else the test's."""
    kind = type(error).__name__
    if isinstance(error, SyntaxError):
        line = f"line {error.lineno}" if error.lineno else ""
        return {"kind": kind, "message": error.msg or "", "line": line}
    try:
        message = str(error)
    except Exception as other:
        message = f"(its message can't be shown: {type(other).__name__})"
    theirs, ours = _lines(error.__traceback__, file, here)
    if theirs:
        return {"kind": kind, "message": message, "line": theirs[-1]}
    return {
        "kind": kind,
        "message": message,
        "line": f"line {ours[-1]} of the test" if ours else "",
    }


def _left(error: BaseException, file: str, python: str) -> dict[str, bool]:
    """Whether the test has more to run than it did: statements below, or a loop's other turns."""
    _, ours = _lines(error.__traceback__, file, {})
    if not ours:  # it was not run at all
        return {"more": False}
    body = ast.parse(python).body
    below = body[-1].lineno > ours[0]
    return {"more": below or isinstance(body[-1], ast.For | ast.While)}


def _lines(
    trace: types.TracebackType | None, file: str, here: dict[str, Any]
) -> tuple[list[str], list[int]]:
    """The lines of the learner's cells in a traceback, and the numbers of the test's."""
    theirs, ours = [], []
    while trace is not None:
        code = trace.tb_frame.f_code
        if trace.tb_frame.f_globals is here:
            theirs.append(linecache.getline(code.co_filename, trace.tb_lineno).strip())
        elif code.co_filename == file:
            ours.append(trace.tb_lineno)
        trace = trace.tb_next
    return theirs, ours


def loading(text: str) -> str:
    """The code that makes a module of this file's `text` in a kernel.

    >>> exec(loading(Path(__file__).read_text()))
    """
    return (
        f"import sys, types\n"
        f"sys.modules[{MODULE!r}] = types.ModuleType({MODULE!r})\n"
        f"exec({text!r}, sys.modules[{MODULE!r}].__dict__)\n"
        "del sys, types"
    )


def calling(function: str, *values: Any) -> str:
    """The code that calls a function of that module.

    >>> calling("set_up", "x = 1")
    "__import__('_llmcourse_tests').set_up('x = 1')"
    """
    return f"__import__({MODULE!r}).{function}({', '.join(map(repr, values))})"
