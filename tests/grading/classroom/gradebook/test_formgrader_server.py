"""nbgrader's formgrader in a browser: it shows what was graded, and what is written there stays."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.grading.classroom.gradebook.conftest import Course
from tests.grading.conftest import STEP

ROOT = Path(__file__).parents[4]
TESTS = ("double-visible", "double-hidden", "first-visible", "first-hidden")


@contextmanager
def formgrader(course: Course, home: Path) -> Iterator[str]:
    """The address of a formgrader of its own, in the root of the course."""
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own = {name: str(home / name) for name in places}
    options = ["--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.password="]
    options += [f"--ServerApp.root_dir={course.root}"]
    with subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *options],
        stderr=subprocess.PIPE,
        text=True,
        cwd=course.root,
        env=os.environ | own | {"PYTHONPATH": str(ROOT)},
    ) as server:
        heard = []
        for line in server.stderr:
            heard.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+(?=/)", line):
                break
        else:
            pytest.fail("".join(heard))
        try:
            yield found[0]
        finally:
            server.terminate()
            server.stderr.read()


def test_what_a_person_writes_in_formgrader_survives_grading_again(course, browser, tmp_path):
    course.attempt("ada", "first file", 2, 0, 1, 1)
    course.merge_all()
    assert course.counting() == {"ada": 4}

    def opened():
        """The submission, found as an instructor finds it."""
        page.goto(f"{address}/formgrader/gradebook/{STEP}/{STEP}")
        page.get_by_text("Submission #1").click()
        page.wait_for_selector("#double-hidden[placeholder]")  # its scores are there too

    def write(place: str, text: str, what: str) -> None:
        with page.expect_response(lambda answer: f"/api/{what}/" in answer.url) as answer:
            page.fill(place, text)
            page.keyboard.press("Tab")
        assert answer.value.ok

    with formgrader(course, tmp_path) as address:
        page = browser.new_page()
        opened()
        assert "# first file" in page.inner_text("body")
        automatic = {name: page.get_attribute(f"#{name}", "placeholder") for name in TESTS}
        assert automatic == dict(zip(TESTS, ["2", "0", "1", "1"], strict=True))
        write("#double-hidden", "0.5", "grade")
        write("textarea.comment >> nth=0", "Well reasoned.", "comment")
        assert course.counting() == {"ada": 4.5}

        course.attempt("ada", "second file", 2, 1, 0, 0)
        assert course.merge_all() == 1
        opened()
        shown = page.inner_text("body")
        assert "# second file" in shown
        assert "# first file" not in shown
        assert page.get_attribute("#double-hidden", "placeholder") == "1"
        assert page.input_value("#double-hidden") == "0.5"
        assert page.get_attribute("#first-visible", "placeholder") == "0"
        assert page.input_value("textarea.comment >> nth=0") == "Well reasoned."
        assert course.counting() == {"ada": 2.5}
        page.close()
