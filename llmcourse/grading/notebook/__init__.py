"""A set's notebook as it lies on a disk, read before anything runs.

    cells      the code cells of a file: source, task, what nbgrader's metadata says of each
    original   what the release wrote into the notebook's metadata of its tests and set-up
    reading    a path -> the notebook with its tasks, or the reason why it is refused
    source     a cell as a kernel reads it: is it Python, and which names does it define?
    hashes     by which a cell is known again, and how a file's hash is shown to people

A check, the packing of a file and a release read notebooks here, so all three see the same cells.
Read `cells` first. What a grader takes of a file that was handed in is `submission.canonical`'s
part: it trusts nothing that stands in a file.
"""
