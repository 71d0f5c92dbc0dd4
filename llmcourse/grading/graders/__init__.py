"""Many submissions graded side by side, each as `submission.grade_one` grades one.

    processes   forks of a process that has imported what the tests need
    cluster     the same on a Dask cluster: the side of whoever asks
    worker      … and the side of each worker
    child       … and the process beside a worker that grades

Read `processes` first: `Work` goes in and `Answer` comes out, here and there. Left out: who handed
it in, what needs grading, and where results are kept (`classroom.grade`).
"""
