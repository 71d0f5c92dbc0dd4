"""From the bytes handed in to the cells that run: honest work is kept, nothing else gets in."""

import copy
import dataclasses
import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmcourse.grading.problem_sets.bundle import bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission.canonical import Canonical, LearnerCell, Unreadable, canonical

ROOT = Path(__file__).parents[3]
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
        return next(cell for cell in self.cells if _grade_id(cell) == grade_id)

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
            if not grade_ids or _grade_id(cell) in grade_ids:
                cell["metadata"] = {}
                cell.pop("id", None)

    @property
    def bytes(self):
        return json.dumps(self.notebook).encode()

    def read(self) -> Canonical:
        return canonical(self.bytes, BUNDLE)


def _grade_id(cell):
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
    expected = {name: [source] for name, source in SOLUTIONS.items()}
    assert solutions_of(found) == expected | changed


# Honest work.


def test_what_was_handed_out_and_filled_in():
    found = Handed().read()
    assert found.cells == tuple(LearnerCell(name, text) for name, text in SOLUTIONS.items())
    assert found.notes == ()


def test_an_untouched_release_is_its_stubs():
    found = Handed({}).read()
    assert solutions_of(found) == {name: [BUNDLE.released[name]] for name in SOLUTIONS}
    assert found.notes == ()


def test_colabs_resaved_file():
    handed = Handed()
    handed.notebook["nbformat_minor"] = 0
    handed.notebook["metadata"] = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"name": "ir", "display_name": "R"},
        "accelerator": "GPU",
    }
    for cell in handed.cells:
        cell["metadata"] = {"id": cell.pop("id"), "outputId": "6f0c", "executionInfo": {"user": {}}}
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
        if cell["cell_type"] == "code":
            picture = {"data": {"image/png": "A" * 1000}, "output_type": "display_data"}
            cell["outputs"] = [picture | {"metadata": {}}]
    found = handed.read()
    assert_kept(found)
    assert found.notes == ()


def test_ids_lost():
    handed = Handed()
    handed.lose_ids()
    found = handed.read()
    assert_kept(found)
    (note,) = found.notes
    assert note.startswith("The grade_id of cells 5, 9, ")
    assert "was lost" in note


def test_ids_lost_and_nothing_solved():
    handed = Handed({})
    handed.lose_ids()
    assert solutions_of(handed.read()) == {name: [BUNDLE.released[name]] for name in SOLUTIONS}


def test_answers_in_a_notebook_without_anything_else():
    source = SOLUTIONS["softmax"]
    cells = [{"cell_type": "code", "source": source}, {"cell_type": "code", "source": "print(1)"}]
    found = canonical(json.dumps({"cells": cells}).encode(), BUNDLE)
    assert solutions_of(found) == {"softmax": [source]}
    assert sum("Nothing was handed in for task" in note for note in found.notes) == 6


def test_a_duplicated_cell_whose_copy_was_worked_on():
    handed = Handed(SOLUTIONS | {"softmax": BUNDLE.released["softmax"]})
    handed.add(SOLUTIONS["softmax"], after="softmax", **handed["softmax"]["metadata"])
    found = handed.read()
    assert_kept(found)
    assert found.notes == ()


def test_a_duplicated_cell_whose_copy_was_left_as_it_was():
    handed = Handed()
    stub = BUNDLE.released["softmax"].replace("# YOUR CODE HERE", "# not here")
    handed.add(stub, after="softmax", **handed["softmax"]["metadata"])
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []
    assert found.notes == ()


def test_of_two_that_differ_the_last_counts_and_a_note_says_so():
    handed = Handed()
    later = "def softmax(logits, temperature=1.0):\n    return helped(9)\n"
    earlier = "def helped(x):\n    return x\n\n" + SOLUTIONS["softmax"]
    handed["softmax"]["source"] = earlier
    handed.add(later, after="softmax-visible", **handed["softmax"]["metadata"])
    found = handed.read()
    assert_kept(found, softmax=[later])
    assert added_to(found) == ["def helped(x):\n    return x"]
    (note,) = found.notes
    first, last = handed.place("softmax") + 1, handed.place("softmax") + 3
    assert note == (
        f"Task 1 (Softmax with temperature): cells {first} and {last} define softmax in different "
        f"ways; cell {last} counts."
    )


