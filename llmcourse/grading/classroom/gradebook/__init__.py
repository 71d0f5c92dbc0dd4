"""nbgrader's gradebook, kept in step with the attempts.

    place       where it is, by nbgrader's configuration
    database    opened, made whole, written by one grader at a time
    version     whether it is of the nbgrader that is installed
    cells       what it knows of a problem set
    scores      what an attempt gives, what stands there, what counts
    by_hand     the scores and comments that people gave
    pages       the graded notebooks that formgrader opens

What stands in it can be made again from the attempts at any time, but for what an instructor wrote
by hand in formgrader, and that is never touched. Only the newest attempt of a student is merged, so
an older one can't replace it, and merging twice changes nothing. A submission that could not be
graded has no automatic score and is marked as in need of a person, which is not the same as 0.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.classroom.folders import locked
from llmcourse.grading.classroom.gradebook import pages, scores
from llmcourse.grading.classroom.gradebook.by_hand import by_hand
from llmcourse.grading.classroom.gradebook.cells import describe
from llmcourse.grading.classroom.gradebook.database import opened, silent
from llmcourse.grading.classroom.gradebook.place import Place, configured
from llmcourse.grading.classroom.standing import ByHand
from llmcourse.grading.problem_sets.bundle import Bundle

__all__ = ["Gradebook", "Place", "configured"]

KEPT = "Every attempt is kept all the same, and merged when this works again."


class Gradebook:
    """The gradebook of a course; close it, or use it in a `with`."""

    def __init__(self, place: Place, attempts: Attempts):
        """Open it, and make it where there is none. Raises `UserError` where it can't be opened."""
        self._place, self._attempts = place, attempts
        self._described: set[str] = set()  # bundles whose cells it knows
        with locked(attempts.gradebook), silent():
            self._database = opened(place)

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        with silent():
            self._database.let_go()

    def merge(self, bundle: Bundle, student: str) -> bool:
        """Write what the newest attempt of `student` was given; whether anything changed."""
        with self._written():
            return self._merge(bundle, student)

    def merge_all(self, bundle: Bundle) -> int:
        """The same for everybody; how many changed. What is as it must be costs one query.

        Raises `UserError` where somebody could not be merged, when all others are.
        """
        left: list[UserError] = []
        with self._written():
            kept = scores.automatic(self._database, bundle.step)
            changed = 0
            for student in self._attempts.students(bundle.step):
                try:
                    attempt = self._attempts.newest(bundle.step, student)
                    if attempt and (
                        kept.get(student) != scores.given(bundle, attempt)
                        or pages.is_old(self._place.autograded, bundle, attempt)
                    ):
                        changed += self._merge(bundle, student)
                except UserError as error:
                    left.append(error)
        if left:
            raise left[0]
        return changed

    def scores(self, step: str) -> dict[str, float | None]:
        """What counts for each student who handed in; None for whoever is not graded.

        For each test a person's score counts, else the automatic one, and extra credit is added, as
        nbgrader does it. While one test has neither score the submission is not graded: nbgrader's
        own sums (`nbgrader export`, formgrader) count it as 0 there, so the table to hand on is
        that of `llmcourse grades`. What nbgrader takes off for late days is not in here.

        Raises `UserError` where the database can't be read.
        """
        with silent(), self._database.told("read"):
            try:
                return scores.counting(self._database, step)
            finally:
                self._database.let_go()

    def by_hand(self, step: str) -> Mapping[str, ByHand]:
        """The scores and comments that people gave, by student.

        Raises `UserError` where the database can't be read.
        """
        with silent(), self._database.told("read"):
            try:
                return by_hand(self._database, step)
            finally:
                self._database.let_go()

    @contextmanager
    def _written(self) -> Iterator[None]:
        """One process at a time, so that "the newest" is still true when it is written."""
        with (
            locked(self._attempts.gradebook),
            silent(),
            self._database.told("written", KEPT),
            self._database.alone(),
        ):
            yield

    def _merge(self, bundle: Bundle, student: str) -> bool:
        attempt = self._attempts.newest(bundle.step, student)
        if attempt is None:
            return False
        if bundle.sha256 not in self._described:
            describe(self._database, bundle)
            self._described.add(bundle.sha256)
        page_is_old = pages.is_old(self._place.autograded, bundle, attempt)
        is_new = pages.is_another(self._place.autograded, bundle, attempt)
        submitted = scores.submitted(self._database, bundle, attempt)
        changed = scores.set_automatic(submitted, scores.given(bundle, attempt), is_new=is_new)
        self._database.book.db.commit()
        if page_is_old:  # last, since it tells whether the scores are of another attempt
            pages.write(self._place.autograded, bundle, attempt)
        return changed or page_is_old
