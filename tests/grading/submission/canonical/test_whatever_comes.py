"""Whatever comes is read or refused."""

import copy
import json
import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmcourse.grading.submission.canonical import Unreadable, canonical
from tests.grading.submission.canonical.handed import (
    BUNDLE,
    SOLUTIONS,
    Handed,
    grade_id_in,
    solutions_of,
)

ROOT = Path(__file__).parents[4]


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just("\ud800"),
    st.just([]),
    st.just({}),
    st.sampled_from(
        ["code", "markdown", "softmax", "softmax-visible", "x = 1", "%x", "def softmax"]
    ),
)


def _paths(value, path=()):
    """Every place in a notebook."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _paths(value[key], (*path, key))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from _paths(value[index], (*path, index))


def _small():
    """Three cells of the set, with what a program may leave in them."""
    handed = Handed()
    keep = ("softmax", "softmax-visible", "min-p")
    handed.cells[:] = [cell for cell in handed.cells if grade_id_in(cell) in keep]
    handed.add("import math\nx = 1\nprint(x)", after="softmax")
    return handed.notebook | {"metadata": {"llmcourse": {"step": "3-decoding"}}}


SMALL = _small()
PLACES = [path for path in _paths(SMALL) if path]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD, st.booleans()), min_size=1, max_size=4))
def test_a_mutated_notebook_is_read_or_refused(changes):
    notebook = copy.deepcopy(SMALL)
    for path, value, is_removed in changes:
        *way, last = path
        try:
            place = notebook
            for key in way:
                place = place[key]
            if is_removed:
                del place[last]
            else:
                place[last] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    assert all(map(_can_be_shown, _said_of(json.dumps(notebook).encode())))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 200))
def test_mutated_bytes_are_read_or_refused(at, new, gone):
    raw = json.dumps(SMALL).encode()
    assert all(map(_can_be_shown, _said_of(raw[:at] + new + raw[at + gone :])))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab \n\t\r\"'\\()[]{}:=@!%?#.,;\0\ud800é\x0c\u2028", max_size=60))
def test_any_source_is_read(source):
    handed = Handed()
    handed["softmax"]["source"] = source
    handed.add(source, after="top-k")
    found = handed.read()
    assert solutions_of(found)["kv-cache"] == [SOLUTIONS["kv-cache"]]
    for cell in found.cells:
        cell.source.encode()  # it can be sent on


def _said_of(raw) -> tuple[str, ...]:
    """The notes on a file, whose cells can be sent on then, or why it is refused."""
    try:
        found = canonical(raw, BUNDLE)
    except Unreadable as error:
        return error.wrong, error.todo
    for cell in found.cells:
        cell.source.encode()
    return found.notes


def _can_be_shown(text: str) -> bool:
    return text.isprintable() and bool(text.encode())


def test_nothing_but_the_standard_library_is_needed():
    import subprocess

    heavy = "{'torch', 'nbgrader', 'IPython', 'nbformat', 'numpy'}"
    program = "import sys, llmcourse.grading.submission.canonical\n"
    program += f"assert not {heavy} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
