"""What a learner's check and a grade must judge alike: one rule for both, so they can't differ.

    verdict       what an exception out of a test says of a task
    syntax        a source as Python reads it: its tree, and the names that it binds
    forbidden     calls that would skip a task, found by reading the source
    not_allowed   … which cells are read for them, and what is said

Read `verdict` first: the states of a task have their names there. Nothing here knows of notebooks,
sets or learners; sources and names go in, words come out.
"""
