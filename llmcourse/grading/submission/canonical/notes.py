"""What is said of a submission: what was odd, changed, chosen or left out, one sentence each.

Learner and instructor read the same. Cells are named by their number in the file.
"""

import re
from collections.abc import Iterator, Sequence

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.tasks import Task
from llmcourse.grading.submission.canonical.added import Added
from llmcourse.grading.submission.canonical.cells import Cell
from llmcourse.grading.submission.canonical.contents import Code
from llmcourse.grading.submission.canonical.matching import Choice, Solutions
from llmcourse.grading.submission.canonical.text import plain, shown

_MADE_BY_IPYTHON = re.compile(r"[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*[!%]")  # `files = !ls`


def on_tests(cells: Sequence[Cell], bundle: Bundle) -> Iterator[str]:
    """Tests that are not as they were given out: the bundle's were used."""
    for task in bundle.tasks:
        for kind, name, points in (
            ("visible", task.cells.visible, task.visible),
            ("hidden", task.cells.hidden, task.hidden),
        ):
            copies = [cell for cell in cells if cell.name == name]
            if any(_is_whole(cell, points, bundle.released[name]) for cell in copies):
                continue
            if copies:
                yield (
                    f"Your notebook's copy of the {kind} test of {_called(task)} was changed; the "
                    "original was used."
                )
            elif kind == "visible":  # a hidden one is an empty cell to a learner
                yield (
                    f"The visible test of {_called(task)} is not in your notebook any more; the "
                    "original was used."
                )


def _is_whole(cell: Cell, points: int, released: str) -> bool:
    """Whether a test is as it was given out."""
    return (
        cell.is_code
        and cell.marks.get("points", points) == points
        and cell.marks.get("grade", True) is True
        and not cell.marks.get("solution")
        and plain(cell.source) == plain(released)
    )


def on_solutions(solutions: Solutions) -> Iterator[str]:
    """How each task's solution was found, where that was not by its grade_id alone."""
    for choice in solutions.choices:
        yield from _on_choice(choice, solutions)
    for task, code in solutions.by_place:
        yield (
            f"Cell {code.number} was taken for the solution of {_called(task)} by its place alone."
        )
    yield from _on_recognised(solutions)
    yield from _on_missing(solutions)


def _on_choice(choice: Choice, solutions: Solutions) -> Iterator[str]:
    task, name, number = choice.task, choice.name, choice.code.number
    if choice.code.name is None and solutions.own(task):
        yield (
            f"Cell {number} was taken for the solution of {_called(task)}: it defines {name}, and "
            "the solution cell does not."
        )
    if choice.others:
        numbers = _numbers(sorted([number, *choice.others]))
        yield (
            f"{_capital(_called(task))}: {numbers} define {name} in different ways; cell {number} "
            "counts."
        )


def _on_recognised(solutions: Solutions) -> Iterator[str]:
    found = [
        (task, code)
        for task in solutions.bundle.tasks
        if not solutions.marked(task)
        for code in solutions.found.get(task.id, [])
        if code in solutions.won
    ]
    if numbers := sorted({code.number for _, code in found if code.name is None}):
        yield f"The grade_id of {_numbers(numbers)} was lost; what they define says which they are."
    for task, code in found:
        if code.name is not None:
            yield (
                f"The solution of {_called(task)} was found in cell {code.number}, another task's."
            )


def _on_missing(solutions: Solutions) -> Iterator[str]:
    for task in solutions.bundle.tasks:
        if task.id in solutions.found:
            continue
        marked = solutions.marked(task)
        if any(cell.is_code for cell in marked):
            why = f"its solution cell (cell {marked[-1].number}) is too long to be read"
        elif marked:
            why = f"its solution cell (cell {marked[-1].number}) is no code cell any more"
        else:
            names = " and ".join(solutions.names[task.id])
            why = f"no cell has its grade_id, and none defines {names}"
        yield f"Nothing was handed in for {_called(task)}: {why}."


def on_added(added: Added) -> Iterator[str]:
    """What was left out of the learner's own cells."""
    if added.partly:
        yield (
            f"Of what you added yourself ({_numbers(added.partly)}) loops, and expressions that "
            "stand alone (a print, a call), were not run."
        )
    if added.broken:
        yield f"Left out as no Python: {_numbers(added.broken)}."


def on_names(added: Added, codes: Sequence[Code]) -> Iterator[tuple[str, str]]:
    """Names that something left out would have made, each with a sentence that says so."""
    for code in codes:
        for line in code.ipython:
            if made := _MADE_BY_IPYTHON.match(line):
                said = f"a line for IPython, and is not run: `{shown(line)}`"
                yield made[1], f"What makes `{made[1]}` in cell {code.number} is {said}."
        if code.number in added.broken:
            for name in code.defines:
                yield name, f"Cell {code.number}, which would define `{shown(name)}`, is no Python."
    for name, number in added.without.items():
        yield (
            name,
            f"`{shown(name)}` is made in cell {number}, which you added, by a loop or an "
            "expression that stands alone, and those are not run there. Move it into the task's "
            "own cell.",
        )


def on_reading(codes: Sequence[Code], unread: Sequence[Cell]) -> Iterator[str]:
    """What was not read: cells that are too long, lines that are for IPython."""
    if unread:
        yield f"{_capital(_numbers([c.number for c in unread]))}: too long, and left out."
    if numbers := [code.number for code in codes if code.ipython]:
        lines = [f"`{shown(line)}`" for code in codes for line in code.ipython]
        some = ", ".join(lines[:3]) + (", …" if len(lines) > 3 else "")
        yield f"Lines for IPython were left out of {_numbers(numbers)}: {some}"


def _called(task: Task) -> str:
    return f"task {task.number} ({task.title})"


def _numbers(numbers: Sequence[int]) -> str:
    """How cells are named: `cell 3`, `cells 3, 4 and 9`."""
    if len(numbers) == 1:
        return f"cell {numbers[0]}"
    named = [str(number) for number in numbers[:8]]
    last = f"{len(numbers) - 8} more" if len(numbers) > 8 else named.pop()
    return f"cells {', '.join(named)} and {last}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