def test_a_copy_that_is_the_same_is_not_worth_a_note():
    handed = Handed()
    same = SOLUTIONS["softmax"].replace("return 1", "return 1  # one")
    handed.add(same, after="softmax", **handed["softmax"]["metadata"])
    found = handed.read()
    assert_kept(found, softmax=[same])
    assert found.notes == ()


def test_the_variable_of_a_comprehension_defines_nothing():
    handed = Handed(SOLUTIONS | {"softmax": BUNDLE.released["softmax"]})
    handed.add("x = [softmax for softmax in range(3)]", after="top-p")
    assert_kept(handed.read(), softmax=[BUNDLE.released["softmax"]])


def test_a_copy_that_is_no_python_defines_nothing():
    handed = Handed()
    handed.add("def softmax(logits:\n", after="softmax", **handed["softmax"]["metadata"])
    found = handed.read()
    assert_kept(found)
    assert any("cell 5 counts" in note for note in found.notes)


def test_a_solution_in_a_new_cell_below_its_untouched_cell():
    handed = Handed(SOLUTIONS | {"loop": BUNDLE.released["loop"]})
    handed.add("import math\n" + SOLUTIONS["loop"], after="loop")
    found = handed.read()
    assert_kept(found, loop=["import math\n" + SOLUTIONS["loop"]])
    number = handed.place("loop") + 2
    assert f"Cell {number} was taken for the solution of task 5" in found.notes[0]


@pytest.mark.parametrize("marked", [True, False])
def test_a_solution_cell_split_in_two(marked):
    handed = Handed()
    first, second = SOLUTIONS["min-p"].split("\n\n\n")
    handed["min-p"]["source"] = first
    handed.add(second, after="min-p", **(handed["min-p"]["metadata"] if marked else {}))
    found = handed.read()
    assert_kept(found, **{"min-p": [first, second]})


@pytest.mark.parametrize("marked", [True, False])
def test_the_half_above_holds_what_the_other_needs(marked):
    half = "import functools\nTABLE = list(range(3))\n@functools.cache\ndef two(x):\n    return 2\n"
    handed = Handed(SOLUTIONS | {"softmax": "def softmax(logits):\n    return two(TABLE[0])\n"})
    handed.add(half, before="softmax", **(handed["softmax"]["metadata"] if marked else {}))
    namespace = {}
    for cell in handed.read().cells:
        exec(cell.source, namespace)
    assert namespace["softmax"](None) == 2


def test_a_scratch_cell_is_no_half_for_the_names_of_its_arguments():
    solution = "def softmax(logits, temperature=1.0):\n    x = logits\n    return x\n"
    handed = Handed(SOLUTIONS | {"softmax": solution})
    handed.add("for logits in f(1):\n    x = softmax(logits)", after="softmax")
    found = handed.read()
    assert_kept(found, softmax=[solution])
    assert added_to(found) == []


def test_the_parts_of_a_solution_stand_together():
    handed = Handed()
    handed.add("between = 1", after="softmax")
    last = handed.add("RATE = 2 * 3", after="top-k", **handed["softmax"]["metadata"])
    found = handed.read()
    order = [cell.grade_id for cell in found.cells]
    assert order[:4] == [None, "top-k", "softmax", "softmax"]
    assert found.cells[3].source == last["source"]


def test_two_solutions_merged_into_one_cell():
    handed = Handed()
    handed["softmax"]["source"] = SOLUTIONS["softmax"] + "\nx = 1\n" + SOLUTIONS["top-k"]
    handed.cells.remove(handed["top-k"])
    found = handed.read()
    whole = handed["softmax"]["source"]
    assert_kept(found, softmax=[whole], **{"top-k": [SOLUTIONS["top-k"].rstrip()]})
    assert found.notes == ("The solution of task 2 (Top-k) was found in cell 5, another task's.",)


def test_a_helper_with_the_name_of_a_task_stays_where_it_is():
    both = "def softmax(x, dim):\n    return 1\n\n" + SOLUTIONS["top-p"]
    handed = Handed(SOLUTIONS | {"top-p": both})
    assert_kept(handed.read(), **{"top-p": [both]})


