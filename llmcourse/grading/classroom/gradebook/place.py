"""Where nbgrader finds what belongs to a course, as its configuration says."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from llmcourse.grading.problem_sets.course_config import course_config


@dataclass(frozen=True)
class Place:
    """The database of a course, and the folder that formgrader reads."""

    url: str = field(repr=False)  # as SQLAlchemy writes it; it may hold a password
    course: str
    autograded: Path  # notebooks as formgrader shows them


def configured(root: Path) -> Place:
    """What the repository's `nbgrader_config.py` says. Raises `UserError` where there is none.

    nbgrader reads the path of an SQLite file from the folder in which it is run, the root.
    """
    course = course_config(root).CourseDirectory
    url = str(course.db_url)
    if file := re.fullmatch(r"(sqlite(?:\+\w+)?:///)(.+)", url):
        url = file[1] + str(root.resolve() / file[2])
    return Place(url, str(course.course_id), root / str(course.autograded_directory))
