"""Problem sets between their source and a score: released, checked by learners, graded.

    rules          what a learner's check and a grade must judge alike
    notebook       a set's notebook on a disk, read before anything runs
    problem_sets   what a set is, how it is written down, released and handed out
    self_check     a learner's own check, and the packing of what is handed in
    submission     one file: from its bytes to points, reasons and a page of feedback
    graders        many of these side by side, on this machine or on a cluster
    classroom      a class: whose each file is, every attempt, nbgrader's gradebook, grades out
    proving        are the graders right?

A package imports only those above it, and problem_sets and self_check know nothing of each other; a
contract in pyproject.toml holds that. So one submission is graded without a word of its class, and
a learner's check needs nothing that learners don't have.

Who wants to know how a point is earned reads `problem_sets.tasks`, then `submission.grade_one`. Who
runs a class reads `classroom`. Nothing is imported here, and no step anywhere: a learner's check
needs no nbgrader, and the part that reads a contract needs no notebook tools.
"""
