"""A push to a learner's repository: the workflow's own steps, and the page that they write."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from llmcourse.errors import UserError
from llmcourse.grading.notebook.reading import Notebook
from llmcourse.grading.self_check import push_summary
from llmcourse.grading.self_check.check import Check, TaskResult
from llmcourse.grading.self_check.push_summary import escaped, fenced, summary
from tests.grading.conftest import SOLVED, Learner

ROOT = Path(__file__).parents[3]
WORKFLOWS = ROOT / ".github" / "workflows"
WORKFLOW = yaml.safe_load((WORKFLOWS / "classroom.yml").read_text())
STEPS = WORKFLOW["jobs"]["check"]["steps"]


def push(folder: Path) -> tuple[int, str]:
    """Run the steps as GitHub does, in this Python, where the course is installed already."""
    page = folder / "summary.md"
    environment = os.environ | {
        "GITHUB_STEP_SUMMARY": str(page),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 2
    assert "pip install" in scripts[0]  # the only step that is left out
    script = folder / "step.sh"
    script.write_text(scripts[1])
    done = subprocess.run(
        ["bash", "-e", script], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.stdout == ""  # what a notebook says may hold commands for the runner's log
    return done.returncode, page.read_text(encoding="utf-8")


def test_a_solved_notebook_has_all_its_visible_points(learner, tmp_path):
    learner.write(**SOLVED)
    code, page = push(tmp_path)
    assert code == 0
    assert "**This is no grade.** Hidden tests are not tried here" in page
    assert "| Task 1 · Double | passed | 2 of 2 | 1 |\n" in page
    assert "| Task 2 · First | passed | 1 of 1 | 1 |\n" in page
    assert "| **all** | | **3 of 3** | 2 |\n" in page
    assert "```" not in page


def test_a_test_that_fails_is_shown_and_leaves_the_run_green(learner, tmp_path):
    said = "import os\nos.write(1, b'::error::said')\nprint('said')\n1 / 0"
    learner.write(double="def double(x):\n    return x * x", first=said)
    code, page = push(tmp_path)
    assert code == 0
    assert "| Task 1 · Double | not yet | 0 of 2 | 1 |\n" in page
    assert re.search(r"\n\*\*Task 1 · Double\*\*\n\n```text\ndouble\(3\)[^`]+Add it to", page), page
    assert "| Task 2 · First | error | 0 of 1 | 1 |\n" in page
    assert "ZeroDivisionError" in page
    assert "said" not in page


def test_a_test_that_ended_before_its_last_check_is_named_once(monkeypatch):
    tasks = [
        TaskResult("Task 1 · One", 1.0, 0.0, "not yet", "wrong", "one"),
        TaskResult("Task 2 · Two", 1.0, 0.0, "not yet", "wrong too", "two", more=True),
    ]
    page = push_summary._said(Check(Notebook(Path("x.ipynb"), (), ""), tuple(tasks), ()))
    line = r"\nA test stops at its first failure\\, so more may follow in\\: Task 2 · Two\n"
    assert page.count("more may follow") == len(re.findall(line, page)) == 1


def test_an_empty_notebook_is_not_run(learner, tmp_path):
    code, page = push(tmp_path)
    assert code == 0
    assert re.search(r"1\\-tiny\\\.ipynb, hash `[0-9a-f]{12}`: not started\.\n", page), page
    assert "|" not in page


def test_a_broken_notebook_turns_the_run_red_and_the_others_are_shown(
    learner, tmp_path, released_bytes
):
    learner.write(**SOLVED)
    broken = learner.path.parent.parent / "0-broken" / "0-broken.ipynb"
    broken.parent.mkdir()
    broken.write_bytes(released_bytes[:500] + b"```\n<script>")
    hidden = learner.path.parent / ".ipynb_checkpoints" / "left-behind.ipynb"
    hidden.parent.mkdir()
    hidden.touch()
    code, page = push(tmp_path)
    assert code == 1
    assert "| **all** | | **3 of 3** | 2 |\n" in page
    assert "**can't be read**, and the grader can't read it either" in page
    assert re.search(r"\n```text\nexercises/0-broken/0-broken\.ipynb is not a notebook", page)
    assert "left" not in page


def test_a_repository_without_a_notebook_turns_the_run_red(tmp_path):
    (tmp_path / "exercises").mkdir()
    code, page = push(tmp_path)
    assert (code, page) == (2, "")


def test_a_notebook_that_cannot_be_run_is_named(learner, tmp_path, monkeypatch):
    learner.write(**SOLVED)

    def dies(path: Path) -> Check:
        raise UserError("The kernel died.", todo="Look for os._exit.")

    monkeypatch.setattr(push_summary, "check", dies)
    page, readable = summary(tmp_path / "exercises")
    assert not readable
    assert "**can't be run.**\n\n```text\nThe kernel died.\nLook for os._exit.\n```\n" in page


def test_what_a_notebook_says_stays_text(learner, tmp_path, monkeypatch):
    learner.write(**SOLVED)
    title = "Task 1 | <img src=x>\n## [free](https://x.org) `@you` $x$ ::error::"
    message = "got ```\n</pre><script>alert()</script>\x1b[2J\n````\n" + "x" * 5000
    tasks = (
        TaskResult(title, 2.0, 1.0, "not yet", message),
        TaskResult("Task 2", 1.0, 0.0, "not yet", message),
    )

    def found(path: Path) -> Check:
        return Check(Notebook(path, (), "0" * 64), tasks, ("cell 3: `x`\n```",), ("a | <b>",))

    monkeypatch.setattr(push_summary, "check", found)
    page, readable = summary(tmp_path / "exercises")
    assert readable
    rows = [line for line in page.splitlines() if line.startswith("| Task 1")]
    assert len(rows) == 1
    shown = r"Task 1 \| \<img src\=x\> \#\# \[free\]\(https\:\/\/x\.org\) \`\@you\` \$x\$ \:\:error"
    assert rows[0].startswith(f"| {shown}")
    assert rows[0].endswith("| not yet | 0 of 2 | 1 |")
    assert page.count("</script>") == 1  # both tasks say the same: once, and within its fence
    fence = re.search(r"\*\*Task 1 .*, Task 2\*\*\n\n(`{5})text\n(.*?)\n\1\n", page, re.S)
    assert fence
    assert fence[2].startswith("got ```\n</pre><script>")
    assert len(fence[2]) == push_summary.LONGEST + 1
    assert "\x1b" not in page
    assert "\na \\| \\<b\\>\n" in page
    assert "\n````text\ncell 3: `x`\n```\n````\n" in page
    shown = BeautifulSoup(MarkdownIt("gfm-like").render(page), "html.parser")
    assert not shown.find_all(["img", "script", "a", "br", "b"])  # as a reader of Markdown sees it
    assert len(shown.find_all("h2")) == 1
    assert len(shown.find_all("tr")) == 4
    cell = "Task 1 | <img src=x> ## [free](https://x.org) `@you` $x$ ::error::"
    assert shown.find_all("td")[0].text == cell


def test_a_page_that_would_be_too_long_says_so(tmp_path, released_bytes, monkeypatch):
    for name in ("1-tiny", "2-more"):
        folder = tmp_path / "exercises" / name
        folder.mkdir(parents=True)
        Learner(folder / f"{name}.ipynb", released_bytes).write(**SOLVED)

    def found(path: Path) -> Check:
        title = "x" * (push_summary.MOST if path.stem == "1-tiny" else 10)
        return Check(Notebook(path, (), ""), (TaskResult(title, 1.0, 0.0, "passed"),), ())

    monkeypatch.setattr(push_summary, "check", found)
    page, _ = summary(tmp_path / "exercises")
    assert len(page.encode()) < push_summary.MOST
    assert "There is too much to say of it" in page
    assert "| xxxxxxxxxx | passed | 1 of 1 | 0 |" in page


def test_text_is_escaped_for_markdown():
    assert escaped("a_b*c\n- d|e") == r"a\_b\*c \- d\|e"
    assert escaped("\x1b]0;title\x07") == "�\\]0\\;title�"
    assert fenced("a\tb\r\n") == "```text\na�b�\n\n```"


def test_the_workflow_has_no_more_rights_than_it_needs():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    job = WORKFLOW["jobs"]["check"]
    assert set(WORKFLOW["jobs"]) == {"check"}
    assert "permissions" not in job
    assert 0 < job["timeout-minutes"] <= 30
    assert WORKFLOW[True].keys() == {"push", "workflow_dispatch"}  # True: how YAML 1.1 reads "on"
    used = {step["uses"]: step.get("with", {}) for step in STEPS if "uses" in step}
    assert used["actions/checkout@v4"] == {"persist-credentials": False}
    assert used["actions/setup-python@v5"]["cache"] == "pip"
    others = (WORKFLOWS / "test.yml").read_text()
    assert all(f"uses: {action}\n" in others for action in used)  # the same versions as there
    assert "secrets" not in json.dumps(WORKFLOW)
