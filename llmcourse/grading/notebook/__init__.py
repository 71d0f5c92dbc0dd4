"""A set's notebook as it lies on a disk, read before anything runs.

    cells      the code cells of a file: source, task, what nbgrader's metadata says of each
    original   what the release wrote into the notebook's metadata of its tests and set-up
    reading    a path -> the notebook with its tasks, or the reason why it is refused
    source     a cell as a kernel reads it: is it Python, and which names does it define?
    hashes     by what a cell is known again, and how a file's hash is shown to people

A release, a check and the packing of a file read notebooks here, so all three see the same cells.
Read `cells` first. Left out: what a grader takes of a file that was handed in. That is the part of
`submission.canonical`, which trusts nothing that stands in a file.
"""
