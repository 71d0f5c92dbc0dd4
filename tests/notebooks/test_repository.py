"""Writing and checking notebooks: in a small repository, and in this one."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from llmcourse.errors import UserError
from llmcourse.notebooks import notebook_of, out_of_step, texts, write
from llmcourse.notebooks.__main__ import main
from llmcourse.notebooks.identity import as_bytes
from llmcourse.notebooks.repository import unlisted

HERE = Path(__file__).parent.parent.parent
OURS = texts(HERE)


def names(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def run(monkeypatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["notebooks", *map(str, arguments)])
    try:
        main()
    except SystemExit as exit:
        return exit.code or 0
    return 0


def test_texts_are_pages_with_code_and_problem_sets(root):
    assert names(texts(root), root) == ["book/1-inputs/page.md", "solutions/1-inputs/1-inputs.md"]


def test_what_was_built_or_left_by_an_editor_is_no_text(root):
    page = (root / "book/1-inputs/page.md").read_text()
    for folder in ("book/_build", "book/1-inputs/.ipynb_checkpoints"):
        (root / folder).mkdir()
        (root / folder / "page.md").write_text(page)
    assert len(texts(root)) == 2


def test_a_page_becomes_the_notebook_that_colab_opens(root):
    notebook = notebook_of(root / "book/1-inputs/page.md", root)
    nbformat.validate(notebook)
    ids = ["link-to-the-book", "install-in-colab", "cell-01", "cell-02", "cell-03"]
    assert [cell.id for cell in notebook.cells] == ids
    link, install, first, code, last = (cell.source for cell in notebook.cells)
    assert "[A page](" in link
    assert "pip" in install
    assert first.startswith("# A page")
    assert "/book/2-network/gpt.html" in first
    assert code == "print(6 * 7)"
    assert "- Ashish Vaswani" in last


def test_a_problem_set_keeps_what_nbgrader_reads(root):
    notebook = notebook_of(root / "solutions/1-inputs/1-inputs.md", root)
    nbformat.validate(notebook)
    by_id = {cell.id: cell for cell in notebook.cells}
    assert list(by_id) == ["install-in-colab", "cell-01", "task-1", "double", "double-visible"]
    assert by_id["double"].metadata.nbgrader.solution is True
    assert by_id["double-visible"].metadata.nbgrader.points == 2
    assert by_id["task-1"].metadata.nbgrader.locked is True
    assert "### BEGIN SOLUTION" in by_id["double"].source


def test_writing_again_changes_no_byte(root):
    first = write(root)
    assert names(first, root) == ["book/1-inputs/page.ipynb", "solutions/1-inputs/1-inputs.ipynb"]
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in first}
    assert write(root) == []
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in first}
    assert out_of_step(root) == []


def test_what_differs_first_is_named(root):
    (page, exercise) = write(root)
    exercise.unlink()
    notebook = json.loads(page.read_text())
    notebook["cells"][3]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": "42"}]
    page.write_text(json.dumps(notebook))
    found = out_of_step(root)
    assert [(one.notebook, one.why) for one in found] == [
        (page, "cell 4 (cell-02) is not as the text gives it (outputs)"),
        (exercise, "it is missing"),
    ]
    assert all("python -m llmcourse.notebooks" in one.todo for one in found)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda n: n["cells"].pop(), r"cell 5 \(cell-03\) is missing"),
        (lambda n: n["cells"].append(n["cells"][0]), r"cell 6 .* is not in the text"),
        (lambda n: n["cells"][2].update(source="# B"), r"cell 3 \(cell-01\) is not as the text"),
        (lambda n: n["metadata"].update(x=1), "its metadata"),
        (lambda n: n.clear(), r"cell 1 \(link-to-the-book\) is missing"),
        (lambda n: n.update(cells=[7]), "cell 1 .* is not as the text gives it"),
        (lambda n: None, "its spacing"),
    ],
)
def test_every_change_of_a_notebook_is_found(root, change, why):
    (page, _) = write(root)
    notebook = json.loads(page.read_text())
    change(notebook)
    page.write_text(json.dumps(notebook))
    (found,) = out_of_step(root)
    assert re.match(why, found.why)


def test_a_notebook_that_is_no_json_or_has_no_text_is_found(root):
    (page, _) = write(root)
    page.write_text("<<<<<<< HEAD")
    for name in ("book/gone.ipynb", "book/.ipynb_checkpoints/left.ipynb"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"{}")
    first, second = out_of_step(root)
    assert first.why == "it is not JSON"
    assert second.why == "there is no text gone.md beside it"
    page.write_text("[]")
    assert out_of_step(root)[0].why == "cell 1 (link-to-the-book) is missing"


def test_a_page_with_code_and_no_header_is_an_error_and_nothing_is_written(root):
    (root / "book/z.md").write_text("# Z\n\n```{code-cell} python\n1\n```\n")
    with pytest.raises(UserError, match=r"book/z\.md, line 1: the header is missing"):
        write(root)
    assert not (root / "book/1-inputs/page.ipynb").exists()


def test_a_page_needs_a_title(root, headed):
    (root / "book/z.md").write_text(headed("Text.\n"))
    with pytest.raises(UserError, match=r"book/z\.md: the page has no title"):
        write(root)


def test_a_text_that_is_not_utf8_is_named(root):
    (root / "solutions/1-inputs/1-inputs.md").write_bytes(b"---\n\xff")
    with pytest.raises(UserError, match=r"solutions/1-inputs/1-inputs\.md is not UTF-8"):
        write(root)


def test_the_command_writes_and_says_what(root, monkeypatch, capsys):
    assert run(monkeypatch, "--root", root) == 0
    assert "wrote book/1-inputs/page.ipynb" in capsys.readouterr().out
    assert run(monkeypatch, "--root", root) == 0
    assert "in step" in capsys.readouterr().out


def test_the_check_writes_nothing_and_names_the_command(root, monkeypatch, capsys):
    assert run(monkeypatch, "--check", "--root", root) == 1
    assert not list(root.rglob("*.ipynb"))
    said = capsys.readouterr().err
    assert "error: book/1-inputs/page.ipynb: it is missing." in said
    assert "Run: python -m llmcourse.notebooks" in said
    write(root)
    assert run(monkeypatch, "--check", "--root", root) == 0


@pytest.mark.parametrize("page", ["stray.md", "1-inputs/deep/stray.md"])
def test_the_check_names_a_page_that_the_table_of_contents_leaves_out(
    root, monkeypatch, capsys, page
):
    write(root)
    stray = root / "book" / page
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("# Prose\n\nNobody finds it.\n")
    assert run(monkeypatch, "--check", "--root", root) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error: book/{page}: _toc.yml does not name this page")
    assert f"- file: book/{page}" in said
    assert said.count("error: ") == 1
    table = "root: book/prose\nparts:\n- chapters:\n  - file: book/1-inputs/page.md\n"
    (root / "_toc.yml").write_text(f"{table}    sections: [{{file: book/{page}}}]\n")
    assert run(monkeypatch, "--check", "--root", root) == 0


def test_what_was_built_or_left_by_an_editor_is_no_page(root):
    for folder in ("book/_build", "book/.ipynb_checkpoints"):
        (root / folder).mkdir()
        (root / folder / "page.md").write_text("# Prose\n")
    assert unlisted(root) == []


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), ("a: [", "flow node"), ("\x00", "unacceptable")]
)
def test_a_table_of_contents_that_cannot_be_read_is_an_error(root, content, said):
    if content is None:
        (root / "_toc.yml").unlink()
    else:
        (root / "_toc.yml").write_text(content)
    with pytest.raises(UserError, match=f"_toc.yml can't be read: .*{said}"):
        unlisted(root)


def test_an_error_of_a_text_ends_with_status_2(root, monkeypatch, capsys):
    (root / "book/z.md").write_text("```{code-cell} python\n1\n```\n")
    assert run(monkeypatch, "--root", root) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: book/z.md, line 1: the header is missing.\n")
    assert "Begin the file with these lines" in said


def test_a_folder_without_a_book_is_an_error(tmp_path, monkeypatch, capsys):
    assert run(monkeypatch, "--root", tmp_path) == 2
    assert "has no folder book" in capsys.readouterr().err


def test_help_ends_in_an_example_that_runs():
    shown = subprocess.run(
        [sys.executable, "-m", "llmcourse.notebooks", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    example = re.search(r"Example: python (-m llmcourse\.notebooks --check)\s*\Z", shown)
    assert example, shown


@pytest.mark.parametrize("path", OURS, ids=names(OURS, HERE))
def test_our_text_gives_the_same_valid_notebook_twice(path):
    once = as_bytes(notebook_of(path, HERE))
    assert as_bytes(notebook_of(path, HERE)) == once
    shown = [cell["source"] for cell in json.loads(once)["cells"] if cell["cell_type"] != "code"]
    flat = "".join("".join(lines) for lines in shown)
    assert not re.search(r"\{(cite|glue)[:\w]*\}`|^ *:::|\]\((?!https?:)[^)]*\.md", flat, re.M)


def test_our_pages_are_all_in_the_table_of_contents():
    assert unlisted(HERE) == []


def test_our_notebooks_are_in_step_with_their_texts():
    assert OURS
    assert [f"{one.notebook}: {one.why}. {one.todo}" for one in out_of_step(HERE)] == []
