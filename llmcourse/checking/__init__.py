"""What the tests of a problem set are written with.

A test reaches the learner's code through `call`, `construct`, `iterate`, `raises`, `grad`, `params`
and `load_params` only, and judges what comes back with `close`. So the same test works where it
stands beside the code, in the learner's notebook, and where the code runs elsewhere. What passes
between the two is therefore plain: None, numbers, strings, bytes, lists, tuples, dicts, sets and
tensors, always as copies; an exception by the name of its type; an object by a handle; a model as
one of the stand-ins below.

>>> close(call(softmax, torch.tensor([0.0, 0.0])), torch.tensor([0.5, 0.5]))

    calls       the learner's functions and objects, called beside the test or elsewhere
    modules     parameters and gradients
    comparing   close: is this the expected value, and if not, where does it differ
    mismatch    what is raised then
    showing     values in messages
    plain       what may cross
    stand_ins   models to hand over
    seeds       random numbers for hidden tests

What is left out: the way to that elsewhere. Whoever knows one derives from `Elsewhere`.
"""

from llmcourse.checking.calls import (
    Elsewhere,
    Observed,
    call,
    construct,
    hinted,
    iterate,
    observe,
    outcome,
    raises,
)
from llmcourse.checking.comparing import close
from llmcourse.checking.mismatch import Mismatch
from llmcourse.checking.modules import Gradients, grad, load_params, params
from llmcourse.checking.plain import StandIn
from llmcourse.checking.seeds import seeded, seeded_random
from llmcourse.checking.showing import show
from llmcourse.checking.stand_ins import TableModel

__all__ = [
    "Elsewhere",
    "Gradients",
    "Mismatch",
    "Observed",
    "StandIn",
    "TableModel",
    "call",
    "close",
    "construct",
    "grad",
    "hinted",
    "iterate",
    "load_params",
    "observe",
    "outcome",
    "params",
    "raises",
    "seeded",
    "seeded_random",
    "show",
]