def test_an_emptied_cell_whose_solution_stands_in_another_task():
    both = SOLUTIONS["softmax"] + "\n" + SOLUTIONS["top-p"]
    handed = Handed(SOLUTIONS | {"softmax": "# below", "top-p": both})
    found = handed.read()
    parts = ["# below", SOLUTIONS["softmax"].rstrip()]
    assert_kept(found, softmax=parts, **{"top-p": [both]})


def test_a_broken_cell_whose_solution_stands_in_another_task():
    both = SOLUTIONS["softmax"] + "\n" + SOLUTIONS["top-p"]
    handed = Handed(SOLUTIONS | {"softmax": "def softmax(logits:\n", "top-p": both})
    assert_kept(handed.read(), softmax=[SOLUTIONS["softmax"].rstrip()], **{"top-p": [both]})


def test_two_halves_of_which_each_keeps_the_stub_of_the_other():
    stub = BUNDLE.released["min-p"]
    first, second = SOLUTIONS["min-p"].split("\n\n\n")
    stub_of_first, stub_of_second = stub.split("\n\n\n")
    handed = Handed(SOLUTIONS | {"min-p": f"{first}\n\n{stub_of_second}\n"})
    handed.add(f"{stub_of_first}\n\n{second}", after="min-p", **handed["min-p"]["metadata"])
    found = handed.read()
    one, other = solutions_of(found)["min-p"]
    assert one.strip() == first
    assert other.strip() == second.strip()
    assert (
        other.splitlines()[-1] == handed.cells[handed.place("min-p") + 1]["source"].splitlines()[-1]
    )
    assert len(other) > len(second)  # lines keep their numbers


def test_all_solutions_in_one_cell_without_an_id():
    handed = Handed()
    handed.add("\n\n".join(["import math", *SOLUTIONS.values()]), before="softmax")
    for name in SOLUTIONS:
        handed.cells.remove(handed[name])
    found = handed.read()
    assert {name: "\n\n\n".join(s).strip() for name, s in solutions_of(found).items()} == {
        name: source.strip() for name, source in SOLUTIONS.items()
    }
    assert added_to(found) == ["import math"]
    assert found.cells[0] == LearnerCell(None, "import math")


def test_an_added_scratch_cell_costs_nothing():
    handed = Handed()
    handed.add("print(softmax(torch.ones(3)))\n1 / 0\nraise SystemExit", after="softmax")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []
    assert found.notes == (
        "Of what you added yourself (cell 6) loops, and expressions that stand alone (a print, a "
        "call), were not run.",
    )


def test_a_scratch_cell_with_a_helper_that_a_solution_uses():
    handed = Handed(SOLUTIONS | {"top-k": "def top_k(logits, k):\n    return helper(k)\n"})
    handed.add("def helper(k):\n    return WIDTH * k\n\nWIDTH = 3\n", before="top-k")
    cells = handed.read().cells
    names = [cell.grade_id for cell in cells]
    assert names[:4] == ["softmax", None, None, "top-k"]
    namespace = {}
    for cell in cells:
        exec(cell.source, namespace)
    assert namespace["top_k"](None, 2) == 6


def test_a_scratch_copy_of_a_solution_does_not_replace_it():
    handed = Handed()
    handed.add("def softmax(x):\n    return 'old'\n", after="top-p")
    handed.add(BUNDLE.released["softmax"], after="top-p")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["def softmax(x):\n    return 'old'"]  # and no stub


def test_windows_line_ends():
    handed = Handed()
    for cell in handed.cells:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    found = handed.read()
    assert_kept(found)
    assert found.notes == ()


def test_old_macintosh_line_ends_marks_of_byte_order_and_nuls():
    handed = Handed()
    for name, source in SOLUTIONS.items():
        handed[name]["source"] = "\ufeff" + source.replace("\n", "\r") + "\0\0"
    assert_kept(handed.read())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_non_ascii_names(form):
    helper = unicodedata.normalize(form, "def größe(x):\n    return x\n")
    user = 'def top_k(logits, k):\n    "größer 🙂"\n    return größe(k)\n'
    handed = Handed(SOLUTIONS | {"top-k": user})
    handed.add(helper, before="top-k")
    raw = json.dumps(handed.notebook, ensure_ascii=False).encode()
    found = canonical(raw, BUNDLE)
    assert_kept(found, **{"top-k": [user]})
    namespace = {}
    for cell in found.cells:
        exec(cell.source, namespace)
    assert namespace["top_k"](None, 5) == 5


