"""Problem sets between their source and a score: released, checked by learners, graded.

    tasks            the contract of a set: tasks.toml, read and held against its notebook
    release          solutions/ -> exercises/, without a line of a solution
    check            a learner's own notebook against the visible tests, in a fresh kernel
    progress         what the checks of all sets said
    course_folder    nbgrader's Python API over a folder of its own
    sample_class     a class of three, graded: does the grader give what it must?

Nothing is imported here, and no step anywhere: a learner's check needs no nbgrader, and the part
that reads a contract needs no notebook tools.
"""
