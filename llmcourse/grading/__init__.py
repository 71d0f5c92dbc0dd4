"""Problem sets between their source and a score: released, checked by learners, graded.

What a set is, and how it is handed out
    tasks            the contract of a set: tasks.toml, read and held against its notebook
    release          solutions/ -> exercises/, without a line of a solution
    released         which sets are, and whether their sources have changed since
    course_config    nbgrader as the repository has it set up
    course_folder    nbgrader's Python API over a folder of its own
    bundle           all that a grader must have of a set, in one value with a hash
    learner_repository   what learners get, without solutions and hidden tests
    learner_texts    the texts of that repository

A learner's own check
    notebook         a set's notebook as it lies on a disk: read and looked through, or refused
    kernel           its code cells in a fresh kernel, from top to bottom: what did each raise?
    in_kernel        what stands in that kernel: the tests in a namespace of their own
    check            the learner's notebook against the visible tests
    progress         what the checks of all sets said
    handing_in       notebook, checkpoint and receipt in one archive, with the hash that counts
    push_summary     what the visible tests say of every set in a repository, as Markdown

One submission
    canonical        from the bytes that were handed in to the cells that run, and what was odd
    forbidden        calls that would skip a task, found by reading the source
    not_allowed      the rule on them, for a check and for a grade alike
    syntax           a source as Python reads it, for these two
    sitting          the cells in a worker, and the set's own tests against what they define
    left_out         what of a learner's own cells had no effect, and where a solution misses it
    verdict          what an exception out of a test says, for a check and for a grade alike
    grade_one        bytes in, points and their reasons out
    result           these, as plain data
    feedback         the page that the learner gets back (feedback.html is its template)
    formgrader       the notebook that an instructor reads and comments

A class
    roster           who takes the course: Canvas' export, Moodle's worksheet, or a table
    folders          folders that are named after people, held by one process at a time
    collecting       what was handed in, from a zip, a folder or repositories, put in its place
    origin           where a collected file came from: an LMS, an exchange, git or a folder
    submissions      the files in a folder, by the names that they have when people hand them in
    graders          processes that grade, each one submission
    dask_graders     the same on a cluster: the course's side
    dask_worker      … and the worker's
    dask_child       … and the process beside it that grades
    grade            what needs grading, graded side by side and kept as it comes
    attempts         every attempt of every student: files that are only ever added
    course_key       the secret that the seeds of hidden tests come from
    gradebook        nbgrader's gradebook, kept in step with the attempts
    grades           what counts for each student
    lateness         how many days late, by one rule
    lms              these in the files of Canvas and Moodle
    handing_back     the pages of feedback, gathered
    words_of_people  … with what people wrote in formgrader at the top
    formulas         cells that a spreadsheet would run
    report           a class on one page: tasks, mistakes, files that are alike

Are the graders right?
    trial            one solution against a task's tests, without a sandbox
    prove            what must fail fails, what is right passes, nothing earns nothing
    proof            what came of that, shown
    sample_class     a class of three, graded: does the grader give what it must?

Nothing is imported here, and no step anywhere: a learner's check needs no nbgrader, and the part
that reads a contract needs no notebook tools.
"""
