"""Which cells solve which task.

A solution cell is found by its name in the set, else by what it defines, else by its place. Where
several define the same, what was worked on counts before what was not, and the last before the
first. Left out: how that is said (`notes`), and what becomes of all other cells (`added`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.tasks import Task
from llmcourse.grading.submission.canonical.cells import MOST_CELLS, Cell
from llmcourse.grading.submission.canonical.contents import Code, Statement, code_of
from llmcourse.grading.submission.canonical.reading import Reader
from llmcourse.grading.submission.canonical.text import clean, plain


@dataclass(frozen=True)
class LearnerCell:
    """A source that runs as one cell."""

    grade_id: str | None  # of the solution that it is, or is part of; None: from an added cell
    source: str
    number: int = field(default=0, compare=False)  # of the cell of the file where it stands


@dataclass(frozen=True)
class Choice:
    """The definition of a name that counts, where the learner wrote one."""

    task: Task
    name: str
    code: Code
    others: tuple[int, ...]  # numbers of the cells that define it in another way


class Solutions:
    """The cells of each task, and `parts`: what a cell that solves something is run as."""

    def __init__(self, codes: Sequence[Code], cells: Sequence[Cell], bundle: Bundle):
        self.bundle = bundle
        self._codes, self._cells = codes, cells
        self.names = {task.id: task.names for task in bundle.tasks}
        self._stubs = {task.id: _stub(task, bundle) for task in bundle.tasks}
        every = [name for names in self.names.values() for name in names]
        self._telling = {name for name in every if every.count(name) == 1}  # of one task alone
        self.found: dict[str, list[Code]] = {}  # by task id
        self.won: dict[Code, dict[str, Task]] = {}  # the names whose definition there counts
        self.choices: list[Choice] = []
        self.by_place: list[tuple[Task, Code]] = []  # what nothing else told
        for task in bundle.tasks:
            self._find(task)
        self._find_by_place()
        solved: dict[Code, list[Task]] = {}
        for task in bundle.tasks:
            for code in self.found.get(task.id, []):
                solved.setdefault(code, []).append(task)
        self.parts = {code: self._parts(code, tasks) for code, tasks in solved.items()}

    def marked(self, task: Task) -> list[Cell]:
        """The cells with the name of its solution, of whatever kind."""
        return [cell for cell in self._cells if cell.name == task.cells.solution]

    def own(self, task: Task) -> list[Code]:
        """Those of them that hold code which can be read."""
        return [code for code in self._codes if code.name == task.cells.solution]

    def names_of(self, grade_id: str | None) -> set[str]:
        """What the solution cell with this grade_id must define."""
        tasks = [task for task in self.bundle.tasks if task.cells.solution == grade_id]
        return {name for task in tasks for name in self.names[task.id]}

    def is_stub(self, statement: Statement) -> bool:
        """Whether it is a definition as it was given out."""
        dumps = [stub.defines.get(n) for stub in self._stubs.values() for n in statement.names]
        return bool(statement.dump) and statement.dump in dumps

    def _find(self, task: Task) -> None:
        """Find for each name of the task the definition that counts, and the cells that hold it."""
        own = self.own(task)
        chosen: dict[Code, None] = {}  # an ordered set
        for name in self.names[task.id]:
            anywhere = name in self._telling
            elsewhere = anywhere and not any(c.is_python and name in c.defines for c in own)
            candidates = [
                code
                for code in self._codes
                if name in code.defines
                and (
                    code.name == task.cells.solution
                    or (anywhere and code.name is None)
                    or elsewhere  # merged into the cell of another task
                )
            ]
            best = max(candidates, key=lambda code: self._rank(code, name, task), default=None)
            if best is not None:
                self.won.setdefault(best, {})[name] = task
                chosen[best] = None
                self._remember(task, name, best, candidates)
        for code in own:  # a part that defines nothing of the task's
            if not any(name in code.defines for name in self.names[task.id]):
                chosen[code] = None
        if chosen:
            self.found[task.id] = list(chosen)

    def _remember(self, task: Task, name: str, best: Code, candidates: Sequence[Code]) -> None:
        if not self._is_worked_on(best, name, task):
            return
        others = [
            code.number
            for code in candidates
            if code.name == best.name
            and self._is_worked_on(code, name, task)
            and (code.defines[name], code.is_python) != (best.defines[name], best.is_python)
        ]
        self.choices.append(Choice(task, name, best, tuple(others)))

    def _rank(self, code: Code, name: str, task: Task) -> tuple[int, ...]:
        """What was worked on before what was not, Python, the right cell, the last of them."""
        place = 2 if code.name == task.cells.solution else 1 if code.name is None else 0
        return self._is_worked_on(code, name, task), code.is_python, place, code.number

    def _is_worked_on(self, code: Code, name: str, task: Task) -> bool:
        stub = self._stubs[task.id]
        if not code.is_python:
            return plain(code.source) != plain(stub.source)
        return not code.defines[name] or code.defines[name] != stub.defines.get(name)

    def _find_by_place(self) -> None:
        """Match what is left by its place between the cells that are known.

        Only where as many cells as tasks are left in the same gap; else it would be a guess.
        """
        order = {name: place for place, name in enumerate(self.bundle.order)}
        known: dict[int, list[int]] = {}  # numbers in the file by place in the set
        for cell in self._cells:
            if cell.is_code and cell.name:
                known.setdefault(order[cell.name], []).append(cell.number)
        taken = {code for codes in self.found.values() for code in codes}
        for task in self.bundle.tasks:
            for code in self.found.get(task.id, []):
                known.setdefault(order[task.cells.solution], []).append(code.number)
        gaps: dict[tuple[int, int], list[Task]] = {}
        for task in self.bundle.tasks if known else ():
            place = order[task.cells.solution]
            if task.id not in self.found and not self.marked(task):
                start = max((max(known[at]) for at in known if at < place), default=0)
                end = min((min(known[at]) for at in known if at > place), default=MOST_CELLS + 1)
                gaps.setdefault((start, end), []).append(task)
        for (start, end), tasks in gaps.items():
            free = [
                code
                for code in self._codes
                if start < code.number < end
                and code.name is None
                and code not in taken
                and not self._telling & code.defines.keys()
                and (any(s.first for s in code.statements) or not code.is_python)
            ]
            if len(free) == len(tasks):
                for task, code in zip(tasks, free, strict=True):
                    self.found[task.id] = [code]
                    self.by_place.append((task, code))

    def _parts(self, code: Code, solved: Sequence[Task]) -> list[LearnerCell]:
        """The cell itself, for its task, without stubs; behind it what solves other tasks.

        A cell of no task that solves several is taken apart.
        """
        home = [task.cells.solution for task in solved if task.cells.solution == code.name]
        if not home and len(solved) == 1:
            home = [solved[0].cells.solution]
        won = {name: task.cells.solution for name, task in self.won.get(code, {}).items()}
        lines, own, others = code.source.split("\n"), [], []
        for statement in code.statements:
            solves = {won[name] for name in statement.names & won.keys()}
            others += [
                LearnerCell(it, statement.source, code.number) for it in sorted(solves - {*home})
            ]
            if not home and not solves and statement.is_kept:
                own.append(LearnerCell(None, statement.source, code.number))
            if self.is_stub(statement) and not solves:
                gone = slice(statement.first - 1, statement.last)
                lines[gone] = [""] * len(lines[gone])
        whole = [LearnerCell(it, "\n".join(lines), code.number) for it in home]
        return [*whole, *own, *others]


def _stub(task: Task, bundle: Bundle) -> Code:
    """The solution cell as it was given out."""
    source = clean(bundle.released[task.cells.solution])
    found = code_of(Cell(0, True, source, None, False, {}), Reader(left=len(source)))
    assert found is not None
    return found
