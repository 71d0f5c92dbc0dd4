"""The page says what a learner needs, keeps hidden tests hidden, and lets nobody write into it."""

import ast
import html
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.proving import prove
from llmcourse.grading.rules.verdict import UNREADABLE
from llmcourse.grading.submission.feedback import MOST_CHARACTERS, MOST_NOTES, clean, feedback_page
from llmcourse.grading.submission.result import Result, TaskResult
from llmcourse.grading.submission.result import (
    TestResult as Outcome,  # pytest takes Test… for tests,
)

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).parents[1] / "cases"
BASE = "https://example.org/course"


@cache
def exercises() -> list[prove.TaskCells]:
    return prove.exercises(read_set(ROOT / "solutions" / "3-decoding"))


@cache
def bundle() -> Bundle:
    """Of 3-decoding and its release."""
    released = ROOT / "exercises" / "3-decoding" / "3-decoding.ipynb"
    return bundle_of(read_set(ROOT / "solutions" / "3-decoding"), json.loads(released.read_bytes()))


def result(*tasks: TaskResult, **fields) -> Result:
    return Result("3-decoding", "5" * 64, "b" * 64, "seed", tasks, **fields)


def outcome(of: int, state: str = "passed", message: str = "", name: str = "") -> Outcome:
    passed = state == "passed"
    return Outcome(passed, float(of) if passed else 0.0, float(of), state, message, name)


def softmax(visible: str = "passed", hidden: str = "passed", **of_visible) -> TaskResult:
    return TaskResult(
        "softmax",
        "Softmax with temperature",
        outcome(3, visible, **of_visible),
        outcome(2, hidden),
    )


def page(found: Result, student: str = "ada", attempt: int = 1, base: str = BASE) -> str:
    return feedback_page(found, bundle(), student=student, attempt=attempt, base=base)


def text(source: str) -> str:
    """What a reader sees, spaces as one."""
    body = source.partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def judged(exercise: prove.TaskCells, source: str) -> TaskResult:
    """The result of a real run, with all that a careless grader could put into it."""
    task, raised = exercise.task, exercise.failures(source)
    tests = {}
    for kind, of in [("visible", task.visible), ("hidden", task.hidden)]:
        said = str(raised.get(kind, ""))
        known = [one.name for one in task.misconceptions if one.message in said]
        state = "not yet" if kind in raised else "passed"
        tests[kind] = outcome(of, state, said, "".join(known[:1]))
    return TaskResult(task.id, task.title, **tests)


def test_who_what_and_how_much():
    source = page(result(softmax(hidden="not yet")), student="ada", attempt=3)
    seen = text(source)
    assert "Decoding: from logits to text Feedback for ada , attempt 3 File 555555555555 :" in seen
    assert "as on your receipt 3 of 5 points" in seen
    assert "width: 60.0%" in source
    assert "Task 1 · Softmax with temperature" in seen


def test_passed_and_not_are_said_in_words_too():
    seen = text(page(result(softmax(hidden="not yet"))))
    assert "The test that you can see: ✓ passed , 3 of 3 points" in seen
    assert "The test that you can't see: ✗ not passed yet , 0 of 2 points" in seen


@pytest.mark.parametrize(
    ("state", "words", "step"),
    [
        ("not started", "✗ not started", "NotImplementedError"),
        ("not yet", "✗ not passed yet", "folded hints above your cell"),
        ("error", "✗ not passed: an error", "The message names the error"),
        ("not allowed", "something in the cell is not allowed", "Change that line"),
        ("stopped", "✗ stopped: too much time or memory", "a loop that never ends"),
    ],
)
def test_each_state_has_its_words_and_a_next_step(state, words, step):
    seen = text(page(result(softmax(state, state, message="what it said"))))
    assert words in seen
    assert "what it said" in seen
    assert step in seen.partition("Next step")[2].partition("Read again")[0]
    assert "0 of 5 points" in seen


def test_the_page_to_read_again_is_named_by_its_address():
    address = "https://example.org/course/book/3-decoding/strategies.html"
    for base in (BASE, f"{BASE}/"):
        assert f'href="{address}"' in page(result(softmax("not yet")), base=base)
    assert address not in page(result(softmax()))


