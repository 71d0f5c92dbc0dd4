"""The newest page of everybody, by safe names; zips by the names that platforms know."""

import zipfile

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.gradebook import Gradebook, configured
from llmcourse.grading.classroom.grades import everybody, standings
from llmcourse.grading.classroom.handing_back import write_pages, write_zip
from llmcourse.grading.classroom.standing import NEWER_FILE
from llmcourse.grading.submission.feedback import feedback_page
from tests.grading.classroom.graded_class import ALL, GradedClass, released_set
from tests.grading.conftest import STEP


@pytest.fixture
def course(root) -> GradedClass:
    return GradedClass(root, released_set())


def zipped(course: GradedClass, platform: str):
    path = course.root / f"{platform}.zip"
    done = write_zip(course.root, course.bundle, everybody(course.root, STEP), path, platform)
    return done, path


def test_the_newest_page_of_each_student(course):
    course.add("Zoë", 0, 0, 0, 0)
    course.add("Zoë", *ALL)
    course.add("../x y", *ALL, collected=False)
    course.add("eve", refused="The file is empty.")
    course.hand_in("zed")
    folder = course.root / "out"
    done = write_pages(course.root, course.bundle, everybody(course.root, STEP), folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        *("%2E.%2Fx%20y.html", "Zoë.html", "eve.html")
    ]
    assert "attempt 2" in (folder / "Zoë.html").read_text()
    assert (done.pages, done.changed) == (3, 3)
    assert [name for name, _ in done.without] == ["zed"]


def test_again_changes_nothing_and_a_new_attempt_only_its_page(course):
    for student in ("ada", "bob"):
        course.add(student, 0, 0, 0, 0)
    folder = course.root / "out"
    write_pages(course.root, course.bundle, everybody(course.root, STEP), folder)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    again = write_pages(course.root, course.bundle, everybody(course.root, STEP), folder)
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert (again.changed, after) == (0, before)
    course.add("ada", *ALL)
    assert (
        write_pages(course.root, course.bundle, everybody(course.root, STEP), folder).changed == 1
    )
    assert "attempt 2" in (folder / "ada.html").read_text()


def test_a_person_s_file_of_that_name_stops_it_and_others_are_named(course):
    course.add("ada", *ALL)
    folder = course.root / "out"
    folder.mkdir()
    (folder / "gone.html").write_text("of last week")
    assert write_pages(course.root, course.bundle, everybody(course.root, STEP), folder).others == (
        "gone.html",
    )
    (folder / "ada.html").write_text("a page with a comment by hand")
    known = everybody(course.root, STEP)
    with pytest.raises(UserError, match=r"ada\.html is there already"):
        write_pages(course.root, course.bundle, known, folder)
    assert (folder / "ada.html").read_text() == "a page with a comment by hand"


def test_moodle_finds_each_learner_by_the_folder_of_the_download(course):
    inside = "Ada Lovelace_501_assignsubmission_file_"
    course.add("ada", *ALL, source="moodle", user="501", file=f"{inside}/1-tiny.ipynb")
    newer = "George Byron_502_assignsubmission_file"  # from 4.1 on
    course.add("george", *ALL, source="moodle", user="502", file=f"class/{newer}/a/x.ipynb")
    flat = "Grace Hopper_503_assignsubmission_file_1-tiny.ipynb"
    course.add("grace", *ALL, source="moodle", user="503", file=flat)
    course.add("rose", *ALL)
    course.add("nobody", *ALL)
    (course.gradebook / "roster.csv").write_text("student,name,moodle\nrose,Rose/../P_éter,504\n")
    done, path = zipped(course, "moodle")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert "ada, attempt 1" in archive.read(names[0]).decode()
    assert names == [
        f"{inside}/1-tiny-feedback.html",
        f"{newer}/1-tiny-feedback.html",
        "Grace Hopper_503_assignsubmission_file_1-tiny-feedback.html",
        "Rose..Péter_504_assignsubmission_file_/1-tiny-feedback.html",
    ]
    for name in names:  # as Moodle reads it: the second part is the number
        assert name.split("_", 4)[1].isdecimal()
        assert name.split("_", 4)[2:4][0] == "assignsubmission"
    assert done.without == (("nobody", "not from a download of Moodle"),)


def test_canvas_finds_each_learner_by_the_file_s_own_name(course):
    for student, user, name in [
        ("ada", "11", "lovelaceada_LATE_11_9001_1-tiny-1.ipynb"),
        ("bob", "12", "folder/byronbob_12_9002_Copy_of_1_tiny.v2.ipynb"),
        ("anon", "x3V9q", "anon_x3V9q_9003_1-tiny.ipynb"),
        ("quiz", "13", "quiz13_question_7_9004_1-tiny.ipynb"),
        ("typed", "14", "typed_14_text.html"),
    ]:
        submission = name.partition("_900")[2][:1]
        submission = f"900{submission}" if submission else ""
        course.add(student, *ALL, source="canvas", user=user, file=name, submission=submission)
    done, path = zipped(course, "canvas")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [
            "anon_x3V9q_9003_1-tiny.html",
            "byronbob_12_9002_Copy_of_1_tiny.v2.html",
            "lovelaceada_LATE_11_9001_1-tiny-1.html",
        ]
    assert [name for name, _ in done.without] == ["quiz", "typed"]