@pytest.mark.parametrize("source", ["def größe(x):\n    return x", "def größe(x:\n    return x"])
def test_a_non_ascii_name_that_the_task_asks_for(source):
    first, *others = BUNDLE.tasks
    first = dataclasses.replace(first, signature=(unicodedata.normalize("NFD", "größe(x)"),))
    bundle = dataclasses.replace(BUNDLE, tasks=(first, *others))
    handed = Handed(SOLUTIONS | {"softmax": unicodedata.normalize("NFD", source)})
    handed.lose_ids("softmax")
    found = canonical(handed.bytes, bundle)
    assert_kept(found, softmax=[handed.cells[4]["source"]])
    assert "what they define" in found.notes[0]


def test_tests_whose_accents_are_written_in_another_way_are_not_changed():
    handed = Handed()
    for cell in handed.cells:
        cell["source"] = unicodedata.normalize("NFD", "".join(cell["source"]))
    assert handed["utf8-stream-visible"]["source"] != BUNDLE.released["utf8-stream-visible"]
    assert handed.read().notes == ()


def test_statements_behind_a_semicolon_and_accents_are_cut_where_they_end():
    handed = Handed()
    handed.add('é = "é🙂"; ü = """ä\n€"""; print(é); import math as ñ', after="top-k")
    assert added_to(handed.read()) == ['é = "é🙂"', 'ü = """ä\n€"""', "import math as ñ"]


def test_cells_in_another_order_run_in_the_order_of_the_file():
    handed = Handed()
    handed.cells.reverse()
    found = handed.read()
    assert_kept(found)
    assert [cell.grade_id for cell in found.cells] == list(SOLUTIONS)[::-1]
    assert found.notes == ()


def test_the_setup_cells_deleted():
    handed = Handed()
    del handed.cells[:3]
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []


def test_a_setup_cell_with_an_import_more():
    handed = Handed()
    setup = handed["setup"]
    setup["source"] = "import itertools\n" + "".join(setup["source"])
    assert "import itertools" in added_to(handed.read())


def test_a_test_cell_deleted():
    handed = Handed()
    handed.cells.remove(handed["top-k-visible"])
    handed.cells.remove(handed["top-p-hidden"])
    found = handed.read()
    assert_kept(found)
    assert found.notes == (
        "The visible test of task 2 (Top-k) is not in your notebook any more; the original was "
        "used.",
    )


def test_lines_for_ipython_are_left_out():
    handed = Handed()
    magic = (
        "%matplotlib inline\n!pip install \\\n   einops\npip install einops\nsoftmax?\n?softmax\n"
        "files = !ls it's\n"
        'def softmax(logits):\n    %time x = 1\n    return """\n%s\n!"""\n'
    )
    handed["softmax"]["source"] = magic
    found = handed.read()
    (source,) = solutions_of(found)["softmax"]
    assert source == (
        "pass\npass\npass\npass\npass\npass\npass\n"
        'def softmax(logits):\n    pass\n    return """\n%s\n!"""\n'
    )
    (note,) = found.notes
    assert note.startswith("Lines for IPython were left out of cell 5: `")
    assert note.endswith("…")


def test_python_that_looks_like_ipython_stays():
    handed = Handed()
    source = 'def softmax(x):\n    return (x\n%3\n) != """\n!ls\n?x\n"""\n'
    handed["softmax"]["source"] = source
    found = handed.read()
    assert_kept(found, softmax=[source])
    assert found.notes == ()


def test_many_lines_for_ipython_leave_the_other_cells_readable():
    handed = Handed()
    handed.add("!ls\n" * 2_000, before="softmax")
    handed.add("helper = 1  #" + "x" * 20_000, after="top-k")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["helper = 1"]


