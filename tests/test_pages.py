"""What pages show with: links that follow from one address, problem sets by their contract."""

import tomllib

import pytest

from llmcourse import pages
from llmcourse.errors import UserError


@pytest.fixture
def shown(monkeypatch):
    """What a page's cell displayed, as Markdown where it is that."""
    found = []
    monkeypatch.setattr(pages, "display", lambda thing, **how: found.append(thing))
    return found


def test_a_source_is_shown_with_a_link_to_its_lines(shown):
    pages.show_source(UserError)  # a class: the tests' import hook wraps functions
    link, code = shown
    assert f"]({pages.repository()}/blob/main/llmcourse/errors.py#L" in link.data
    assert code.data.startswith("class UserError(")


def test_a_problem_set_is_shown_with_its_file_and_its_address_in_colab(shown):
    pages.show_problem_set("3-decoding")
    path = pages.repository().removeprefix("https://github.com/")
    path += "/blob/main/exercises/3-decoding/3-decoding.ipynb"
    (text,) = (one.data for one in shown)
    assert f"(https://github.com/{path})" in text
    assert f"(https://colab.research.google.com/github/{path})" in text
    assert (pages.ROOT / "exercises/3-decoding/3-decoding.ipynb").exists()


def test_a_problem_set_is_shown_with_every_task_of_its_contract(shown):
    pages.show_problem_set("3-decoding")
    contract = pages.ROOT / "solutions" / "3-decoding" / "tasks.toml"
    tasks = tomllib.loads(contract.read_text("utf-8"))["task"]
    rows = [line.strip("| ").split(" | ") for line in shown[0].data.splitlines()[4:]]
    assert [(row[1], row[2], len(row[4])) for row in rows] == [
        (task["title"], str(task["points"]), 3) for task in tasks
    ]


def test_without_the_repository_a_problem_set_is_its_links(shown, monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    pages.show_problem_set("3-decoding")
    assert shown[0].data.count("](https://") == 2
    assert "points" not in shown[0].data


def test_a_number_is_printed_and_kept_for_the_text(shown, capsys):
    pages.glue("share", 0.123456)
    assert capsys.readouterr().out == "share: 0.1235\n"
    assert shown == [{"application/papermill.record/text/plain": "'0.1235'"}]


def test_a_measurement_is_kept_with_its_command_the_day_and_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "MEASURED", tmp_path)
    assert pages.write_measured("speed", {"ratio": 2.5}, command="make measure").parent == tmp_path
    found = pages.measured("speed")
    assert found["ratio"] == 2.5
    assert found["command"] == "make measure"
    assert found["date"]
    assert "processors" in found["machine"]
