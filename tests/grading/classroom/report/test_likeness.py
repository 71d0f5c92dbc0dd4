"""Pairs worth reading are found among many, and what everybody has makes none."""

import json
import random
import re
import time

import pytest

from llmcourse.grading.classroom.report.likeness import LEAST_SHARED, alike, given_out, prints_of
from llmcourse.grading.problem_sets.bundle import bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from tests.grading.conftest import ROOT

STEP = "3-decoding"


@pytest.fixture(scope="module")
def decoding():
    """The set with its release, and for each task its right and wrong answers."""
    release = json.loads((ROOT / "exercises" / STEP / f"{STEP}.ipynb").read_bytes())
    bundle = bundle_of(read_set(ROOT / "solutions" / STEP), release)
    cases = ROOT / "tests" / "grading" / "cases" / STEP
    answers = {
        task.id: [path.read_text() for path in sorted((cases / task.id).glob("*/*.py"))]
        for task in bundle.tasks
    }
    return bundle, release, answers


def notebook(decoding, sources) -> bytes:
    bundle, release, _ = decoding
    of_cell = {task.cells.solution: sources[task.id] for task in bundle.tasks if task.id in sources}
    copy = json.loads(json.dumps(release))
    for cell in copy["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = of_cell.get(name, cell["source"])
    return json.dumps(copy).encode()


def renamed(source: str) -> str:
    for name, other in [("logits", "z"), ("probabilities", "q"), ("temperature", "tau")]:
        source = re.sub(rf"\b{name}\b", other, source)
    return f"# my own\n{source}"


def varied(source: str, chance: random.Random) -> str:
    """As if somebody else had written it: other steps between the lines."""
    lines = source.splitlines()
    for at in sorted(chance.sample(range(2, len(lines)), len(lines) // 3), reverse=True):
        indent = re.match(r"\s*", lines[at])[0]
        number = chance.randrange(10**6)
        lines.insert(at, f"{indent}step_{number} = sorted([{number}, len('{number}')])")
    return "\n".join(lines)


def prints(decoding, sources):
    bundle = decoding[0]
    return prints_of(notebook(decoding, sources), bundle, given_out(bundle))


def test_a_renamed_copy_is_first_in_a_class_of_thirty(decoding):
    chance = random.Random(3)
    found = {}
    first = {}
    for student in range(30):
        sources = {task: varied(chance.choice(of), chance) for task, of in decoding[2].items()}
        first = first or sources
        found[f"s{student:02}"] = prints(decoding, sources)
    found["copy"] = prints(decoding, {task: renamed(source) for task, source in first.items()})
    pairs = alike(found)
    assert (pairs[0].first, pairs[0].second) == ("copy", "s00")
    assert pairs[0].share == 1
    assert set(pairs[0].tasks) == set(first)
    assert len(pairs) < 10


def test_the_release_and_the_empty_are_like_nobody(decoding):
    found = {name: prints(decoding, {}) for name in ("a", "b", "c")}
    assert all(not one for prints in found.values() for one in prints.values())
    assert alike(found) == []


def test_what_most_of_the_class_wrote_makes_no_pair(decoding):
    same = {task: of[0] for task, of in decoding[2].items()}
    found = {f"s{n}": prints(decoding, same) for n in range(10)}
    assert alike(found) == []
    two = {name: found[name] for name in ("s0", "s1")}
    assert [(one.first, one.second, one.share) for one in alike(two)] == [("s0", "s1", 1.0)]


def test_the_order_of_students_changes_nothing(decoding):
    chance = random.Random(1)
    found = {
        f"s{n}": prints(decoding, {task: chance.choice(of) for task, of in decoding[2].items()})
        for n in range(12)
    }
    assert alike(dict(reversed(found.items()))) == alike(found)


def test_a_little_in_common_is_not_listed():
    few = {"t": frozenset(range(LEAST_SHARED - 1))}
    assert alike({"a": few, "b": few}) == []
    enough = {"t": frozenset(range(LEAST_SHARED))}
    assert len(alike({"a": enough, "b": enough})) == 1
    half = {"t": frozenset(range(LEAST_SHARED, 3 * LEAST_SHARED))}
    other = {"t": frozenset(range(2 * LEAST_SHARED, 4 * LEAST_SHARED))}
    assert alike({"a": half, "b": other}) == []


def test_rare_passages_weigh_more_than_common_ones():
    # Twenty students; five of them share an idiom, two of these share a rare passage as well.
    # By numbers alone any two of the five share 30 of 45; by weight 48 of 94, which is not listed.
    idiom, rare = frozenset(range(30)), frozenset(range(100, 120))
    own = [frozenset(range(1000 * n, 1000 * n + 15)) for n in range(2, 22)]
    found = {f"s{n:02}": {"t": own[n]} for n in range(20)}
    for n in range(5):
        found[f"s{n:02}"] = {"t": own[n] | idiom | (rare if n < 2 else frozenset())}
    assert [(one.first, one.second) for one in alike(found)] == [("s00", "s01")]


def test_a_file_that_is_no_notebook_has_no_prints(decoding):
    assert prints_of(b"no", decoding[0], given_out(decoding[0])) == {}


def test_a_class_of_three_hundred_takes_seconds():
    chance = random.Random(0)
    idioms = [frozenset(range(n * 50, n * 50 + 40)) for n in range(40)]
    own = [range(10**6 + n * 99, 10**6 + n * 99 + 60) for n in range(300)]
    found = {
        f"s{n:03}": {"t": frozenset().union(*chance.sample(idioms, 4), own[n])} for n in range(300)
    }
    started = time.process_time()
    alike(found)
    assert time.process_time() - started < 10
