"""Times of handing in from Moodle's worksheet and from a person's file."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt
from llmcourse.grading.classroom.lms.times import moodle_times, times_of
from llmcourse.grading.classroom.standing import Standing
from tests.grading.classroom.lms.conftest import people
from tests.grading.classroom.lms.test_moodle import CLASS, WORKSHEET

BERLIN = timezone(timedelta(hours=1))
ADA = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def test_a_worksheet_tells_when_each_file_came(sheet):
    told = moodle_times(sheet(WORKSHEET), CLASS, BERLIN)
    assert told.known == {"ada@example.org": ADA}
    assert told.unread == ()
    assert "read with the offset of --due" in told.notes[0]


def test_another_form_is_named_and_unknown_where_somebody_was_graded(sheet):
    attempt = Attempt(Path(), "1-tiny", "ada", 1, "", "", "", "")
    found = [Standing("ada", "Ada Lovelace", attempt=attempt), *CLASS[1:]]
    text = WORKSHEET.replace("Sunday, 22 November 2026, 2:00 PM", "22/11/26, 14:00")
    told = moodle_times(sheet(text), found, BERLIN)
    assert (told.known, told.unread) == ({}, ("ada: '22/11/26, 14:00' stands there",))


def test_a_worksheet_of_another_language_tells_no_times(sheet):
    text = WORKSHEET.replace("Last modified (submission)", "Zuletzt geändert (Abgabe)")
    told = moodle_times(sheet(text), CLASS, BERLIN)
    assert (told.known, told.unread) == ({}, ())
    assert "no column 'Last modified (submission)'" in told.notes[0]


def test_times_by_hand(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text(
        "\ufeffTime,student\n"
        "2026-11-22 14:00,ada\n"
        '"Sunday, 22 November 2026, 2:00 PM",bob\n'
        "\n"
        "2026-11-22T14:00Z,zoe\n"
        "2026-11-22T14:00Z,=who\n"
    )
    found = people(*((name, "", "moodle", "", 1.0) for name in ("ada", "bob", "zoe")))
    told = times_of(path, found, BERLIN)
    assert told.known == {"ada": ADA, "bob": ADA, "zoe": ADA + timedelta(hours=1)}
    assert told.unread == ("=who: nobody is called so here",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "can't be read: No such file"),
        (b"", "is no list of times"),
        (b"student,when\n", "is no list of times"),
        (b"student,time\nada\n", "line 2: no time for 'ada'"),
        (b"student,time\nada,yesterday\n", "line 2: no time for 'ada'"),
        (b"student,time\nada,2026-11-22 14:00\nada,2026-11-22 15:00\n", "line 3: a second time"),
        (b'student,time\n"ada,2026-11-22 14:00\n', "line 2: unexpected end of data"),
        (b"student,time\n\xff\n", "is no text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_meant_is_one_clear_error(tmp_path, content, message):
    path = tmp_path / "times.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        times_of(path, CLASS, BERLIN)
