"""What a class handed in, from wherever it is to gradebook/submitted: whose each file is, and why.

    sources        a zip, a folder, repositories -> everybody who sent something
    entries        … the files of a folder, as streams
    archive        … the members of a zip archive, within limits
    repositories   … the notebooks in git repositories, fetched and not checked out
    names          a file's name -> whether it is a notebook
    senders        a file's path -> who sent it, by the forms of Canvas, Moodle, nbgrader and people
    whose          who sent it -> which student of the roster that is
    choosing       several notebooks -> the one that counts
    contents       a file -> the notebook in it, and what `llmcourse submit` put beside it
    placing        a notebook -> its place, and what lay there before is kept
    origin         … where it came from, written down beside it
    forgetting     a student who is none -> away with all their files, and nothing deleted
    collect        all of this, with one row for each sender

Archives, names and files come from learners. Nothing of them is run, unpickled, followed as a link,
or used as a path, and what is wrong with one never stops the others. Left out: grading.
"""

from llmcourse.grading.classroom.collecting.collect import Collected, Row, collect

__all__ = ["Collected", "Row", "collect"]
