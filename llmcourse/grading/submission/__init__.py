"""One file that was handed in: from its bytes to points, the reasons for them, and a page.

    grade_one    all of it: bytes in, a result out
    canonical    the bytes -> the cells that run, and what was odd about the file
    sitting      the cells in a sandboxed worker, and the set's own tests against what they define
    left_out     what of a learner's own cells had no effect, and where a solution misses it
    result       points and their reasons, as plain data
    feedback     the page that the learner gets back (feedback.html is its template)
    formgrader   the notebook that an instructor reads and comments

Read `grade_one` first; it calls the others in the order of this list. The tests, points and set-up
come from the set's bundle, never from the file. Left out: whose file it is, and where results go.
"""
