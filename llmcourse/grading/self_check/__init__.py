"""A learner's own side: what passes, how far every set is, and what is handed in.

    check          the learner's notebook against its visible tests
    kernel         … its cells in a fresh kernel, from top to bottom: what did each raise?
    in_kernel      … what stands in that kernel: the tests, in a namespace of their own
    progress       what the last check of every set said
    handing_in     notebook, checkpoint and receipt in one archive, with the hash that counts
    push_summary   what the visible tests say of every set in a repository, as Markdown

Read `check` first. All of it runs on the learner's machine, on what learners have: the notebook
alone says which tests it was released with. Left out: grades, and any defence against the code that
runs here. It is the learner's own.
"""
