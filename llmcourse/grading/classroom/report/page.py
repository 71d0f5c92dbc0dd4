"""The report on a class as one HTML file that asks no other for anything.

It names learners, so it is for the people who teach, and not for a public place. The same grades
give the same bytes. Everything that a learner could have written is cut, cleaned and escaped.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from llmcourse.errors import UserError
from llmcourse.grading.classroom.report.items import FEWEST, Item, items
from llmcourse.grading.classroom.report.likeness import (
    LEAST_SHARE,
    Pair,
    alike,
    given_out,
    prints_of,
)
from llmcourse.grading.classroom.report.mistakes import Mistake, mistakes
from llmcourse.grading.classroom.report.points import Bar, Distribution, distribution
from llmcourse.grading.classroom.standing import Standing, counted
from llmcourse.grading.notebook.hashes import short
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.tasks import Task
from llmcourse.grading.submission.feedback import clean

MOST_PAIRS = 50
MOST_CHARACTERS = 300  # of a name or a reason

MOST_MISTAKES = 12  # that are shown at once

HEIGHT, LEFT, WIDTH = 180, 20, 560  # of the plot, in its own units


def report_page(found: Sequence[Standing], bundle: Bundle, *, base: str) -> str:
    """The page of a class. `base` is the address of the book.

    Raises `UserError` where nobody has points.

    >>> page = report_page(found, bundle, base="https://example.org")
    """
    graded = counted(found)
    if not graded:
        raise UserError(
            f"Nobody has points in {bundle.step}, so there is nothing to report.",
            todo="See in the table of `llmcourse grade` why not.",
        )
    results = [one.result for one in graded if one.result is not None and one.result.tasks]
    given = given_out(bundle)
    pairs = alike(
        {one.student: prints_of(_submitted(one), bundle, given) for one in found if one.attempt}
    )
    spread = distribution([one.counts or 0.0 for one in graded], bundle.points)
    return _template().render(
        step=bundle.step,
        title=_line(bundle.title),
        of=f"{bundle.points:g}",
        class_size=len(found),
        spread=spread,
        numbers=_numbers(spread),
        bars=_bars(spread),
        ticks=_ticks(spread),
        height=HEIGHT,
        left=LEFT,
        width=WIDTH,
        items=[_item(one, base) for one in items(bundle.tasks, results)],
        fewest=FEWEST,
        mistakes=[_mistake(one, base, len(results)) for one in mistakes(bundle.tasks, results)],
        most=MOST_MISTAKES,
        not_graded=[(_who(one), _line(one.why)) for one in found if one.points is None],
        late=[(_who(one), one.late.words, f"{one.taken_off:g}") for one in found if _is_late(one)],
        pairs=[_pair(one, found, bundle) for one in pairs[:MOST_PAIRS]],
        more=max(0, len(pairs) - MOST_PAIRS),
        least=f"{LEAST_SHARE:.0%}",
        bundle=short(bundle.sha256),
    )


def _submitted(one: Standing) -> bytes:
    """What was handed in; nothing where it was too large to be kept."""
    try:
        return one.attempt.submitted.read_bytes() if one.attempt else b""
    except OSError:
        return b""


def _numbers(spread: Distribution) -> list[tuple[str, str]]:
    return [
        ("graded", str(spread.n)),
        ("mean", f"{spread.mean:.1f}"),
        ("median", f"{spread.median:g}"),
        ("lowest", f"{spread.lowest:g}"),
        ("highest", f"{spread.highest:g}"),
    ]


def _bars(spread: Distribution) -> list[dict[str, float | str]]:
    """Where the plot's bars stand: their height is the number of learners."""
    tallest = max(bar.students for bar in spread.bars)
    step = WIDTH / len(spread.bars)
    return [_bar(bar, LEFT + place * step, step, tallest) for place, bar in enumerate(spread.bars)]


def _bar(bar: Bar, left: float, step: float, tallest: int) -> dict[str, float | str]:
    height = HEIGHT * bar.students / tallest
    return {
        "x": round(left + 0.08 * step, 2),
        "y": round(24 + HEIGHT - height, 2),
        "width": round(0.84 * step, 2),
        "height": round(height, 2),
        "middle": round(left + step / 2, 2),
        "students": bar.students or "",
    }


def _ticks(spread: Distribution) -> list[tuple[float, int]]:
    """Where a bar begins or ends, and at how many points."""
    step = WIDTH / len(spread.bars)
    ends = [*(bar.low for bar in spread.bars), spread.bars[-1].high]
    return [(round(LEFT + place * step, 2), end) for place, end in enumerate(ends)]


def _item(one: Item, base: str) -> dict[str, str]:
    known = one.discrimination
    return {
        "title": f"{one.task.number} · {_line(one.task.title)}",
        "page": _address(one.task, base),
        "earned": f"{one.earned:.0%}",
        "visible": f"{one.visible:.0%}",
        "hidden": f"{one.hidden:.0%}",
        "discrimination": _line(one.why) if known is None else f"{known:+.2f}",
        "look": "yes" if known is not None and known < 0 else "",
    }


def _mistake(one: Mistake, base: str, results: int) -> dict[str, str]:
    return {
        "title": f"{one.task.number} · {_line(one.task.title)}",
        "message": _line(one.known.message),
        "students": f"{one.students} of {results}",
        "page": _address(one.task, base),
        "page_name": _page_name(one.task),
    }


def _pair(pair: Pair, found: Sequence[Standing], bundle: Bundle) -> dict[str, object]:
    by_student = {one.student: one for one in found}
    return {
        "first": _who(by_student[pair.first]),
        "second": _who(by_student[pair.second]),
        "share": f"{pair.share:.0%}",
        "tasks": [_line(task.id) for task in bundle.tasks if task.id in pair.tasks],
    }


def _is_late(one: Standing) -> bool:
    return one.points is not None and one.late is not None and one.late.days != 0


def _who(one: Standing) -> str:
    name = _line(one.name)
    student = _line(one.student)
    return f"{name} ({student})" if name and name != student else student


def _line(text: str) -> str:
    return " ".join(clean(text, MOST_CHARACTERS).split())


def _address(task: Task, base: str) -> str:
    return f"{base.rstrip('/')}/{task.page.removesuffix('.md')}.html"


def _page_name(task: Task) -> str:
    return _line(task.page.removeprefix("book/").removesuffix(".md"))


@cache
def _template() -> Template:
    """The file beside this one, with every value escaped, and an error where one is missing."""
    text = Path(__file__).with_name("report.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)
