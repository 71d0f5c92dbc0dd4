"""The page says what an instructor needs, in any window, and lets nobody write into it."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt
from llmcourse.grading.classroom.lateness import Late
from llmcourse.grading.classroom.report.page import MOST_MISTAKES, report_page
from llmcourse.grading.classroom.standing import Standing
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission.result import Result, TaskResult
from llmcourse.grading.submission.result import (
    TestResult as Outcome,  # pytest takes Test… for tests,
)
from tests.grading.conftest import ROOT

STEP = "3-decoding"
BASE = "https://example.org/course"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    release = ROOT / "exercises" / STEP / f"{STEP}.ipynb"
    return bundle_of(read_set(ROOT / "solutions" / STEP), json.loads(release.read_bytes()))


def result(bundle: Bundle, passed: int, mistake: int = 0) -> Result:
    """The first `passed` tasks pass; the others point to a misconception."""
    tasks = []
    for at, task in enumerate(bundle.tasks):
        good = at < passed
        name = "" if good else task.misconceptions[mistake % len(task.misconceptions)].name
        state = "passed" if good else "not yet"
        visible = Outcome(good, float(task.visible * good), float(task.visible), state, "", name)
        hidden = Outcome(False, 0.0, float(task.hidden), "not yet")
        tasks.append(TaskResult(task.id, task.title, visible, hidden))
    return Result(STEP, "5" * 64, bundle.sha256, "seed", tuple(tasks))


def class_of(bundle: Bundle, folder: Path) -> list[Standing]:
    """Fourteen: twelve graded, two of them with the same notebook, and two who are not."""
    found = []
    for n in range(12):
        place = folder / f"s{n}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "submitted.ipynb").write_bytes(solution() if n < 2 else b"{}")
        one = result(bundle, n % 8, n)
        attempt = Attempt(place, STEP, f"s{n}", 1, "", "x.ipynb", "5" * 64, "")
        late = Late([0, 2, None][n % 3], "time")
        found.append(
            Standing(
                f"s{n}", f"Learner {n}", attempt=attempt, result=one, points=one.points, late=late
            )
        )
    found.append(Standing("eve" * 40, why="The file is no notebook." * 9))
    return [*found, Standing("zed", why="handed in nothing")]


def solution() -> bytes:
    return (ROOT / "solutions" / STEP / f"{STEP}.ipynb").read_bytes()


def text(source: str) -> str:
    body = source.partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_what_stands_in_it(bundle, tmp_path):
    found = class_of(bundle, tmp_path)
    shown = text(report_page(found, bundle, base=BASE))
    assert "Report on a class of 14 in 3-decoding" in shown
    assert "12 graded" in shown
    assert "2 of 14. That is not the same as 0 points." in shown
    assert "zed handed in nothing" in shown
    assert "Learner 0 (s0) and Learner 1 (s1) 100%" in shown
    assert "accuses nobody and changes no grade" in shown
    # softmax: 7 in 8 pass the visible test, by n % 8: all but n = 0 and n = 8; nobody the hidden.
    assert "1 · Softmax with temperature 50% 83% 0%" in shown
    assert "Learner 1 (s1) 2 days late 0" in shown
    assert "Learner 2 (s2) unknown 0" in shown
    assert "Learner 3 (s3) " not in shown.partition("Late, or")[2].partition("Worth reading")[0]


def test_every_mistake_leads_to_its_page(bundle, tmp_path):
    source = report_page(class_of(bundle, tmp_path), bundle, base=BASE)
    assert f'href="{BASE}/book/3-decoding/strategies.html"' in source
    assert "3-decoding/strategies</a>" in source
    rows = source.partition('id="mistakes"')[2].partition("<details>")[0].count('<th scope="row">')
    assert rows == MOST_MISTAKES
    assert "that were met less often" in source


def test_the_same_class_gives_the_same_page(bundle, tmp_path):
    found = class_of(bundle, tmp_path)
    assert report_page(found, bundle, base=BASE) == report_page(found, bundle, base=BASE)


def test_it_asks_for_no_other_file(bundle, tmp_path):
    source = report_page(class_of(bundle, tmp_path), bundle, base=BASE)
    assert "<script" not in source
    assert re.findall(r"(?:src|srcset|action|data|xlink:href)=", source) == []
    assert re.findall(r"url\(|@import|<link", source) == []
    assert "default-src 'none'" in source


def test_nobody_writes_into_it(bundle, tmp_path):
    hostile = "<script>alert(1)</script>\u202e{{ 7 * 7 }}</title>"
    found = [replace(one, name=hostile) for one in class_of(bundle, tmp_path)]
    found.append(Standing(hostile, why=hostile))
    source = report_page(found, bundle, base=BASE)
    assert "<script" not in source
    assert "\u202e" not in source
    assert "{{ 7 * 7 }}" in source


def test_one_learner_is_no_statistics(bundle, tmp_path):
    shown = text(report_page(class_of(bundle, tmp_path)[:1], bundle, base=BASE))
    assert "too few: 1 of 10" in shown
    assert "Everybody is." in shown


def test_nobody_with_points_is_one_clear_error(bundle, tmp_path):
    found = class_of(bundle, tmp_path)[-2:]
    with pytest.raises(UserError, match="Nobody has points"):
        report_page(found, bundle, base=BASE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_it_fits_and_is_accessible(browser, bundle, tmp_path, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "report.html"
    path.write_text(report_page(class_of(bundle, tmp_path), bundle, base=BASE), encoding="utf-8")
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    asked, said = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelectorAll('svg rect').length") == 10
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(20, 23, 27)" if scheme == "dark" else "rgb(255, 255, 255)"
    )
    assert Axe().run(page).response["violations"] == []
    assert asked == [path.as_uri()]
    assert said == []
    page.close()
