"""A class of submissions: what needs grading is graded side by side and kept as it comes.

This process alone writes, and each result as soon as it is there, so whoever stops or kills the
command loses no more than what was being graded, and the same command goes on from there. What a
submission earns is `grade_one`'s part, and where it runs that of `graders`.
"""

import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt, Attempts, Graded, HandedIn
from llmcourse.grading.classroom.gradebook import Gradebook
from llmcourse.grading.classroom.submissions import Submission
from llmcourse.grading.graders.processes import Answer, Engine, Grader, Graders, Work
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.feedback import feedback_page
from llmcourse.grading.submission.formgrader import graded_notebook
from llmcourse.grading.submission.result import Result
from llmcourse.sandbox.limits import DEFAULT, Limits

CHANGED = "Graded again: the set's tests have changed."
LARGEST = 64_000_000  # bytes of a file that are read at all


@dataclass(frozen=True)
class Outcome:
    """What became of one student's submission."""

    student: str
    attempt: Attempt | None = None  # the one that counts, if it could be kept
    result: Result | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""  # why there is no grade
    is_new: bool = False  # graded now, not before

    @property
    def graded(self) -> bool:
        """Whether there are points: none may be all that it earned, and is a grade too."""
        return not self.problem


class NotMerged(UserError):
    """All is graded and kept, and nbgrader's gradebook lacks some of it."""

    def __init__(self, error: UserError, outcomes: "list[Outcome]"):
        super().__init__(error.wrong, todo=error.todo)
        self.outcomes = outcomes


def grade_class(
    submissions: Sequence[Submission],
    bundle: Bundle,
    store: Attempts,
    *,
    gradebook: Gradebook | None = None,
    base: str = "",
    jobs: int | None = None,
    regrade: bool = False,
    limits: Limits = DEFAULT,
    sandbox: bool = True,
    grader: Grader | None = None,
    engine: Engine | None = None,
    on_progress: Callable[[int, int, Outcome], None] | None = None,
) -> list[Outcome]:
    """Grade what has no grade by this bundle yet, keep it, merge it; the outcome of each.

    `base` is the address of the book that feedback points to, `jobs` the number of submissions at
    once (as many as there are processors), `grader` what grades one (`grade_one`). An `engine` that
    is open already takes the place of this machine's processes, `jobs`, `limits`, `sandbox` and
    `grader`. With `regrade` those that have a grade are graded again; no older result is changed.
    `on_progress` is told how many are done, of how many, and the last one's outcome.

    Raises `UserError` where results can't be written; those that were written before are kept. A
    gradebook that is out of reach stops nothing: all are graded, then `NotMerged` is raised.
    """
    store.tidy(bundle.step)
    one = _Class(submissions, bundle, store, gradebook, base, regrade, on_progress)
    one.merge_before()
    with ExitStack() as stack:
        if engine is None:
            jobs = jobs or os.cpu_count() or 1
            engine = stack.enter_context(Graders(bundle, jobs, limits, sandbox, grader))
        for work, answer in engine.graded(one.works()):
            one.keep(work.place, answer)
    outcomes = [one.outcomes[place] for place in range(len(submissions))]
    if gradebook is not None and one.is_behind:
        try:
            gradebook.merge_all(bundle)
        except UserError as error:
            raise NotMerged(error, outcomes) from None
    return outcomes


@dataclass
class _Class:
    """The submissions on their way to outcomes; each is known by its place among them."""

    submissions: Sequence[Submission]
    bundle: Bundle
    store: Attempts
    gradebook: Gradebook | None
    base: str
    regrade: bool
    on_progress: Callable[[int, int, Outcome], None] | None

    def __post_init__(self) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self.is_behind = False  # whether the gradebook lacks something
        self._waiting: dict[int, HandedIn] = {}
        self._changed: set[int] = set()  # those with a result by another bundle

    def works(self) -> Iterator[Work]:
        """What is to be graded, read when it is its turn; of the others it tells the outcome."""
        step = self.bundle.step
        for place, submission in enumerate(self.submissions):
            student = submission.student
            try:
                if submission.path is None:
                    raise UserError(submission.problem, todo="")
                handed_in = _read(submission.path, submission.timestamp)
                needed, newest = self.store.needs_grading(
                    step, student, handed_in.sha256, self.bundle.sha256
                )
                seed = self.store.seed(step, student, handed_in.sha256)
            except UserError as error:
                problem = str(error).strip()
                self._done(place, Outcome(student, notes=submission.notes, problem=problem))
                continue
            if newest is not None and not needed and not self.regrade:
                self._done(place, _outcome(newest, is_new=False))
                continue
            if needed and newest is not None and newest.sha256 == handed_in.sha256:
                self._changed.add(place)
            self._waiting[place] = handed_in
            if handed_in.content is None:
                self.keep(place, self._too_large(handed_in, seed))
            else:
                yield Work(place, handed_in.content, seed)

    def keep(self, place: int, answer: Answer) -> None:
        """Write what a grader gave back."""
        submission, handed_in = self.submissions[place], self._waiting.pop(place)
        student, notes = submission.student, submission.notes
        if answer.problem:
            self._done(place, Outcome(student, notes=notes, problem=answer.problem))
            return
        result = Result.from_json(answer.result)
        result = dataclasses.replace(result, notes=(*notes, *result.notes))

        def page(attempt: int) -> str:
            return feedback_page(
                result, self.bundle, student=student, attempt=attempt, base=self.base
            )

        graded = Graded(result, page, answer.notebook)
        attempt = self.store.record(
            self.bundle.step, student, handed_in, graded, regrade=self.regrade
        )
        self._merging(lambda book: book.merge(self.bundle, student))
        outcome = _outcome(attempt, is_new=True)
        if place in self._changed:
            outcome = dataclasses.replace(outcome, notes=(CHANGED, *outcome.notes))
        self._done(place, outcome)

    def merge_before(self) -> None:
        """Write what an earlier run has kept and not merged."""
        self._merging(lambda book: book.merge_all(self.bundle))

    def _merging(self, merge: Callable[[Gradebook], object]) -> None:
        """Merge, unless that has failed before: who waits for a database grades nobody.

        What is missing is in the attempts, and is merged when all is graded.
        """
        if self.gradebook is not None and not self.is_behind:
            try:
                merge(self.gradebook)
            except UserError:
                self.is_behind = True

    def _done(self, place: int, outcome: Outcome) -> None:
        self.outcomes[place] = outcome
        if self.on_progress is not None:
            self.on_progress(len(self.outcomes), len(self.submissions), outcome)

    def _too_large(self, handed_in: HandedIn, seed: str) -> Answer:
        result = Result(
            self.bundle.step,
            handed_in.sha256,
            self.bundle.sha256,
            seed,
            tasks=(),
            refused=f"The file is larger than {LARGEST // 10**6} MB. Clear the notebook's outputs, "
            "save it and hand it in again.",
        )
        return Answer(result.to_json(), graded_notebook(self.bundle, result, ()))


def _outcome(attempt: Attempt, *, is_new: bool) -> Outcome:
    result = attempt.result
    return Outcome(attempt.student, attempt, result, result.notes, result.refused, is_new)


def _read(path: Path, timestamp: str) -> HandedIn:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
            digest = hashlib.sha256(content)
            whole = len(content) <= LARGEST
            while more := file.read(1 << 20):
                digest.update(more)
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", todo="") from None
    kept = content if whole else None
    return HandedIn(path.name, digest.hexdigest(), kept, timestamp)
