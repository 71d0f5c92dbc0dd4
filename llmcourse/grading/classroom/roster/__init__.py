"""Who takes the course: one list of students, read from whatever an instructor can download.

    members    the students, and whom a name or an id can mean
    names      a person's name as people and platforms write it; what a folder can be called
    reading    Canvas' gradebook export, Moodle's worksheet, or a plain table -> the list
    kept       the course's own list, gradebook/roster.csv

A student is called what the plain table says; with a file of Canvas `lovelaceada-12345`, as in a
download of its submissions. Moodle numbers its participants anew for each assignment, so there the
email address is the name, where the file has one that is nobody else's. Left out: grades in these
files.
"""

from llmcourse.grading.classroom.roster.members import IDS, Member, Roster
from llmcourse.grading.classroom.roster.reading import read_roster

__all__ = ["IDS", "Member", "Roster", "read_roster"]
