"""All code cells of a notebook in a fresh kernel, from top to bottom: what did each raise?

A cell that raises does not end the run, because an unfinished task says nothing about the next one.
Nor does one that Python can't read, that never ends, or that ends the kernel: it costs its own
task, a new kernel runs the learner's other cells again, and the run goes on, as in the grader. The
times are the grader's too. Tests run in a namespace of their own (see `in_kernel`). What can't be
run at all is refused: no kernel here, or a set-up cell that doesn't end. What runs is a copy in
memory: the file is never written. Left out: any defence against the code that runs. It is the
learner's own, on the learner's own machine.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.notebook.cells import Cell
from llmcourse.grading.notebook.reading import Notebook
from llmcourse.grading.notebook.source import syntax_error
from llmcourse.grading.rules.verdict import STOPPED, Raised, raised_by_code
from llmcourse.grading.self_check import in_kernel
from llmcourse.sandbox.limits import DEFAULT, GONE, TOO_LONG, Limits

Progress = Callable[[int, int], None]
"""Called with the number of cells that are done, and of all."""

START = 60
"""Seconds at least for a set-up cell, which imports torch: that is not the learner's time."""

_NOWHERE = subprocess.DEVNULL
_TRANSPORT = "tcp" if os.name == "nt" else "ipc"  # ipc: sockets in a folder, no open port
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_IN_A_CELL = re.compile(r"\ACell In.*?^-+> *\d+ +(.*?)$", re.M | re.S)  # a frame of a traceback


def run(
    notebook: Notebook,
    asked: Mapping[int, Sequence[str]],
    *,
    limits: Limits = DEFAULT,
    on_progress: Progress | None = None,
) -> dict[int, Raised]:
    """Run the code cells in a fresh kernel of this very Python; what each raised, by cell index.

    `asked` are the learner's names that a test asks for, by the index of its cell. A cell that is
    stopped by a limit raises `Stopped`, one that is no Python a SyntaxError.

    Raises `UserError` where there is no kernel or it doesn't start, and for a set-up cell that is
    stopped: the tests rest on it.
    """
    raised: dict[int, Raised] = {}
    kernel = _Kernel(notebook, limits)
    try:
        for done, cell in enumerate(notebook.cells):
            if on_progress is not None:
                on_progress(done, len(notebook.cells))
            found = kernel.run(cell, asked.get(cell.index, ()))
            if found is not None:
                raised[cell.index] = found
    finally:
        kernel.end()
    if on_progress is not None:
        on_progress(len(notebook.cells), len(notebook.cells))
    return raised