@pytest.mark.parametrize("platform", ["moodle", "canvas"])
def test_the_same_pages_are_the_same_zip(course, platform):
    file = {"moodle": "Ada_5_assignsubmission_file_/x.ipynb", "canvas": "ada_5_6_x.ipynb"}
    course.add("ada", *ALL, source=platform, user="5", submission="6", file=file[platform])
    done, path = zipped(course, platform)
    content = path.read_bytes()
    assert done.changed == 1
    path.unlink()
    again, _ = zipped(course, platform)
    assert (again.changed, path.read_bytes()) == (1, content)
    assert zipped(course, platform)[0].changed == 0


@pytest.mark.parametrize(
    "file",
    [
        "../../ada_5_6_x.ipynb\x00",
        "ada_5_6_x\n.ipynb",
        "C:\\ada_5_6_x.ipynb",
        "ada_5_7_x.ipynb",
        "..",
        "",
    ],
)
def test_no_name_from_a_download_leads_elsewhere(course, file):
    course.add("ada", *ALL, source="canvas", user="5", submission="6", file=file)
    with pytest.raises(UserError, match="came from a download of Canvas"):
        zipped(course, "canvas")


def test_a_page_that_was_lost_is_one_clear_error(course):
    attempt = course.add("ada", *ALL)
    attempt.feedback.unlink()
    known = everybody(course.root, STEP)
    with pytest.raises(UserError, match=r"feedback\.html can't be read"):
        write_pages(course.root, course.bundle, known, course.root / "out")
    assert not (course.root / "out").exists()


def newer(course: GradedClass, student: str, **origin: object) -> None:
    """Another file of a student who was graded."""
    course.hand_in(student, b"newer", **origin)


@pytest.mark.parametrize("platform", ["moodle", "canvas"])
def test_a_page_of_an_older_file_is_never_under_the_newest_one_s_name(course, platform):
    file = {
        "moodle": ("Ada_5_assignsubmission_file_/x.ipynb", "Bob_8_assignsubmission_file_/x.ipynb"),
        "canvas": ("ada_5_6_x.ipynb", "bob_8_9_x.ipynb"),
    }[platform]
    ada = {"source": platform, "user": "5", "submission": "6", "file": file[0]}
    course.add("ada", *ALL, **ada)
    course.add("bob", *ALL, source=platform, user="8", submission="9", file=file[1])
    newer(course, "ada", **ada)
    done, path = zipped(course, platform)
    with zipfile.ZipFile(path) as archive:
        assert [name[:3] for name in archive.namelist()] in (["bob"], ["Bob"])
    assert done.without == (("ada", NEWER_FILE),)
    folder = course.root / "out"
    gathered = write_pages(course.root, course.bundle, everybody(course.root, STEP), folder)
    assert (gathered.pages, gathered.older) == (2, ("ada",))
    newer(course, "bob")
    with pytest.raises(UserError, match=r"No page of 1-tiny is of the newest file"):
        zipped(course, platform)


def comment(course: GradedClass, student: str, **comments: str) -> None:
    """As formgrader writes it."""
    standings(course.root, course.bundle)
    with Gradebook(configured(course.root), course.store) as book:
        db = book._database.book
        for cell, text in comments.items():
            db.find_comment(cell, STEP, STEP, student).manual_comment = text
        db.db.commit()


def test_what_people_wrote_stands_at_the_top_and_is_no_html(course):
    attempt = course.add("ada", 2, 0, 0, 0)
    course.add("bob", *ALL)
    page = '<html><h1>Tiny</h1><p class="score">2 of 5 points</p></html>'
    attempt.feedback.write_text(page)
    comment(course, "ada", first="<script>x</script>\nRead again & ask.", double="Nearly\u202e.")
    with Gradebook(configured(course.root), course.store) as book:
        db = book._database.book
        db.find_grade("double-hidden", STEP, STEP, "ada").manual_score = 0.5
        db.db.commit()
    folder = course.root / "out"
    write_pages(course.root, course.bundle, standings(course.root, course.bundle), folder)
    shown = (folder / "ada.html").read_text()
    head, _, rest = shown.partition('<p class="score">')
    assert rest == "2 of 5 points</p></html>"
    assert head.startswith("<html><h1>Tiny</h1><section")
    assert "<strong>2.5 of 5 points count.</strong>" in head
    assert "&lt;script&gt;x&lt;/script&gt;\nRead again &amp; ask." in head
    assert head.index("Task 1 · Double") < head.index("Nearly.") < head.index("Task 2 · First")
    assert "a file that you sent before" not in head
    assert attempt.feedback.read_text() == page
    assert "section" not in (folder / "bob.html").read_text()
    again = write_pages(course.root, course.bundle, standings(course.root, course.bundle), folder)
    assert again.changed == 0
    course.add("ada", *ALL)
    write_pages(course.root, course.bundle, standings(course.root, course.bundle), folder)
    assert "a file that you sent before" in (folder / "ada.html").read_text()


def test_the_block_comes_before_the_points_of_a_real_page(course):
    attempt = course.add("ada", 2, 0, 0, 0)
    page = feedback_page(
        attempt.result, course.bundle, student="ada", attempt=1, base="https://example.org"
    )
    attempt.feedback.write_text(page)
    comment(course, "ada", first="See me.")
    folder = course.root / "out"
    write_pages(course.root, course.bundle, standings(course.root, course.bundle), folder)
    shown = (folder / "ada.html").read_text()
    start, end = shown.index('<section aria-labelledby="people">'), shown.index("2 of 5 points")
    assert start < shown.index("See me.") < end
    assert "points count" not in shown
    assert shown.startswith("<!doctype html>")
