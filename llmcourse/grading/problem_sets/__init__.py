"""What a problem set is, and how it is handed out.

    tasks               its contract: tasks.toml, read and held against its notebook
    trial               the cells of its text, task by task, and what its tests raise for a solution
    named               the set that somebody names: its source, its bundle, or what is wrong
    release             solutions/ -> exercises/, without a line of a solution
    readiness           … what must hold before
    mark                … by what a release is known again
    bundle              all that a grader must have of a set, in one value with a hash
    course_config       nbgrader as the repository has it set up
    course_folder       nbgrader's Python API over a folder of its own
    learner_repository  what learners get, without solutions and hidden tests
    learner_texts       … the texts in it

Read `tasks` first, then `release` and `bundle`: these are the two halves that leave the source, one
for learners and one for graders. Left out: what the tests say. They stand in the set's own text.
"""