def test_python_that_gives_a_warning_is_python():
    handed = Handed()
    handed.add(r'digits = "\d"', after="top-k")
    assert added_to(handed.read()) == [r'digits = "\d"']


def test_a_magic_of_the_whole_cell():
    handed = Handed()
    handed["softmax"]["source"] = "%%time\n" + SOLUTIONS["softmax"]
    handed.add("%%bash\ndef = 3", after="top-k")
    handed.add("%%writefile helper.py\ndef helper():\n    pass", after="top-k")
    found = handed.read()
    assert_kept(found, softmax=["pass\n" + SOLUTIONS["softmax"]])
    assert added_to(found) == []


def test_a_syntax_error_stays_and_costs_no_other_cell():
    handed = Handed()
    broken = "def softmax(logits:\n    return 1\n"
    handed["softmax"]["source"] = broken
    handed.add("what? is this", after="top-k")
    found = handed.read()
    assert_kept(found, softmax=[broken])
    number = handed.place("top-k") + 2
    assert found.notes == (f"Left out as no Python: cell {number}.",)


def test_a_broken_solution_beside_a_sound_one_in_a_new_cell():
    handed = Handed()
    handed["softmax"]["source"] = "def softmax(logits:\n    return 1\n"
    handed.add(SOLUTIONS["softmax"], after="top-k")
    found = handed.read()
    assert_kept(found)
    assert found.notes[-1] == "Left out as no Python: cell 5."


def test_a_syntax_error_is_recognised_by_what_it_would_define():
    handed = Handed()
    broken = "def softmax(logits:\n    return 1\n"
    handed["softmax"]["source"] = broken
    handed.lose_ids("softmax")
    assert_kept(handed.read(), softmax=[broken])


def test_by_its_place_where_nothing_else_says_what_it_is():
    handed = Handed()
    renamed = "def topk_of_mine(logits, k):\n    return 2\n"
    handed["top-k"]["source"] = renamed
    handed.lose_ids("top-k")
    found = handed.read()
    assert_kept(found, **{"top-k": [renamed]})
    number = handed.place("softmax-hidden") + 3
    assert found.notes == (
        f"Cell {number} was taken for the solution of task 2 (Top-k) by its place alone.",
    )


def test_hidden_tests_that_look_alike_say_nothing_of_the_place():
    alike = {task.cells.hidden: "# Tests that you can't see." for task in BUNDLE.tasks}
    renamed = "def topk_of_mine(logits, k):\n    return 2\n"
    handed = Handed(SOLUTIONS | {"top-k": renamed})
    for name, source in alike.items():
        handed[name]["source"] = source
    handed.lose_ids()
    bundle = dataclasses.replace(BUNDLE, released={**BUNDLE.released, **alike})
    assert_kept(canonical(handed.bytes, bundle), **{"top-k": [renamed]})


def test_a_name_that_two_tasks_ask_for_says_nothing():
    first, second, *others = BUNDLE.tasks
    both = [dataclasses.replace(task, signature=("Both.go()",)) for task in (first, second)]
    bundle = dataclasses.replace(BUNDLE, tasks=(*both, *others))
    sources = {name: f"class Both:\n    name = {name!r}\n" for name in ("softmax", "top-k")}
    handed = Handed(SOLUTIONS | sources)
    handed.lose_ids(*sources)
    found = canonical(handed.bytes, bundle)
    assert_kept(found, **{name: [source] for name, source in sources.items()})
    assert all("by its place alone" in note for note in found.notes)


@pytest.mark.parametrize("scratch", ["def softmax(x):\n    return 0", "print(1)"])
def test_no_scratch_cell_stands_in_for_a_deleted_solution(scratch):
    handed = Handed()
    handed.add(scratch, after="top-k")
    handed.cells.remove(handed["top-k"])
    assert "top-k" not in solutions_of(handed.read())


def test_no_scratch_cell_stands_in_for_a_solution_that_is_text():
    handed = Handed()
    handed["top-k"]["cell_type"] = "raw"
    handed.add("def mine():\n    return 0", after="top-k")
    assert "top-k" not in solutions_of(handed.read())


