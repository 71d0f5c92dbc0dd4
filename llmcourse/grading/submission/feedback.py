"""The page that a learner gets back: points, what each missing one is for, and where to read again.

One HTML file that asks no other for anything, so it can be mailed, uploaded and opened years later.
It shows the message of a test that the learner can see. Of one that they can't, it says that it
fails and which known mistake that points to, and nothing else: no message, whatever the result
holds. Everything that a learner could have written is cut, cleaned and escaped.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from llmcourse.grading.notebook.hashes import short
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.tasks import Misconception, Task
from llmcourse.grading.rules.verdict import UNREADABLE
from llmcourse.grading.submission.result import Result, State, TaskResult, TestResult

MOST_CHARACTERS = 2000  # of a message
MOST_IN_A_LINE = 300  # of a note, a name, a title
MOST_NOTES = 50

NEXT: Mapping[State, str] = {
    "not started": "Write your solution in place of the line that raises NotImplementedError. "
    "Above the cell are folded hints; open one when you are stuck.",
    "not yet": "Run the cell of this test in your notebook: it says the same. If you don't see "
    "why, look through the titles of the folded hints above your cell, and open the one that fits.",
    "error": "Your code stopped before it had a result. The message names the error. Run the "
    "cell of this test in your notebook to see where in your code it comes from.",
    "not allowed": "Change that line; then the tests are run.",
    "stopped": "Look for a loop that never ends, or for numbers that grow with every step; try "
    "your code on a small input.",
}
NEXT_UNREADABLE = (
    "Run your cell in the notebook: Python marks the place. Often a bracket, a colon or a "
    "quotation mark is missing there, or in the line above."
)
NEXT_HIDDEN = (
    "The test that you can see passes, so most of it is right. Go through the task's text point by "
    "point and try each yourself: other shapes and dtypes, the smallest and the largest inputs, "
    "equal values, whether an argument stays as it was."
)


@dataclass(frozen=True)
class Line:
    """One test as the page shows it."""

    kind: str  # which of the two tests
    passed: bool
    words: str
    points: str
    message: str  # of a test that the learner can see
    mistake: str  # of a hidden test: what the contract says of the known one that it points to


@dataclass(frozen=True)
class Block:
    """One task as the page shows it."""

    place: int  # on the page, from 1
    number: int  # in the set; 0 for a task that it has no more
    title: str
    points: str
    of: str
    all: bool
    begun: bool  # else it is folded away with the others that are not
    lines: tuple[Line, ...]
    step: str  # what to do next
    page: str  # the address to read again
    page_name: str


def feedback_page(result: Result, bundle: Bundle, *, student: str, attempt: int, base: str) -> str:
    """The page of one attempt, as HTML. `base` is the address of the book.

    >>> page = feedback_page(result, bundle, student="ada", attempt=2, base="https://example.org")
    """
    blocks = [_block(place, task, bundle, base) for place, task in enumerate(result.tasks, 1)]
    notes = [_one_line(note) for note in result.notes[:MOST_NOTES]]
    return _template().render(
        student=_one_line(student),
        title=_one_line(bundle.title),
        attempt=attempt,
        graded=bool(result.tasks) and not result.refused,
        refused=clean(result.refused, MOST_CHARACTERS),
        points=f"{result.points:g}",
        of=f"{result.of:g}",
        worth=f"{bundle.points:g}",
        percent=_percent(result.points, result.of),
        blocks=blocks,
        untouched=_tasks([block for block in blocks if not block.begun]),
        complete=all(block.all for block in blocks),
        notes=notes,
        more=len(result.notes) - len(notes),
        submission=short(result.submission),
        bundle=short(result.bundle),
    )


def clean(text: str, most: int) -> str:
    """At most `most` characters of `text`, without those that can't be seen or turn others round.

    Ends of lines and tabs stay. Control characters, halves of surrogate pairs and the marks that
    change the direction of writing go.

    >>> clean("a\\x1b[31m\\u202eb", 100)
    'a[31mb'
    """
    some = text[: 4 * most].replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in some if c in "\n\t" or not _is_unseen(c)).strip("\n")
    if len(text) <= 4 * most and len(kept) <= most:
        return kept
    return f"{kept[:most]} …"


def _one_line(text: str) -> str:
    return " ".join(clean(text, MOST_IN_A_LINE).split())


def _is_unseen(character: str) -> bool:
    """Cc control, Cs surrogate, Co private, Cn unassigned; Zl and Zp end lines in odd places."""
    if character in "\u200c\u200d":  # joiners, which some scripts and emoji need
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _tasks(blocks: Sequence[Block]) -> str:
    """Their numbers in words: "task 4", "tasks 4, 5"; nothing where there are none."""
    numbers = ", ".join(str(block.number) if block.number else block.title for block in blocks)
    return f"task{'' if len(blocks) == 1 else 's'} {numbers}" if blocks else ""


def _block(place: int, found: TaskResult, bundle: Bundle, base: str) -> Block:
    number, task = next(
        ((n, task) for n, task in enumerate(bundle.tasks, 1) if task.id == found.id), (0, None)
    )
    known = task.misconceptions if task else ()
    visible = _line("The test that you can see", found.visible)
    hidden = _line("The test that you can't see", found.hidden)
    if visible.passed:  # else one thing at a time: its mistake may be gone with the other
        hidden = replace(hidden, mistake=_mistake(found.hidden, known))
    return Block(
        place=place,
        number=number,
        title=_one_line(found.title),
        points=f"{found.points:g}",
        of=f"{found.of:g}",
        all=found.visible.passed and found.hidden.passed,
        begun=found.visible.passed or found.visible.state != "not started",
        lines=(replace(visible, message=_message(found.visible)), hidden),
        step=_next(found),
        page=_address(task, base) if task else "",
        page_name=_page_name(task.page) if task else "",
    )


def _line(kind: str, test: TestResult) -> Line:
    """What is said of a visible and of a hidden test alike: so nothing of the test itself."""
    return Line(
        kind=kind,
        passed=test.passed,
        words="passed" if test.passed else _WORDS[test.state],
        points=f"{test.points:g} of {_points(test.of)}",
        message="",
        mistake="",
    )


def _mistake(test: TestResult, known: Sequence[Misconception]) -> str:
    """The contract's words for the mistake that a hidden test points to, as a sentence.

    A visible test says it itself.
    """
    named = next((one for one in known if one.name == test.misconception), None)
    if named is None or test.passed:
        return ""
    return named.message if named.message.endswith((".", "!", "?")) else f"{named.message}."


def _message(test: TestResult) -> str:
    return "" if test.passed else clean(test.message, MOST_CHARACTERS)


_WORDS: Mapping[State, str] = {
    "passed": "not passed",  # a result that contradicts itself
    "not started": "not started",
    "not yet": "not passed yet",
    "error": "not passed: an error",
    "not allowed": "not run: something in the cell is not allowed",
    "stopped": "stopped: too much time or memory",
}


def _next(found: TaskResult) -> str:
    if not found.visible.passed:
        if found.visible.state == "error" and found.visible.message.startswith(UNREADABLE):
            return NEXT_UNREADABLE
        return NEXT.get(found.visible.state, "")
    if found.hidden.passed:
        return ""
    return NEXT["stopped"] if found.hidden.state == "stopped" else NEXT_HIDDEN


def _address(task: Task, base: str) -> str:
    """The page of the book that the text `task.page` becomes."""
    return f"{base.rstrip('/')}/{task.page.removesuffix('.md')}.html"


def _percent(points: float, of: float) -> str:
    share = points / of if of else 0.0
    return f"{100 * min(max(share, 0.0), 1.0):.1f}"


def _points(number: float) -> str:
    return f"{number:g} point{'' if number == 1 else 's'}"


@cache
def _template() -> Template:
    """The file beside this one, with every value escaped, and an error where one is missing."""
    text = Path(__file__).with_name("feedback.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)


def _page_name(path: str) -> str:
    """How a learner calls a page of the book.

    >>> _page_name("book/1-inputs/bpe.md")
    'The page bpe of step 1, inputs'
    """
    *_, folder, page = path.removesuffix(".md").split("/")
    number, _, step = folder.partition("-")
    return f"The page {page} of step {number}, {step}" if step else f"The page {page}"
