"""All code cells of a notebook in a fresh kernel, from top to bottom: what did each raise?

A cell that raises does not end the run, because an unfinished task says nothing about the next one.
What can't be run at all (a syntax error, an endless cell, a kernel that dies) is refused with the
file and the cell. What runs is a copy in memory: the file is never written. Left out: any defence
against the code that runs. It is the learner's own, on the learner's own machine.
"""

import ast
import os
import re
import subprocess
import symtable
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.notebook import Notebook

Progress = Callable[[int, int], None]
"""Called with the number of cells that are done, and of all."""

_NOWHERE = subprocess.DEVNULL
_TRANSPORT = "tcp" if os.name == "nt" else "ipc"  # ipc: sockets in a folder, no open port
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_IN_A_CELL = re.compile(r"\ACell In.*?^-+> *\d+ +(.*?)$", re.M | re.S)  # a frame of a traceback


@dataclass(frozen=True)
class Raised:
    """An exception that ended a cell."""

    kind: str  # its type's name
    message: str
    line: str = ""  # the last one that ran in a cell: the learner's own, or the test's

    def __str__(self) -> str:
        """How a person reads it.

        >>> str(Raised("ZeroDivisionError", "division by zero", "return 1 / 0"))
        'ZeroDivisionError: division by zero, in: return 1 / 0'
        """
        said = f"{self.kind}: {self.message}" if self.message else self.kind
        return f"{said}, in: {self.line}" if self.line else said


def refuse_syntax_errors(notebook: Notebook) -> None:
    """Raise `UserError`, naming file, cell and line, for the first cell that is not Python.

    Lines that belong to notebooks (`%matplotlib inline`, `!ls`) are as good as Python.
    """
    from IPython.core.inputtransformer2 import TransformerManager

    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as in every notebook
    for cell in notebook.cells:
        try:
            with warnings.catch_warnings():  # an odd escape in a string is no syntax error
                warnings.simplefilter("ignore")
                python = TransformerManager().transform_cell(cell.source)
                compile(python, "cell", "exec", flags=flags, dont_inherit=True)
        except (SyntaxError, ValueError) as error:  # ValueError: a null character
            line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
            what = error.msg if isinstance(error, SyntaxError) else error
            raise UserError(
                f"{notebook.path}, {cell.name}{line}: syntax error: {what}.",
                todo="Mend that cell, save the notebook, then check again.",
            ) from None


def names_of(source: str) -> tuple[str, ...]:
    """The names that a cell without syntax errors defines, for the cells below it.

    >>> names_of("import math\\ndef half(x):\\n    y = x / 2\\n    return y")
    ('half', 'math')
    """
    from IPython.core.inputtransformer2 import TransformerManager

    table = symtable.symtable(TransformerManager().transform_cell(source), "cell", "exec")
    found = (name for name in table.get_symbols() if name.is_assigned() or name.is_imported())
    return tuple(sorted(name.get_name() for name in found))


def run(
    notebook: Notebook, *, timeout: int, on_progress: Progress | None = None
) -> dict[int, Raised]:
    """Run the code cells in a fresh kernel of this very Python; what each raised, by cell index.

    Raises `UserError` where there is no kernel, where it doesn't start or dies, and for a cell that
    runs for more than `timeout` seconds.
    """
    try:
        import ipykernel.kernelspec  # noqa: F401  (the kernel; it runs in another process)
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from nbformat import v4
    except ImportError as error:
        raise UserError(
            f"{notebook.path} can't be run: no Jupyter kernel is installed here ({error}).",
            todo="Install what a check needs: pip install nbclient nbformat ipykernel",
        ) from None

    raised: dict[int, Raised] = {}
    running = notebook.cells[0]

    def on_end(cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        if execute_reply["content"]["status"] == "error":
            raised[notebook.cells[cell_index].index] = _raised(execute_reply["content"])

    # Only the code goes in: no metadata and no outputs that another program left behind.
    code = v4.new_notebook(cells=[v4.new_code_cell(cell.source) for cell in notebook.cells])
    with tempfile.TemporaryDirectory(prefix="llmcourse-") as folder:
        # With no kernel folders, what is left is the kernel of this Python, whatever the names
        # "python3" or the notebook's own kernel mean elsewhere on this machine.
        kernel = AsyncKernelManager(
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(Path(folder) / "kernel.json"),
            transport=_TRANSPORT,
        )
        client = NotebookClient(
            code,
            kernel,
            timeout=timeout,
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",  # there is nothing to wait for, least of all a loop
            resources={"metadata": {"path": str(notebook.path.resolve().parent)}},
            on_cell_executed=on_end,
        )
        try:
            with client.setup_kernel(cleanup_kc=True, stdout=_NOWHERE, stderr=_NOWHERE):
                for index, cell in enumerate(code.cells):
                    running = notebook.cells[index]
                    if on_progress is not None:
                        on_progress(index, len(code.cells))
                    client.execute_cell(cell, index)
        except CellTimeoutError:
            raise UserError(
                f"{notebook.path}, {running.name} ran for more than {timeout} s and was stopped.",
                todo="Look for a loop that never ends, in the cell and in the functions that it "
                "calls. On a slow machine, give it more time: --timeout 300",
            ) from None
        except DeadKernelError:
            raise UserError(
                f"{notebook.path}, {running.name}: the kernel died while this cell ran.",
                todo="Look for something that takes all memory, or ends Python (os._exit).",
            ) from None
        except RuntimeError as error:
            raise UserError(
                f"{notebook.path} can't be run: the Jupyter kernel did not start ({error}).",
                todo="Try it by hand: python -m ipykernel_launcher. Then: llmcourse doctor",
            ) from None
    if on_progress is not None:
        on_progress(len(notebook.cells), len(notebook.cells))
    return raised


def _raised(reply: dict[str, Any]) -> Raised:
    """The exception out of a kernel's reply."""
    message = _COLOUR.sub("", reply.get("evalue", "")).strip()
    frames = [_COLOUR.sub("", frame) for frame in reply.get("traceback", [])]
    lines = [found[1] for frame in frames if (found := _IN_A_CELL.search(frame))]
    return Raised(reply["ename"], message, lines[-1].strip() if lines else "")