def test_what_would_be_a_guess_is_reported():
    handed = Handed()
    handed["top-k"]["source"] = "def one():\n    return 1\n"
    handed.lose_ids("top-k")
    handed.add("def two():\n    return 2\n", before="top-k-visible")
    found = handed.read()
    assert "top-k" not in solutions_of(found)
    assert added_to(found) == ["def one():\n    return 1", "def two():\n    return 2"]
    assert found.notes == (
        "Nothing was handed in for task 2 (Top-k): no cell has its grade_id, and none defines "
        "top_k.",
    )


# What doesn't count.


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_solution_cell_that_is_no_code_any_more(kind):
    handed = Handed()
    handed["top-k"]["cell_type"] = kind
    found = handed.read()
    assert "top-k" not in solutions_of(found)
    assert found.notes == (
        f"Nothing was handed in for task 2 (Top-k): its solution cell (cell "
        f"{handed.place('top-k') + 1}) is no code cell any more.",
    )


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("visible", lambda cell: cell.update(source="pass")),
        ("visible", lambda cell: cell.update(source="def softmax(x):\n    return 1")),
        ("visible", lambda cell: cell.update(cell_type="markdown")),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(points=100)),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(points="many")),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(grade=False)),
        ("visible", lambda cell: cell["metadata"]["nbgrader"].update(solution=True)),
        ("hidden", lambda cell: cell.update(source="import os\nos._exit(0)")),
    ],
)
def test_a_test_never_counts(kind, change):
    handed = Handed()
    change(handed[f"softmax-{kind}"])
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []
    assert found.notes == (
        f"Your notebook's copy of the {kind} test of task 1 (Softmax with temperature) was "
        "changed; the original was used.",
    )


def test_a_copied_test_is_no_changed_one():
    handed = Handed()
    altered = handed.add("x = 1", after="softmax-visible", **handed["softmax-visible"]["metadata"])
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == []
    assert altered["source"] not in [cell.source for cell in found.cells]
    assert found.notes == ()


KEPT = [
    "import os.path",
    "from torch import softmax as s, nn",
    "from math import *",
    "def f(x, *, y=3, z: int = -1) -> list[int]:\n    return g(x)",
    "async def f():\n    await g()",
    "class A(torch.nn.Module):\n    'Text.'\n    k: int\n    n: int = 3\n\n"
    "    @property\n    def m(self):\n        return f(3)",
    "x = -3.5",
    "x = y = [1, 'a', {2: (None, b'')}]",
    "x: int = 1",
    "inf = math.inf",
    "x = f(1)",
    "x.y = 1",
    "x[0] = 1",
    "x += 1",
    "x, y = 1, 2",
    "del x",
    "@f(1)\ndef g(x=f(1), *, y: f(1)) -> f(1):\n    pass",
    "@dataclass\nclass A(f(1), metaclass=M):\n    x = f(1)\n    print(1)",
    "if x:\n    import os",
    "try:\n    import os\nexcept ImportError:\n    pass",
    "with f():\n    x = 1",
    "x = [y for y in z if (w := y)]",
    "x = lambda: 1",
    "x = await f()",
]
LOST = [
    "print(1)",
    "f(x := 1)",
    "{**f}",
    "await f()",
    "for i in x:\n    pass",
    "while True:\n    x = 1",
    "async for i in x:\n    pass",
]


def _notes_without_numbers(found):
    return [note for note in found.notes if "were not run" in note]


@pytest.mark.parametrize("source", KEPT)
def test_what_an_added_cell_keeps(source):
    handed = Handed()
    handed.add(source, after="top-p")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == [source]
    assert not _notes_without_numbers(found)


@pytest.mark.parametrize("source", LOST)
def test_what_an_added_cell_loses(source):
    handed = Handed()
    handed.add(f"{source}\nkept = 1", after="top-p")
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["kept = 1"]
    assert _notes_without_numbers(found)


# Files that are refused.


def refused(raw, **options):
    with pytest.raises(Unreadable) as error:
        canonical(raw, BUNDLE, **options)
    assert error.value.todo
    return error.value.wrong


