"""Are the graders right? Wrong solutions must lose their points, and right ones keep them.

    prove          what must fail fails, what is right passes, nothing earns nothing
    proof          … what came of that, shown
    sample_class   a class of three, released, graded and compared with what each must get

Read `prove` first: it tries the cases in tests/grading/cases against each task, without a sandbox.
`sample_class` goes the whole way that a class goes.
"""
