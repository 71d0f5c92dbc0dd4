"""A notebook to hand in, and what is asked of what is read of it."""

import copy
import json
from pathlib import Path

import pytest

from llmcourse.grading.problem_sets.bundle import bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission.canonical import Canonical, Unreadable, canonical

ROOT = Path(__file__).parents[4]
RELEASED = json.loads((ROOT / "exercises/3-decoding/3-decoding.ipynb").read_bytes())
BUNDLE = bundle_of(read_set(ROOT / "solutions/3-decoding"), RELEASED)
SOLUTIONS = {
    "softmax": "def softmax(logits, temperature=1.0):\n    return 1\n",
    "top-k": "def top_k(logits, k):\n    return 2\n",
    "top-p": "def top_p(logits, p):\n    return 3\n",
    "min-p": "def min_p(logits, p):\n    return 4\n\n\n"
    "def repetition_penalty(logits, ids, penalty):\n    return 5\n",
    "loop": "def generate(model, prompt, pieces, max_new_tokens, context, end=None, stop=()):\n"
    "    return 6\n",
    "utf8-stream": 'class Utf8Stream:\n    """Bytes in."""\n\n    def push(self, data):\n'
    "        return 7\n",
    "kv-cache": "def attend(q, k, v, cache=None):\n    return 8\n",
}


class Handed:
    """A notebook to hand in: the release with all solutions, to be changed."""

    def __init__(self, solutions=SOLUTIONS):
        self.notebook = copy.deepcopy(RELEASED)
        for name, source in solutions.items():
            self[name]["source"] = source

    def __getitem__(self, grade_id):
        return next(cell for cell in self.cells if grade_id_in(cell) == grade_id)

    @property
    def cells(self):
        return self.notebook["cells"]

    def place(self, grade_id):
        return self.cells.index(self[grade_id])

    def add(self, source, *, after=None, before=None, **metadata):
        """Put a code cell beside the one with this grade_id."""
        cell = {"cell_type": "code", "metadata": metadata, "source": source, "outputs": []}
        place = self.place(before) if before else self.place(after) + 1
        self.cells.insert(place, cell)
        return cell

    def lose_ids(self, *grade_ids):
        """Leave of these cells, or of all, what every program keeps: kind and source."""
        for cell in self.cells:
            if not grade_ids or grade_id_in(cell) in grade_ids:
                cell["metadata"] = {}
                cell.pop("id", None)

    @property
    def bytes(self):
        return json.dumps(self.notebook).encode()

    def read(self) -> Canonical:
        return canonical(self.bytes, BUNDLE)


def grade_id_in(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def solutions_of(found):
    """The sources of each solution cell."""
    sources = {}
    for cell in found.cells:
        if cell.grade_id:
            sources.setdefault(cell.grade_id, []).append(cell.source)
    return sources


def added_to(found):
    return [cell.source for cell in found.cells if cell.grade_id is None]


def assert_kept(found, **changed):
    """All solutions are there, whole and once, but for those in `changed`."""
    expected = {name: [source] for name, source in SOLUTIONS.items()} | changed
    got = solutions_of(found)
    odd = {name: (got.get(name), expected.get(name)) for name in {*got, *expected}}
    odd = {name: (one, other) for name, (one, other) in odd.items() if one != other}
    assert not odd, f"got and expected: {odd}"


def refused(raw, **options):
    with pytest.raises(Unreadable) as error:
        canonical(raw, BUNDLE, **options)
    assert error.value.todo
    return error.value.wrong
