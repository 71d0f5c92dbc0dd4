"""The rule of late days, by its examples on paper and by what must hold for all of them."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lateness import Late, Policy, read_due, read_local, read_time

BERLIN = Policy(read_due("2026-11-22T23:59+01:00"), timedelta(minutes=15), per_day=10.0, at_most=3)

BERLIN_ZONE = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("time", "days", "taken_off"),
    [
        ("2026-11-20 12:00:00 UTC", 0, 0),
        ("2026-11-22 22:59:00 UTC", 0, 0),
        ("2026-11-22 23:14:00 UTC", 0, 0),
        ("2026-11-22 23:14:01 UTC", 1, 3),
        ("2026-11-22 23:14:00.000001 UTC", 1, 3),
        ("2026-11-23 23:14:00 UTC", 1, 3),
        ("2026-11-23 23:14:01 UTC", 2, 6),
        ("2026-11-30 12:00:00 UTC", 8, 9),
    ],
)
def test_the_examples_on_paper(time, days, taken_off):
    late = BERLIN.late(read_time(time), None)
    assert late == Late(days, "time")
    assert BERLIN.taken_off(late, 30.0) == taken_off


def test_without_a_cap_every_day_costs():
    assert Policy(BERLIN.due, per_day=10.0).taken_off(Late(8, "time"), 30.0) == 24
    assert Policy(BERLIN.due, per_day=10.0, at_most=0).taken_off(Late(8, "time"), 30.0) == 0


def test_a_day_has_24_hours_also_when_the_clocks_go_back():
    policy = Policy(read_due("2026-10-24T23:59+02:00"))
    end = datetime.fromisoformat("2026-10-25T22:59+01:00")
    assert policy.late(end, None).days == 1
    assert policy.late(end + timedelta(seconds=1), None).days == 2


def test_the_same_moment_in_two_time_zones_is_equally_late():
    there = datetime.fromisoformat("2026-11-23T08:00+09:00")
    assert BERLIN.late(there, None) == BERLIN.late(there.astimezone(UTC), None)


@pytest.mark.parametrize(
    ("platform", "late"),
    [(None, Late(None, "nobody")), (True, Late(None, "platform")), (False, Late(0, "platform"))],
)
def test_an_unknown_time_is_unknown_and_costs_nothing(platform, late):
    found = BERLIN.late(None, platform)
    assert found == late
    words = {None: "unknown", True: "late, how much is unknown", False: "in time"}
    assert found.words == words[platform]
    assert BERLIN.taken_off(found, 30.0) == 0


def test_a_known_time_counts_before_what_the_platform_says():
    assert BERLIN.late(read_time("2026-11-23 12:00:00 UTC"), False).days == 1


@given(st.integers(-(10**7), 10**7), st.integers(0, 10**5))
def test_days_agree_with_whole_seconds_reckoned_by_hand(seconds, grace):
    policy = Policy(datetime(2026, 11, 22, tzinfo=UTC), timedelta(seconds=grace))
    over = seconds - grace
    expected = 0 if over <= 0 else -(-over // 86400)
    assert policy.late(policy.due + timedelta(seconds=seconds), None).days == expected


@given(st.integers(0, 1000), st.floats(0, 100), st.one_of(st.none(), st.integers(0, 50)))
def test_more_days_never_cost_less(days, per_day, at_most):
    policy = Policy(BERLIN.due, per_day=per_day, at_most=at_most)
    less, more = (policy.taken_off(Late(n, "time"), 30.0) for n in (days, days + 1))
    assert 0 <= less <= more
    assert math.isfinite(more)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-22 14:00:00 UTC", "2026-11-22T14:00:00+00:00"),
        ("2026-11-22 14:00:00.123456 UTC", "2026-11-22T14:00:00.123456+00:00"),
        ("2026-11-22 14:00:00", "2026-11-22T14:00:00+00:00"),
        ("2026-11-22T14:00:00Z", "2026-11-22T14:00:00+00:00"),
        ("2026-11-22 14:00:00 +0100", "2026-11-22T13:00:00+00:00"),
        ("2026-11-22T14:00:00-08:00", "2026-11-22T22:00:00+00:00"),
    ],
)
def test_times_as_others_write_them(text, iso):
    assert read_time(text) == datetime.fromisoformat(iso)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "9" * 10**6, "22/11/2026"])
def test_what_is_no_time_is_none(text):
    assert read_time(text) is None


@given(st.text(max_size=60))
def test_no_text_of_a_learner_stops_the_reading(text):
    found = read_time(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-11-22T23:59", "doesn't say in which time zone"),
        ("Sunday", "is no date with a time"),
        ("", "is no date with a time"),
        ("0001-01-01T00:00+01:00", "is no date with a time"),
        ("9999-12-31T23:59Z", "The year of .+ can't be meant"),
    ],
)
def test_a_due_date_that_leaves_a_question_is_refused(text, message):
    with pytest.raises(UserError, match=message):
        read_due(text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Saturday, 28 November 2026, 3:42 PM", "2026-11-28T15:42+01:00"),
        ("Saturday, 28 November 2026, 12:00 AM", "2026-11-28T00:00+01:00"),
        ("saturday, 28 november 2026, 12:05 pm", "2026-11-28T12:05+01:00"),
        ("Saturday, 28 November 2026, 15:42", "2026-11-28T15:42+01:00"),
        ("28 November 2026, 15:42:07", "2026-11-28T15:42:07+01:00"),
        ("Saturday, 28 November 2026, 3:42\u202fPM", "2026-11-28T15:42+01:00"),
        ("2026-11-28 15:42", "2026-11-28T15:42+01:00"),
        ("2026-11-28T15:42:00Z", "2026-11-28T15:42+00:00"),
        ("2026-11-28 15:42:00 -0800", "2026-11-28T15:42-08:00"),
    ],
)
def test_times_of_a_worksheet_have_the_offset_of_the_date(text, iso):
    assert read_local(text, BERLIN_ZONE) == datetime.fromisoformat(iso)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "28/11/2026, 15:42", "11/28/26, 3:42 PM", "Samstag, 28. November 2026, 15:42"),
        *("samedi 28 novembre 2026, 15:42", "Sunday, 28 November 2026, 3:42 PM", "2026-11-28"),
        *("Saturday, 28 November 2026, 13:42 PM", "Saturday, 28 November 2026, 25:00", "9" * 999),
        *("30 February 2026, 3:42 PM", "28 Nov 2026, 3:42 PM", "Saturday, 28 November 2026"),
    ],
)
def test_any_other_form_is_none(text):
    assert read_local(text, BERLIN_ZONE) is None


@given(st.text(max_size=60))
def test_no_text_of_a_worksheet_stops_the_reading(text):
    found = read_local(text, BERLIN_ZONE)
    assert found is None or found.tzinfo is UTC


def test_the_date_keeps_its_offset():
    assert read_due("2026-11-22T23:59+01:00").utcoffset() == timedelta(hours=1)