def test_all_passed_is_said():
    seen = text(page(result(softmax())))
    assert "5 of 5 points Every test passes. Well done." in seen
    assert "Next step" not in seen
    assert "✗" not in seen


def test_a_test_that_the_learner_can_run_says_a_known_mistake_once():
    case = next(c for c in prove.cases(exercises()[0], "wrong", CASES) if c.path.stem == "no_shift")
    found = judged(exercises()[0], case.source)
    assert found.visible.misconception == "no_shift"
    assert found.hidden.misconception
    seen = text(page(result(found)))
    assert "Many learners" not in seen
    assert seen.count("exp of a large number overflows: subtract the largest logit first.") == 1


def test_a_hidden_test_points_to_a_known_mistake_in_the_words_of_the_contract():
    exercise = exercises()[1]
    case = next(c for c in prove.cases(exercise, "wrong", CASES) if c.path.stem == "changes_input")
    found = judged(exercise, case.source)
    assert found.visible.passed
    assert "The argument is wrong" in found.hidden.message
    seen = text(page(result(found)))
    assert "Many learners meet this here: “top_k changed the logits that it was given.”" in seen
    assert "The argument is wrong" not in seen
    assert "so most of it is right" in seen


def test_a_syntax_error_is_said_of_the_cell_alone():
    unreadable = softmax(
        "error", "not yet", message=f"{UNREADABLE}: '(' was never closed (line 2)."
    )
    before, _, hidden = text(page(result(unreadable))).partition("The test that you can't see")
    assert "'(' was never closed (line 2)" in before
    assert "closed" not in hidden
    assert "Often a bracket, a colon or a quotation mark is missing" in hidden


def test_an_empty_task_has_no_message():
    source = page(result(softmax("not started", "not started")))
    assert "<pre" not in source


def half_done() -> Result:
    """Two of the seven tasks are begun."""
    states = ["passed", "not yet", *["not started"] * 5]
    return result(
        *(
            TaskResult(
                one.task.id,
                one.task.title,
                outcome(one.task.visible, state),
                outcome(one.task.hidden, state),
            )
            for one, state in zip(exercises(), states, strict=True)
        )
    )


def test_tasks_that_are_not_started_are_folded_behind_one_line():
    before, fold, folded = page(half_done()).partition("<details>")
    assert before.count('<section id="task-') == 2
    assert before.count("✗ not yet") == 1
    assert before.count(">not started<") == 5
    assert "Not started: tasks 3, 4, 5, 6, 7" in text(f"<body>{fold}{folded}")
    assert folded.partition("</details>")[0].count('<section id="task-') == 5
    assert before.count('<a href="#task-') == 7  # the table names all of them
    alone = page(result(softmax("not started", "not started")))
    assert "<summary>Not started: task 1</summary>" in alone
    assert "<details>" not in page(result(softmax()))


def test_a_mistake_that_the_contract_does_not_know_is_not_shown():
    found = softmax("not yet", message="m", name="<b>made up</b>")
    assert "made up" not in page(result(found))