class _Kernel:
    """A kernel for the cells of one notebook, and the next one where that had to be ended."""

    def __init__(self, notebook: Notebook, limits: Limits):
        self.notebook, self.limits = notebook, limits
        self.left = float(limits.wall)
        self._ran: list[Cell] = []  # the set-up and the learner's: what a new kernel runs again
        self._client: Any = None
        self._seconds = 0.0  # that the cell which runs now may take
        self._reply: dict[str, Any] = {}
        self._ends = ExitStack()

    def run(self, cell: Cell, asked: Sequence[str]) -> Raised | None:
        """Run a cell, a test with the names that it asks for; what it raised."""
        if (broken := syntax_error(cell.source)) is not None:
            return broken
        if self.left <= 0:
            return Raised(STOPPED, self.limits.all_used)
        fresh, self._client = self._client is None, self._client or self._started()
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        try:
            for earlier in self._ran if fresh else ():
                self._timed(earlier, earlier.source)
                self._set_up_tests(earlier)
            if cell.is_test:
                return self._test(cell, asked)
            self._timed(cell, cell.source)
            found = _raised(self._reply)
            self._set_up_tests(cell)
        except (CellTimeoutError, DeadKernelError) as error:
            self.end()
            why = TOO_LONG if isinstance(error, CellTimeoutError) else GONE
            if cell.is_setup:
                raise UserError(
                    f"{self.notebook.path}, {cell.name}, the set-up that all tests need: {why}",
                    todo="Run that cell by hand. If it only needs more time: --timeout 300",
                ) from None
            return Raised(STOPPED, why)
        self._ran.append(cell)
        return found

    def end(self) -> None:
        """End the kernel, whatever it is doing."""
        self._ends.close()
        self._client = None

    def _test(self, cell: Cell, asked: Sequence[str]) -> Raised | None:
        name = cell.grade_id or str(cell.number)
        call = in_kernel.calling("run_test", cell.source, name, list(asked))
        told = None
        for output in self._timed(cell, call):
            told = output.get("data", {}).get(in_kernel.RAISED, told)
        return None if told is None else raised_by_code(**told)

    def _set_up_tests(self, cell: Cell) -> None:
        if cell.is_setup:
            self._timed(cell, in_kernel.calling("set_up", cell.source))

    def _timed(self, cell: Cell, source: str) -> list[Any]:
        """Run a source within the time that this cell has; its outputs."""
        if cell.is_setup:
            self._seconds = max(START, self.limits.cell)
            return self._execute(source)
        self._seconds = min(self.limits.cell, self.left)
        start = time.monotonic()
        try:
            return self._execute(source)
        finally:
            self.left -= time.monotonic() - start

    def _execute(self, source: str) -> list[Any]:
        from nbformat import v4

        cell = v4.new_code_cell(source)
        self._client.nb.cells = [cell]
        self._client.execute_cell(cell, 0)
        return cell.outputs

    def _started(self) -> Any:
        """A client of a kernel that is ready for the first cell."""
        try:
            import ipykernel.kernelspec  # noqa: F401  (the kernel; it runs in another process)
            from jupyter_client.kernelspec import KernelSpecManager
            from jupyter_client.manager import AsyncKernelManager
            from nbclient import NotebookClient
            from nbformat import v4
        except ImportError as error:
            raise UserError(
                f"{self.notebook.path} can't be run: no Jupyter kernel is installed here "
                f"({error}).",
                todo="Install what a check needs: pip install nbclient nbformat ipykernel",
            ) from None

        def on_end(cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
            self._reply = execute_reply["content"]

        folder = self._ends.enter_context(tempfile.TemporaryDirectory(prefix="llmcourse-"))
        # With no kernel folders, what is left is the kernel of this Python, whatever the names
        # "python3" or the notebook's own kernel mean elsewhere on this machine.
        kernel = AsyncKernelManager(
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(Path(folder) / "kernel.json"),
            transport=_TRANSPORT,
        )
        client = NotebookClient(
            v4.new_notebook(),  # only sources go in: nothing that another program left behind
            kernel,
            timeout_func=lambda _: self._seconds,
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",  # there is nothing to wait for, least of all a loop
            resources={"metadata": {"path": str(self.notebook.path.resolve().parent)}},
            on_cell_executed=on_end,
        )
        try:
            setup = client.setup_kernel(cleanup_kc=True, stdout=_NOWHERE, stderr=_NOWHERE)
            self._ends.enter_context(setup)
        except RuntimeError as error:
            raise UserError(
                f"{self.notebook.path} can't be run: the Jupyter kernel did not start ({error}).",
                todo="Try it by hand: python -m ipykernel_launcher. Then: llmcourse doctor",
            ) from None
        self._client, self._seconds = client, START
        self._execute(in_kernel.loading(Path(in_kernel.__file__).read_text(encoding="utf-8")))
        return client


def _raised(reply: dict[str, Any]) -> Raised | None:
    """The exception out of a kernel's reply."""
    if reply["status"] != "error":
        return None
    message = _COLOUR.sub("", reply.get("evalue", "")).strip()
    frames = [_COLOUR.sub("", frame) for frame in reply.get("traceback", [])]
    lines = [found[1] for frame in frames if (found := _IN_A_CELL.search(frame))]
    return raised_by_code(reply["ename"], message, lines[-1].strip() if lines else "")
