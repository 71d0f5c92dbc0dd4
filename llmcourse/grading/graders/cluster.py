"""Grading on a Dask cluster that is there already: one machine is too small, or too slow.

It does what `processes` does on this machine, for the same callers. The bundle is sent once, each
submission as a task, never more than the cluster can soon work at. Dask gives the task of a worker
that dies to another; what comes back for a submission is taken once. A task gives back JSON text
and nothing else (see `worker`).

The cluster is trusted: Dask's own messages between its machines can run code, and carry what
learners handed in and the hidden tests. It belongs on a private network of your own machines, or
behind TLS (`tls://…`, with certificates in Dask's configuration). No learner's code is trusted: it
runs in the sandbox, on the workers, as it does here.
"""

import asyncio
import contextlib
import itertools
import json
import queue
import threading
import time
import uuid
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.graders import worker
from llmcourse.grading.graders.processes import Answer, Work
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.sandbox.limits import Limits

CONNECT = 10.0  # seconds in which the cluster must answer
ALONE = 60.0  # seconds that the cluster may be without any worker
LOOK = 2.0  # seconds between two looks at whether it still has some
AGAIN = 3  # times that a submission is sent again when the cluster has lost it
GO_ON = "What was graded is kept. Start it again, then run the same command."

DIED = "It could not be graded: several workers of the cluster died while they worked at it."
LOST = "It could not be graded: the cluster lost it several times."