OLD = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b" \0\0\n", "is empty"),
        (b"PK\x03\x04\x00\x00", "is a zip archive"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"\xff\xfe\xfd", "not UTF-8"),
        (b'{"cells": [', "holds no JSON"),
        (b"import torch\n", "holds no JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b'{"cells": [], "nbformat": ' + b"9" * 5000 + b"}", "holds no JSON"),
        (b'{"cells": [], "cells": []}', "a key stands twice"),
        (b'{"cells": [{"source": "a", "source": "b"}]}', "a key stands twice"),
        (b"[]", "has no cells"),
        (b"7", "has no cells"),
        (b"NaN", "has no cells"),
        (b"{}", "has no list of cells"),
        (b'{"cells": {}}', "has no list of cells"),
        (json.dumps(OLD).encode(), "has a format older than 4"),
        (b'{"worksheets": []}', "has a format older than 4"),
        (b'{"nbformat": 3, "cells": []}', "has a format older than 4"),
        (b'{"cells": []}', "No cell of this notebook belongs to 3-decoding"),
        (b'{"cells": [7]}', "Cell 1 of the file is not a notebook's cell"),
        (b'{"cells": [{}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": "code", "source": [7]}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": ["code"], "source": ""}]}', "Cell 1 of the file"),
        (b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}', "No cell of this notebook"),
    ],
)
def test_what_is_no_notebook_of_the_set_is_refused(raw, said):
    assert said in refused(raw)


def test_as_many_functions_as_tasks_are_no_solutions():
    cells = [{"cell_type": "code", "source": f"def f{i}():\n    pass"} for i in range(7)]
    assert "No cell of this notebook" in refused(json.dumps({"cells": cells}).encode())


def of_another_set():
    """A small notebook of some other set."""
    handed = Handed({})
    heading = {"cell_type": "markdown", "metadata": {}, "source": "# Training:  \x1b from loss"}
    handed.cells[:] = [heading, *handed.cells[4:7]]
    for cell in handed.cells[1:]:
        cell["source"] = "# of another set\nx = 1"
        cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = f"other-{_grade_id(cell)}"
    handed.notebook["metadata"] = {}
    return handed


def test_another_set_is_refused_by_its_name():
    handed = of_another_set()
    handed.lose_ids()
    handed.notebook["metadata"] = {"llmcourse": {"step": "4-training"}}
    assert "it seems to be 4-training" in refused(handed.bytes)


def test_another_set_is_refused_by_its_cells():
    handed = of_another_set()
    assert 'it seems to be "Training: from loss"' in refused(handed.bytes)
    del handed.cells[0]
    assert "one with the cells other-softmax, other-softmax-visible" in refused(handed.bytes)


def test_a_pasted_cell_of_another_set_is_no_reason():
    handed = Handed()
    marks = {"grade_id": "foreign", "solution": True, "grade": False}
    handed.add("def other():\n    return 1", after="top-k", nbgrader=marks)
    found = handed.read()
    assert_kept(found)
    assert added_to(found) == ["def other():\n    return 1"]


def test_what_is_shown_of_a_learners_text_is_short_and_plain():
    handed = of_another_set()
    handed.notebook["metadata"]["llmcourse"] = {"step": "a\u202e\x1b[31m\n" + "x" * 10_000}
    wrong = refused(handed.bytes)
    assert wrong.isprintable()
    assert len(wrong) < 200


def test_a_large_file_of_pictures_is_fine_and_one_of_code_is_not():
    handed = Handed()
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 20_000_000}}
    handed["softmax-visible"]["outputs"] = [picture]
    found = handed.read()
    assert_kept(found)
    handed.add("'" + "A" * 5_000_000 + "'", after="top-p")
    assert "holds more than 5 MB of code" in refused(handed.bytes)


def test_the_limit_of_code_is_an_option():
    assert "holds more than 0.001 MB of code" in refused(Handed().bytes, most=1000)


def test_pictures_pasted_into_text_are_no_code():
    handed = Handed()
    text = "![](data:image/png;base64," + "A" * 6_000_000 + ")"
    handed.cells.insert(0, {"cell_type": "markdown", "metadata": {}, "source": text})
    assert_kept(handed.read())


def test_200_mb_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr(json, "loads", None)
    assert "larger than 50 MB" in refused(bytes(200_000_000))