def secrets(exercise: prove.TaskCells) -> set[str]:
    """Lines and texts of a hidden test that stand in nothing that a learner has."""
    public = exercise.visible + exercise.setup + exercise.heading + exercise.empty
    public += " ".join(f"{one.message}." for one in exercise.task.misconceptions)
    lines = {line.strip() for line in exercise.hidden.splitlines()}
    texts = {
        node.value
        for node in ast.walk(ast.parse(exercise.hidden))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {one for one in lines | texts if len(one) > 9 and one not in public}


@pytest.mark.parametrize("number", range(7), ids=lambda number: exercises()[number].task.id)
def test_nothing_of_a_hidden_test_is_on_the_page(number):
    """Of no case, though the result holds the whole message of the hidden test."""
    exercise = exercises()[number]
    hidden = secrets(exercise)
    known = {f"{one.message}." for one in exercise.task.misconceptions}
    assert len(hidden) > 15
    told = 0
    for case in prove.cases(exercise, "wrong", CASES):
        found = judged(exercise, case.source)
        told += any(one in found.hidden.message for one in hidden)
        source = page(result(found))
        for form in (source, html.unescape(source), text(source)):
            assert [one for one in hidden if one in form] == []
            for line in found.hidden.message.splitlines():
                public = line in found.visible.message or line in known
                assert public or line not in form
    assert told  # so that there was something to hide


def test_a_hidden_message_is_nowhere_whatever_the_state():
    for state in ("not started", "not yet", "error", "not allowed", "stopped"):
        hidden = outcome(2, state, "tensor([3.25, 1.75])", "no_shift")
        for visible in (outcome(3), outcome(3, state, "seen")):
            found = TaskResult("softmax", "Softmax with temperature", visible, hidden)
            assert "3.25" not in page(result(found))


HOSTILE = [
    "<script>alert(1)</script>",
    "</pre></section><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' style='position:fixed",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;",
    "<!--",
    "]]>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_learner_wrote_is_text_and_nothing_else(hostile):
    clean_page = page(result(softmax("not yet", message="m"), notes=("n",)), student="s")
    found = result(replace(softmax("not yet", message=hostile), title=hostile), notes=(hostile,))
    source = page(found, student=hostile)
    assert tags(source) == tags(clean_page)
    assert text(source).count(" ".join(hostile.split())) >= 4
    refused = page(result(refused=hostile), student=hostile)
    assert tags(refused) == tags(page(result(refused="r"), student="s"))
    assert "49" not in text(source)


def tags(source: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every tag with the names of its attributes, as an HTML parser reads them."""
    from html.parser import HTMLParser

    found = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, tuple(name for name, _ in attrs)))

    Tags().feed(source)
    return found


def test_a_megabyte_is_cut():
    million = "x" * 1_000_000
    found = result(softmax("not yet", message=million), notes=(million,) * 1000)
    source = page(found, student=million)
    assert len(source) < 60_000
    assert "x" * MOST_CHARACTERS + " …" in source
    assert "x" * (MOST_CHARACTERS + 1) not in source
    assert source.count("<li") == MOST_NOTES + 1
    assert "… and 950 more" in source
    assert len(page(result(refused=million), student=million)) < 30_000


def test_fifty_notes_are_all_shown():
    source = page(result(softmax(), notes=tuple(f"note {n}" for n in range(MOST_NOTES))))
    assert "note 49" in source
    assert "more" not in text(source)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("a\u202eb\u2066c\u200fd\ufeffe", "abcde"),
        ("\x1b[31mred\x07\x00", "[31mred"),
        ("one\r\ntwo\rthree\n\tfour\n", "one\ntwo\nthree\n\tfour"),
        ("\ud800half", "half"),
        ("a\u2028b\x85c\x0cd", "abcd"),
        ("naïve 日本 م 👩\u200d🔬", "naïve 日本 م 👩\u200d🔬"),
        ("", ""),
    ],
)
def test_characters_that_hide_or_turn_others_go(given, cleaned):
    assert clean(given, 100) == cleaned


def test_a_line_that_is_cut_says_so():
    assert clean("abc", 3) == "abc"
    assert clean("abcd", 3) == "abc …"
    assert clean("\0" * 50 + "abcd", 10) == " …"


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_text_gives_a_page_that_can_be_written(message, student, notes):
    source = page(result(softmax("error", message=message), notes=tuple(notes)), student=student)
    source.encode("utf-8")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", source)


def test_not_graded_is_not_nothing():
    source = page(result(refused="It is no notebook: it holds no JSON."))
    seen = text(source)
    assert "Not graded" in seen
    assert "It is no notebook: it holds no JSON." in seen
    assert "This is not the same as 0 of 40 points" in seen
    assert 'class="bar"' not in source
    assert "Not graded" in page(result())  # no tasks, and no reason


def test_the_same_result_gives_the_same_page():
    found = result(softmax("not yet", message="m"), notes=("n",))
    assert page(found) == page(found)


def test_the_page_asks_for_no_other_file():
    source = page(result(*(judged(one, one.empty) for one in exercises())))
    assert "<script" not in source
    assert re.findall(r"(?:src|srcset|action|data)=", source) == []
    assert re.findall(r"url\(|@import|<link", source) == []
    links = set(re.findall(r'href="([^"]*)"', source))
    pages = {task.page.removesuffix(".md") for task in bundle().tasks}
    assert {link for link in links if not link.startswith("#")} == {
        f"{BASE}/{page}.html" for page in pages
    }
    assert "default-src &#39;none&#39;" in source or "default-src 'none'" in source


def test_a_result_of_tasks_that_the_bundle_does_not_know_is_shown_all_the_same():
    found = TaskResult("gone", "A task of last year", outcome(1), outcome(1, "not yet"))
    assert "A task of last year" in text(page(result(found)))


# In a browser.


def everything() -> Result:
    """Each state once, and texts that are long and wide."""
    states = ["passed", "not started", "not yet", "error", "not allowed", "stopped", "passed"]
    tasks = [
        TaskResult(
            one.task.id,
            one.task.title,
            outcome(
                one.task.visible, state, "softmax is wrong at [0]: " + "9" * 200 + "\n  got  x", ""
            ),
            outcome(one.task.hidden, "not yet" if state == "passed" else state, "no", "no_mask"),
        )
        for one, state in zip(exercises(), states, strict=True)
    ]
    return result(*tasks, notes=("A cell was " + "long" * 100, "Two cells were the same."))


@pytest.fixture(params=["light", "dark"])
def shown(request, browser, tmp_path):
    """Opens a page as a file, as a learner does, and counts what it asks for."""
    pages = []

    def show(source: str, width: int):
        path = tmp_path / "feedback.html"
        path.write_text(source, encoding="utf-8")
        opened = browser.new_page(
            viewport={"width": width, "height": 800}, color_scheme=request.param, bypass_csp=True
        )
        asked = []
        opened.on("request", lambda one: asked.append(one.url))
        errors = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda message: errors.append(message.text))
        opened.goto(path.as_uri())
        assert asked == [path.as_uri()]
        assert errors == []
        pages.append(opened)
        return opened

    yield show
    for opened in pages:
        opened.close()


@pytest.mark.parametrize(
    "found",
    [everything(), result(refused="x" * 400), result(softmax())],
    ids=["everything", "refused", "passed"],
)
@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_fits_and_is_accessible(shown, found, width):
    from axe_playwright_python.sync_playwright import Axe

    opened = shown(page(found, student="ada-" * 30), width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    wide = opened.evaluate(
        "[...document.querySelectorAll('pre, td, section')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert wide == 0
    assert Axe().run(opened).response["violations"] == []


def test_a_folded_task_is_short_and_opens_by_its_link(shown):
    opened = shown(page(half_done()), 360)
    assert not opened.locator("#task-5").is_visible()
    assert opened.evaluate("document.documentElement.scrollHeight") < 2000
    opened.locator('a[href="#task-5"]').click()
    opened.locator("#task-5").wait_for(state="visible", timeout=5000)


def test_the_page_is_dark_where_the_reader_is(browser, shown, request):
    opened = shown(page(everything()), 360)
    color = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    is_dark = opened.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert color == ("rgb(20, 23, 27)" if is_dark else "rgb(255, 255, 255)")


def test_on_paper_it_is_black_on_white_with_addresses(shown):
    opened = shown(page(everything()), 1440)
    opened.emulate_media(media="print")
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    address = opened.evaluate(
        "getComputedStyle(document.querySelector('a.again'), '::after').content"
    )
    assert "strategies.html" in address or "attr(href)" in address


def test_nothing_that_a_learner_wrote_runs(browser, tmp_path):
    hostile = "".join(HOSTILE)
    path = tmp_path / "feedback.html"
    found = result(softmax("not yet", message=hostile), notes=(hostile,))
    path.write_text(page(found, student=hostile), encoding="utf-8")
    opened = browser.new_page()
    dialogs = []
    opened.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened.goto(path.as_uri())
    assert opened.query_selector_all("img, script, iframe") == []
    assert dialogs == []
    opened.close()
