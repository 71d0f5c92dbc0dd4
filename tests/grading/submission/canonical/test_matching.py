"""Which cells solve which task: honest work is found wherever it stands."""

import dataclasses
import json

import pytest

from llmcourse.grading.submission.canonical import LearnerCell, canonical
from tests.grading.submission.canonical.handed import (
    BUNDLE,
    SOLUTIONS,
    Handed,
    added_to,
    assert_kept,
    solutions_of,
)


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
