"""Late days: one rule, the same for everybody, and what it takes off.

    late by   = handed in - (due + grace)
    late days = late by / 24 hours, rounded up; 0 where nothing is left to round
    taken off = late days (at most `at_most`) * `per_day` percent of what the set is worth
    counts    = points - taken off, never below 0

An example on paper: due Sunday 2026-11-22 at 23:59 in Berlin, which is 22:59 UTC; grace 15 minutes;
10 percent a day, at most 3 days; a set of 30 points, of which somebody earned 20.

    handed in (UTC)       late by       days   taken off   counts
    22 Nov 23:14:00       0             0      0           20
    22 Nov 23:14:01       1 second      1      3           17
    23 Nov 23:14:00       24 hours      1      3           17
    23 Nov 23:14:01       24 h + 1 s    2      6           14
    30 Nov 12:00          7.5 days      8      9 (3 days)  11

*Which time.* That of the attempt that counts, the newest: the time which the platform wrote down
when the file came in, never the one at which it was graded. A second file after the date is late,
even where the first was not. A commit's time is set by the learner's own machine.

*Time zones.* The date needs its offset (2026-11-22T23:59+01:00), so nobody has to guess whose
midnight it is. Everything is compared in UTC. nbgrader's times without an offset are UTC, as it
says itself. Moodle's worksheet says no zone: its times are read with the offset of the date.

*Daylight saving.* A day is 24 hours that passed. After a date on Saturday at 23:59 +02:00, in the
night in which the clocks go back, the first late day ends on Sunday at 22:59 +01:00.

*Whole minutes.* Moodle's worksheet cuts the seconds off, which is for the learner's good.

*Unknown.* Where no time is known the days are unknown, which is not 0: nothing is taken off, and
the student is named. Canvas says of each file in a download whether it is late by its own date, and
not how much: what it says was in time has 0 days, of the others the days are unknown.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from llmcourse.errors import UserError

DAY = timedelta(hours=24)
LONGEST_TIME = 100  # characters


@dataclass(frozen=True)
class Late:
    """How late one file is: `days` is None where that is not known."""

    days: int | None
    told_by: Literal["time", "platform", "nobody"]

    @property
    def words(self) -> str:
        """For a table.

        >>> Late(0, "time").words, Late(2, "time").words, Late(None, "platform").words
        ('in time', '2 days late', 'late, how much is unknown')
        """
        if self.days is None:
            return "late, how much is unknown" if self.told_by == "platform" else "unknown"
        return f"{self.days} day{'' if self.days == 1 else 's'} late" if self.days else "in time"


@dataclass(frozen=True)
class Policy:
    """When a set is due, and what a late day costs."""

    due: datetime  # with an offset
    grace: timedelta = timedelta(0)
    per_day: float = 0.0  # percent of what the set is worth
    at_most: int | None = None  # days that cost something; None: all of them

    def late(self, handed_in: datetime | None, platform: bool | None) -> Late:
        """How late a file is; `platform` is what the learning platform says, if it says anything.

        >>> policy = Policy(datetime(2026, 11, 22, tzinfo=UTC))
        >>> policy.late(datetime(2026, 11, 23, tzinfo=UTC), None)
        Late(days=1, told_by='time')
        """
        if handed_in is not None:
            by = handed_in - (self.due + self.grace)
            return Late(max(0, math.ceil(by / DAY)), "time")
        if platform is None:
            return Late(None, "nobody")
        return Late(None if platform else 0, "platform")

    def taken_off(self, late: Late, of: float) -> float:
        """The points that a set worth `of` loses; none where the days are unknown.

        >>> Policy(datetime(2026, 11, 22, tzinfo=UTC), per_day=10.0, at_most=3).taken_off(
        ...     Late(8, "time"), 30.0
        ... )
        9.0
        """
        days = late.days or 0
        return of * self.per_day * (days if self.at_most is None else min(days, self.at_most)) / 100


def read_due(text: str) -> datetime:
    """The date that a person gave. Raises `UserError` for one without an offset, or none at all."""
    example = "Write it like this: 2026-11-22T23:59+01:00 (or 2026-11-22T22:59Z)."
    try:
        due = datetime.fromisoformat(text.strip())
        if due.tzinfo is None:
            raise UserError(
                f"The date {text!r} doesn't say in which time zone.",
                todo=f"Add its offset. {example}",
            )
        year = due.astimezone(UTC).year
    except UserError:  # a ValueError too
        raise
    except (ValueError, OverflowError):
        raise UserError(f"{text!r} is no date with a time.", todo=example) from None
    if not 1970 <= year <= 2999:
        raise UserError(f"The year of {text!r} can't be meant.", todo=example)
    return due


def read_time(text: str) -> datetime | None:
    """A time as nbgrader, Moodle's clock or git writes it, in UTC; None for what is none.

    >>> read_time("2026-11-22 14:00:00.5 UTC"), read_time("yesterday")
    (datetime.datetime(2026, 11, 22, 14, 0, 0, 500000, tzinfo=datetime.timezone.utc), None)
    """
    if len(text) > LONGEST_TIME:
        return None
    iso = re.sub(r"\s*\b(?:UTC|GMT|Z)$", "+00:00", text.strip())
    try:
        time = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", iso))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September")
_MONTHS += ("October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_IN_WORDS = re.compile(
    r"(?:(?P<weekday>[A-Za-z]+), )?(?P<day>\d{1,2}) (?P<month>[A-Za-z]+) (?P<year>\d{4}),? "
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?: ?(?P<half>[AP]M))?",
    re.I,
)
_IN_NUMBERS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*( ?(UTC|GMT|[+-]\d\d:?\d\d))?")


def read_local(text: str, zone: tzinfo) -> datetime | None:
    """A time as Moodle's worksheet or a person writes it, in UTC; None for any other form.

    `zone` is that of a time without an offset. The names of months and days are English, and a name
    of a day that isn't that of the date makes it none.

    >>> from datetime import timezone
    >>> berlin = timezone(timedelta(hours=1))
    >>> read_local("Saturday, 28 November 2026, 3:42 PM", berlin)
    datetime.datetime(2026, 11, 28, 14, 42, tzinfo=datetime.timezone.utc)
    >>> read_local("28/11/2026, 15:42", berlin) is None  # or is it the 11th of a 28th month?
    True
    """
    text = " ".join(text.split()) if len(text) <= LONGEST_TIME else ""
    try:
        if _IN_NUMBERS.fullmatch(text):
            iso = re.sub(r" ?(UTC|GMT)$", "+00:00", text)
            time = datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", iso))
        elif found := _IN_WORDS.fullmatch(text):
            time = _in_words(found)
        else:
            return None
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _in_words(found: re.Match[str]) -> datetime:
    """Raises `ValueError` for what is no time."""
    month = _MONTHS.index(found["month"].capitalize()) + 1
    hour, half = int(found["hour"]), (found["half"] or "").upper()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{hour} {half} is no hour")
        hour = hour % 12 + (12 if half == "PM" else 0)
    time = datetime(
        *(int(found["year"]), month, int(found["day"])),
        *(hour, int(found["minute"]), int(found["second"] or 0)),
    )
    weekday = found["weekday"]
    if weekday and _DAYS.index(weekday.capitalize()) != time.weekday():
        raise ValueError(f"that was no {weekday}")
    return time