def test_a_file_whose_values_would_fill_the_memory_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(json, "loads", None)
    assert "too many values" in refused(b"[" + b"[]," * 10_000_000 + b"[]]")


def test_too_many_cells_are_refused():
    handed = Handed()
    handed.cells.extend([handed["softmax"]] * 5_000)
    assert "more than 5000 cells" in refused(handed.bytes)


def test_nan_in_an_output_is_fine():
    handed = Handed()
    output = {"output_type": "display_data", "data": {"application/json": [float("nan")]}}
    handed["softmax-visible"]["outputs"] = [output]
    assert b"NaN" in handed.bytes
    assert_kept(handed.read())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_again(encoding):
    raw = json.dumps(Handed().notebook).encode(encoding)
    assert_kept(canonical(raw, BUNDLE))


def test_nuls_behind_the_file():
    assert_kept(canonical(Handed().bytes + b"\n" + b"\0" * 4096, BUNDLE))


def test_half_a_character_can_be_written_on():
    handed = Handed()
    handed["softmax"]["source"] = "def softmax(x):\n    return '\ud83d'\n"
    found = handed.read()
    assert_kept(found, softmax=["def softmax(x):\n    return '\ufffd'\n"])


DEEP = {
    "not": "not " * 20_000 + "1",
    "plus": "1+" * 40_000 + "1",
    "attributes": "a" + ".b" * 40_000,
    "calls": "a" + "()" * 40_000,
    "brackets": "(" * 90_000,
    "lambdas": "lambda:" * 10_000 + "1",
    "below the reader's limit": "x = " + "-" * 900 + "1",
    "a list in a list": "x = " + "[" * 90 + "]" * 90,
    "else": "if a:\n b\n" + "elif a:\n b\n" * 8_000,
    "number": "9" * 90_000,
    "NUL": "x = '\0'",
    "statements": "a=1;" * 3_000,
    "lines for IPython": "!ls\n" * 20_000,
    "too long": "x = 1\n" * 100_000,
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP.keys())
@pytest.mark.parametrize("where", ["softmax", "added"])
def test_a_source_made_to_break_its_reader_costs_no_other_cell(source, where):
    handed = Handed()
    if where == "added":
        handed.add(source, after="softmax")
    else:
        handed["softmax"]["source"] = source
    found = handed.read()
    others = {name: [text] for name, text in SOLUTIONS.items() if name != "softmax"}
    assert {n: s for n, s in solutions_of(found).items() if n != "softmax"} == others
    assert len(found.cells) <= 1_000 + len(SOLUTIONS)


def test_a_solution_too_long_to_be_read_is_reported():
    handed = Handed()
    handed["softmax"]["source"] = "x = 1\n" * 100_000
    found = handed.read()
    assert "softmax" not in solutions_of(found)
    assert "its solution cell (cell 5) is too long to be read" in found.notes[0]


def test_what_is_read_of_all_cells_has_a_limit():
    handed = Handed()
    for _ in range(40):
        handed.add("# " + "x" * 99_998, before="softmax")
    found = handed.read()
    assert_kept(found)
    assert sum(len(note) for note in found.notes) < 300
    assert "and 28 more: too long, and left out." in found.notes[-1]


# Whatever comes.

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
    handed.cells[:] = [cell for cell in handed.cells if _grade_id(cell) in keep]
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
    _read_or_refused(json.dumps(notebook).encode())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 200))
def test_mutated_bytes_are_read_or_refused(at, new, gone):
    raw = json.dumps(SMALL).encode()
    _read_or_refused(raw[:at] + new + raw[at + gone :])


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


def _read_or_refused(raw):
    try:
        found = canonical(raw, BUNDLE)
    except Unreadable:
        return
    for text in (*(cell.source for cell in found.cells), *found.notes):
        text.encode()
    assert all(note.isprintable() for note in found.notes)


def test_nothing_but_the_standard_library_is_needed():
    import subprocess

    heavy = "{'torch', 'nbgrader', 'IPython', 'nbformat', 'numpy'}"
    program = "import sys, llmcourse.grading.submission.canonical\n"
    program += f"assert not {heavy} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