class DaskGraders:
    """The workers of a cluster as graders; use it in a `with`, which connects to them."""

    def __init__(self, address: str, bundle: Bundle, limits: Limits, sandbox: bool):
        """`address` is that of Dask's scheduler, for example tcp://10.0.0.5:8786."""
        self.address, self.bundle = address, bundle
        self.limits, self.sandbox = limits, sandbox
        self._client: Any = None
        self._sent: Any = None  # the bundle, on the cluster
        self._session = uuid.uuid4().hex
        self._pending: dict[str, Work] = {}
        self._futures: dict[str, Any] = {}
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._seen = 0.0  # when there was a worker
        self._again: dict[int, int] = {}  # how often a submission was sent again, by its place

    def __enter__(self) -> "DaskGraders":
        """Raises `UserError` where there is no such cluster, or it can't grade this set."""
        self._client = _connected(self.address)
        try:
            self._refuse_others()
            self._send_bundle()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End what still runs, and leave the cluster as it was."""
        with contextlib.suppress(Exception):  # of a cluster that is gone
            self._client.cancel(list(self._futures.values()), force=True)
        # It can't be interrupted, and it never ends where the scheduler is gone.
        ending = threading.Thread(target=self._end_children, daemon=True)
        ending.start()
        ending.join(CONNECT)
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECT)

    def graded(self, works: Iterable[Work]) -> Iterator[tuple[Work, Answer]]:
        """Each work with its answer, once, in the order in which they end.

        No more than twice as many as the workers have threads wait. Raises `UserError` where the
        cluster is gone.
        """
        works = iter(works)
        self._seen = time.monotonic()
        while True:
            for work in itertools.islice(works, self._room()):
                self._submit(work)
            if not self._pending:
                return
            future = self._next()
            answer = self._answer(future)
            work = self._pending.pop(future.key)
            del self._futures[future.key]
            if answer is None:
                count = self._again[work.place] = self._again.get(work.place, 0) + 1
                if count <= AGAIN:
                    self._send_bundle()  # it may be lost too
                    self._submit(work)
                    continue
                answer = Answer(problem=LOST)
            yield work, answer

    def _submit(self, work: Work) -> None:
        key = f"llmcourse-grade-{self._session}-{uuid.uuid4().hex}"
        with self._reached(), warnings.catch_warnings():  # that a notebook is large
            warnings.simplefilter("ignore")
            future = self._client.submit(
                worker.grade,
                self._sent,
                content=work.content,
                seed=work.seed,
                limits=self.limits,
                sandbox=self.sandbox,
                session=self._session,
                code=worker.code_hash(),
                key=key,
            )
        self._pending[key], self._futures[key] = work, future
        future.add_done_callback(self._ended.put)

    def _next(self) -> Any:
        """The next future that ended, well or not."""
        while True:
            try:
                future = self._ended.get(timeout=LOOK)
                self._seen = time.monotonic()
                return future
            except queue.Empty:
                if self._threads():
                    self._seen = time.monotonic()
                elif time.monotonic() - self._seen > ALONE:
                    raise self._deserted() from None

    def _answer(self, future: Any) -> Answer | None:
        """What the task gave back, or why it did not; None where the cluster has lost it."""
        from distributed import KilledWorker

        try:
            return _read(future.result(timeout=ALONE))
        except (CancelledError, TimeoutError):
            return None
        except KilledWorker:
            return Answer(problem=DIED)
        except Exception as error:
            first = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
            return Answer(problem=f"It could not be graded: {first}")

    def _room(self) -> int:
        return max(0, 2 * max(1, self._threads()) - len(self._pending))

    def _threads(self) -> int:
        """How many submissions the cluster can work at, now."""
        with self._reached():
            return sum(self._client.nthreads().values())

    def _send_bundle(self) -> None:
        """Give it to every worker; of those that come later each takes it from another."""
        with self._reached():
            try:
                options = {"broadcast": True, "hash": False, "timeout": ALONE}
                self._sent = self._client.scatter(self.bundle, **options)
            except TimeoutError:
                raise self._deserted() from None

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        """Raise `UserError` for what the client raises when the scheduler is gone: many kinds."""
        try:
            yield
        except UserError:
            raise
        except Exception as error:
            raise UserError(
                f"The connection to the cluster at {self.address} is lost: {type(error).__name__}.",
                todo=GO_ON,
            ) from None

    def _deserted(self) -> UserError:
        return UserError(f"The cluster at {self.address} has no worker any more.", todo=GO_ON)

    def _end_children(self) -> None:
        with contextlib.suppress(Exception):
            self._client.run(worker.end, self._session, on_error="ignore")

    def _refuse_others(self) -> None:
        """Raise `UserError` where no worker is there, or one that would grade otherwise."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError:
            raise UserError(
                f"The cluster at {self.address} has no worker.",
                todo=f"Start one on each machine: dask worker {self.address}",
            ) from None
        told = self._client.run(worker.state, self.sandbox, on_error="return")
        for place, text in told.items():
            if isinstance(text, BaseException):
                raise UserError(
                    f"The worker {place} can't grade: {type(text).__name__}: {text}",
                    todo="Install this version of llmcourse there, and restart the worker.",
                )
            state = json.loads(text)
            if state["code"] != worker.code_hash():
                raise UserError(
                    f"The worker {place} has another version of llmcourse, which may grade "
                    "otherwise.",
                    todo="Install the same version on all machines, and restart the workers.",
                )
            if state["problem"]:
                raise UserError(f"The worker {place} can't grade.", todo=state["problem"])


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError(
            f"Dask is not installed ({error}).",
            todo='Install it: pip install "llmcourse[dask]"',
        ) from None
    # Asked first, because a client that can't connect does not end cleanly.
    try:
        # In a thread of its own: a notebook, for one, has a loop that runs in this one.
        with ThreadPoolExecutor(1) as thread:
            kind = thread.submit(asyncio.run, _kind_in_time(address)).result()
    except TimeoutError:
        kind, why = "", f"nothing answers within {CONNECT:g} s"
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        kind, why = "", str(error).partition("\n")[0][:200]
    else:
        why = f"that is a {kind}"
    if kind != "Scheduler":
        raise UserError(
            f"There is no Dask scheduler at {address!r}: {why}.",
            todo="Give the address that `dask scheduler` prints, for example "
            "tcp://10.0.0.5:8786 (for tls:// set the certificates in Dask's configuration).",
        )
    return Client(address, timeout=CONNECT, set_as_default=False)


async def _kind_in_time(address: str) -> str:
    return await asyncio.wait_for(_kind(address), CONNECT)


async def _kind(address: str) -> str:
    """What the server of Dask's at this address calls itself."""
    from distributed.core import rpc
    from distributed.security import Security

    arguments = Security().get_connection_args("client")
    async with rpc(address, timeout=2 * CONNECT, connection_args=arguments) as server:
        return str((await server.identity())["type"])


def _read(text: Any) -> Answer:
    """The answer in a task's text, whatever came."""
    fields = json.loads(text) if isinstance(text, str) else None
    names = {"result", "notebook", "problem"}
    if not isinstance(fields, dict) or set(fields) != names:
        return Answer(problem="It could not be graded: a worker answered what was not asked.")
    return Answer(**{name: str(value) for name, value in fields.items()})
