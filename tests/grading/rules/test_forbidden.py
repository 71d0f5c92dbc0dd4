"""A call that would skip the task is found however it is written; honest work is never accused."""

import ast
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.rules.forbidden import refuse

ROOT = Path(__file__).parents[3]
SET = read_set(ROOT / "solutions" / "3-decoding")
SOFTMAX, TOP_K, STREAM = (
    next(t for t in SET.tasks if t.id == i) for i in ("softmax", "top-k", "utf8-stream")
)
CASES = sorted((ROOT / "tests" / "grading" / "cases" / "3-decoding").glob("*/*/*.py"))


def refused(source: str, task=SOFTMAX, before: tuple[str, ...] = ()) -> str | None:
    return refuse(source, task.forbidden, SET.imports, before)


def forbidding(*names: str):
    """A task that forbids these."""
    return replace(SOFTMAX, forbidden=names)


SPELLINGS = {
    "plain": "torch.softmax(x, -1)",
    "imported": "import torch\ntorch.softmax(x, -1)",
    "functional": "import torch.nn.functional as F\nF.softmax(x, -1)",
    "functional_by_its_path": "torch.nn.functional.softmax(x, -1)",
    "from": "from torch import softmax\nsoftmax(x, -1)",
    "from_as": "from torch import softmax as s\ns(x, -1)",
    "module_from": "from torch.nn import functional\nfunctional.softmax(x, -1)",
    "within_a_function": "def softmax(x):\n    from torch import softmax as s\n    return s(x, -1)",
    "alias": "t = torch\nt.softmax(x, -1)",
    "alias_of_an_alias": "a = torch\nb = a.nn\nc = b.functional\nc.log_softmax(x, -1).exp()",
    "pair": "s, n = torch.softmax, 1\ns(x, -n)",
    "walrus": "(s := torch.softmax)(x, -1)",
    "default": "def softmax(x, s=torch.softmax):\n    return s(x, -1)",
    "keyword_default": "def softmax(x, *, t=torch):\n    return t.special.softmax(x, -1)",
    "lambda": "softmax = lambda x, t=1.0: (x / t).softmax(-1)",
    "choice": "(torch if True else None).softmax(x, -1)",
    "or": "(None or torch).softmax(x, -1)",
    "list": "[torch][0].softmax(x, -1)",
    "loop": "for t in [torch]:\n    y = t.softmax(x, -1)",
    "loop_over_what_is_no_list": "for t in given():\n    y = t.softmax(x, -1)",
    "comprehension": "[t.softmax(x, -1) for t in (torch,)]",
    "decorator": "@torch.softmax\ndef f(): ...",
    "annotated": "s: object = torch.softmax",
    "never_called": "softmax = torch.softmax",
    "partial": "import functools\nsoftmax = functools.partial(torch.softmax, dim=-1)",
    "mapped": "[*map(torch.softmax, x)]",
    "module": "torch.nn.Softmax(dim=-1)(x)",
    "module_elsewhere": "torch.nn.modules.activation.Softmax(dim=-1)(x)",
    "derived": "class S(torch.nn.Softmax):\n    pass",
    "torch_within_torch": "torch.nn.functional.torch.softmax(x, -1)",
    "sparse": "torch.sparse.softmax(x, -1)",
    "with_an_underscore": "torch._softmax(x, -1, False)",
    "method": "x.softmax(-1)",
    "method_of_a_result": "(x / 2).log_softmax(-1).exp()",
    "method_of_the_class": "torch.Tensor.softmax(x, -1)",
    "method_that_torch_has_as_a_function": "(x - x.logsumexp(-1, keepdim=True)).exp()",
    "method_as_a_value": "f = x.softmax",
    "method_of_a_type": "type(x).softmax(x, -1)",
    "method_of_super": "class T(torch.Tensor):\n    f = lambda self: super().softmax(-1)",
    "method_of_a_self_without_it": "def softmax(self, t=1.0):\n    return self.softmax(-1)",
    "method_of_a_derived_self": "class T(X):\n    def f(self):\n        return self.softmax(-1)",
    "a_parameter_called_math": "def f(math):\n    return math.softmax(-1)",
    "pattern": "match torch:\n    case object(softmax=s):\n        s(x, -1)",
    "a_match_called_math": "match x:\n    case math:\n        math.softmax(-1)",
    "a_field_of_math": "import math\nmath.x = x\nmath.x.softmax(-1)",
    "two_modules_of_one_name": "import math as t\nimport torch as t\nt.softmax(x, -1)",
    "getattr": 'getattr(torch, "softmax")(x, -1)',
    "getattr_of_a_tensor": 'getattr(x, "softmax")(-1)',
    "getattr_with_a_default": 'getattr(torch, "softmax", None)(x, -1)',
    "getattr_twice": 'getattr(getattr(torch, "special"), "softmax")(x, -1)',
}


@pytest.mark.parametrize("source", SPELLINGS.values(), ids=SPELLINGS)
def test_a_forbidden_call_is_found(source):
    assert "Writing it is what this task asks of you" in refused(source)


ROUNDABOUT = {
    "computed": 'getattr(torch, "soft" + "max")(x, -1)',
    "computed_name": 'name = "softmax"\ngetattr(torch, name)(x, -1)',
    "getattr_as_a_value": 'g = getattr\ng(torch, "softmax")(x, -1)',
    "mapped_getattr": 'next(map(getattr, [torch], ["softmax"]))(x, -1)',
    "unpacked": 'getattr(*(torch, "softmax"))(x, -1)',
    "dict": 'torch.__dict__["softmax"](x, -1)',
    "dict_of_an_alias": 't = given()\nt.__dict__["softmax"](x, -1)',
    "dict_imported": 'from torch import __dict__ as d\nd["softmax"](x, -1)',
    "self_of_a_builtin": 'print.__self__.eval("1")',
    "everything_of_operator": 'from operator import *\nattrgetter("softmax")(torch)(x, -1)',
    "vars": 'vars(torch)["softmax"](x, -1)',
    "globals": 'globals()["torch"]',
    "getattribute": 'torch.Tensor.__getattribute__(x, "softmax")(-1)',
    "attrgetter": 'import operator\noperator.attrgetter("softmax")(torch)(x, -1)',
    "methodcaller": 'from operator import methodcaller\nmethodcaller("softmax", -1)(x)',
    "inspect": "import inspect\ninspect.getmembers(torch)",
    "ops": "torch.ops.aten._softmax.default(x, -1, False)",
    "C": "torch._C._nn",
    "VF": "from torch import _VF",
    "refs": "import torch._refs as r",
    "jit": 'torch.jit.CompilationUnit("def f(x):\\n    return torch.sof" "tmax(x, -1)")',
    "private_of_the_library": "import _codecs",
    "everything": "from torch import *\nsoftmax(x, -1)",
    "everything_of_a_part": "from torch.nn.functional import *",
}


@pytest.mark.parametrize("source", ROUNDABOUT.values(), ids=ROUNDABOUT)
def test_what_could_hide_a_call_is_refused_where_something_is_forbidden(source):
    assert "earns no points" in refused(source)


TEXT_AS_CODE = [
    'eval("1")',
    'exec("x = 1")',
    "run = exec",
    'compile("1", "", "eval")',
    '__import__("torch")',
    '__builtins__["eval"]',
    'get_ipython().run_cell("1")',
    "import importlib",
    "import importlib.util as u",
    "from importlib import import_module",
    "import builtins",
    "import sys\nsys.modules",
    "from sys import modules",
    "import runpy",
    "import pickle",
]


@pytest.mark.parametrize("source", TEXT_AS_CODE)
@pytest.mark.parametrize("task", [SOFTMAX, TOP_K], ids=lambda task: task.id)
def test_text_as_code_is_refused_in_every_task(source, task):
    said = refused(source, task)
    assert "can't be read from the source" in said or (task is SOFTMAX and "imports sys" in said)


HONEST = {
    "own_name": "def softmax(x):\n    return x if f(x) else torch.stack([*map(softmax, x)])",
    "called_below": "def softmax(x):\n    return x\n\nprint(softmax(torch.ones(2)))",
    "comment": "# torch.softmax(x) would do\nx = 1",
    "string": 'raise ValueError("torch.softmax has no such temperature")',
    "docstring": 'def f(x):\n    """As torch.softmax(x, -1)."""',
    "f_string": 'print(f"softmax: {x}")',
    "key": 'known = {"softmax": 1}\nknown["softmax"]',
    "keyword": "dict(softmax=1)",
    "argument": "def f(softmax):\n    return softmax(1)",
    "local": "softmax = x.exp() / x.exp().sum()",
    "own_class": (
        "class A:\n    def softmax(self):\n        return 1\n\n"
        "    def f(self):\n        return self.softmax()"
    ),
    "own_field": (
        "class A:\n    def __init__(self, f):\n        self.softmax = f\n\n"
        "    def f(self):\n        return self.softmax(1)"
    ),
    "eval_of_a_model": "model.eval()",
    "compile_of_re": "import re\nre.compile('a')",
    "getattr_of_something_else": 'getattr(x, "dtype")',
    "dunder_all": "__all__ = ['softmax']",
    "future": "from __future__ import annotations",
    "parts_of_torch": "from torch import nn\nimport torch.nn.functional as F\nF.relu(x)",
    "version": "torch.__version__",
    "everything_of_math": "from math import *\nx = exp(1.0) + sum([1])",
    "checking": "from llmcourse.checking import close",
    "empty": "",
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_honest_work_is_not_accused(source):
    assert refused(source) is None


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parts[-3]}/{p.stem}")
def test_no_case_of_the_set_is_accused(path):
    """The wrong ones too: they fail by what they compute."""
    task = next(task for task in SET.tasks if task.id == path.parts[-3])
    assert refused(path.read_text(encoding="utf-8"), task) is None


def test_a_task_that_forbids_nothing_lets_everything_of_torch_through():
    for source in [*SPELLINGS.values(), "torch._C", "vars(torch)", "from torch import *"]:
        assert refused(source, TOP_K) is None


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import numpy", "numpy"),
        ("import numpy as np\nnp.exp(1)", "numpy"),
        ("from numpy import exp", "numpy.exp"),
        ("from scipy.special import softmax", "scipy.special.softmax"),
        ("import transformers.generation", "transformers.generation"),
        ("from llmcourse import decoding", "llmcourse.decoding"),
        ("from llmcourse.decoding import top_k", "llmcourse.decoding.top_k"),
        ("import llmcourse.checking\nllmcourse.decoding.top_k", "llmcourse.decoding"),
        ("from llmcourse import *", "llmcourse"),
        ("from . import torch", "."),
        ("from .torch import x", ".torch"),
        ("import torchvision", "torchvision"),
        ("def f():\n    import numpy", "numpy"),
    ],
)
def test_an_import_that_the_set_does_not_allow_is_named(source, module):
    if source == "from llmcourse import *":  # which has nothing but its version
        assert refused(source, TOP_K) is None
        return
    message = refused(source, TOP_K)
    assert f" {module}" in message
    assert "the standard library, torch, llmcourse.checking" in message


BY_THE_LIBRARY = {
    "locate": 'import pydoc\npydoc.locate("torch.softmax")(x, -1)',
    "patch": "from unittest import mock\nmock.patch.object(torch, name).get_original()[0](x, -1)",
    "formatter": 'import string\nstring.Formatter().get_field("0.soft" + "max", (torch,), {})',
    "formatter_as_a_value": "import string\ndef f(s):\n    return s().get_field(name, x, {})",
    "timeit": 'import timeit\ntimeit.timeit("torch.softmax(x, -1)", globals={"torch": torch})',
    "profile": 'import cProfile\ncProfile.runctx("torch.softmax(x, -1)", {}, {})',
    "hints": 'import typing\ndef f(x: "torch.softmax"): ...\ntyping.get_type_hints(f)["x"]',
    "hints_imported": "from typing import get_type_hints as g\ng(f)",
    "reference": 'import typing\ntyping.ForwardRef("torch.softmax")',
    "dispatch": 'import functools\n@functools.singledispatch\ndef f(x: "torch.nn.Softmax"): ...',
    "file": 'import io\nio.open("x", encoding="utf-8")',
    "module_of_a_module": 're.enum.bltns.eval("torch.softmax")',
    "modules_of_a_module": 'import re\nre.enum.sys.modules["torch"]',
    "module_of_torch": "torch.inspect.getmembers(torch)",
    "imported_by_torch": 'torch.importlib.import_module("torch")',
    "private_of_a_module": "import collections\ncollections._sys",
    "benchmark": 'torch.utils.benchmark.Timer("torch.softmax(x, -1)").timeit(1)',
    "load": "torch.load(x, weights_only=False)",
    "breakpoint": "breakpoint()",
    "debugger": "import pdb",
    "threads": "import subprocess",
}


@pytest.mark.parametrize("task", [SOFTMAX, STREAM], ids=lambda task: task.id)
@pytest.mark.parametrize("source", BY_THE_LIBRARY.values(), ids=BY_THE_LIBRARY)
def test_the_library_is_no_way_round_where_something_is_forbidden(source, task):
    assert "earns no points" in refused(f"import re\n{source}", task)


def test_a_message_names_the_part_of_the_library_that_may_be_used():
    said = refused("import pydoc")
    assert said.startswith("Line 1 imports pydoc. A solution of this task, which rules out calls, ")
    assert " collections, " in said
    assert "unicodedata, warnings, torch, llmcourse.checking and nothing else" in said
    assert "pydoc" not in said.partition("may import")[2]


USEFUL = [
    "import math\nmath.exp(1.0)",
    "from collections.abc import Callable\nfrom collections import Counter, deque",
    "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    return 1",
    "import operator\noperator.itemgetter(0)(x)",
    "import io\nio.BytesIO(b'a').read()\nio.StringIO()",
    "from typing import Any, NamedTuple",
    "import json\njson.decoder.JSONDecodeError",
    "import random\nrandom.Random(0).choice([1])",
    "import string\nstring.ascii_letters",
    "from dataclasses import dataclass, field",
    "from __future__ import annotations",
    "from torch.utils.data import Dataset",
    "import time, warnings, itertools, re, enum, copy, contextlib, heapq, bisect, statistics",
]


@pytest.mark.parametrize("source", USEFUL)
def test_what_of_the_library_can_hide_nothing_may_be_used(source):
    assert refused(source) is None
    assert refused(source, STREAM) is None


def test_all_of_the_library_may_be_used_where_nothing_is_forbidden():
    assert refused("import pydoc, timeit, sys, os, io\nio.open('x')\nsys.maxsize", TOP_K) is None


def test_calls_of_the_standard_library_can_be_forbidden():
    for source in [
        "import codecs\ncodecs.getincrementaldecoder('utf-8')",
        "from codecs import getincrementaldecoder as g",
        "import io as files\nfiles.TextIOWrapper(files.BytesIO())",
        "import codecs as c\nd = c\nd.iterdecode([], 'utf-8')",
    ]:
        assert "Writing it is what this task asks" in refused(source, STREAM)
    assert refused("b'a'.decode('utf-8', errors='ignore')", STREAM) is None


def test_a_name_that_texts_and_lists_have_too_is_forbidden_in_its_module_alone():
    task = forbidding("torch.split", "codecs.encode", "torch.exp")
    assert refused("torch.split(x, 2)", task)
    assert refused("x.exp()", task)
    for honest in ["text.split(',')", "text.encode()", "import math\nmath.exp(1.0)"]:
        assert refused(honest, task) is None


def test_a_builtin_and_its_method_can_be_forbidden():
    task = forbidding("sorted", "list.sort", "sum")
    for source in ["sorted(x)", "x.sort()", "f = sum", "list.sort(x)", 'getattr(x, "sort")()']:
        assert refused(source, task)
    assert refused("def f(x):\n    return max(x)", task) is None


def test_a_whole_module_can_be_forbidden():
    task = forbidding("torch.nn")
    assert refused("from torch.nn import Linear", task)
    assert refused("torch.nn.functional.relu(x)", task)
    assert refused("torch.relu(x)", task) is None


def test_a_message_says_what_where_why_and_what_to_do():
    source = "import torch.nn.functional as F\n\n\ndef softmax(x):\n    return F.softmax(x, -1)\n"
    assert refused(source) == (
        "Line 5 uses F.softmax (torch.nn.functional.softmax). Writing it is what this task asks "
        "of you, so it earns no points. Use simpler operations; the task's text says what to "
        "start from."
    )


def test_the_first_line_is_named():
    assert refused("y = 1\nx.log_softmax(-1)\ntorch.softmax(x, -1)\n").startswith("Line 2 ")


HELPER = "import torch\n\n\ndef weights(x):\n    return torch.softmax(x, -1)\n"


def test_a_helper_of_an_earlier_cell_is_read_where_the_task_uses_it():
    message = refused("def softmax(x):\n    return weights(x)", before=(HELPER,))
    assert message.startswith(
        "Your solution uses `weights` of another cell. Its line 5 there uses "
    )
    through = "def more(x):\n    return weights(x)\n"
    assert refused("def softmax(x):\n    return more(x)", before=(HELPER, through))
    assert refused("s = weights\n\ndef softmax(x):\n    return s(x)", before=(HELPER,))


@pytest.mark.parametrize(
    "earlier",
    [
        "torch.exp = torch.softmax",
        "t = torch\nt.exp = t.softmax",
        'if True:\n    setattr(torch, "exp", torch.softmax)',
        'done = object.__setattr__(torch, "exp", torch.softmax)',
        "def change(m):\n    m.exp = m.softmax\nchange(torch)",
        'from unittest.mock import patch\np = patch("torch.exp", torch.softmax).start()',
        "s = torch.softmax\ntorch.exp = s",
    ],
)
def test_what_an_earlier_cell_makes_of_torch_counts(earlier):
    source = "def softmax(x):\n    return torch.exp(x, -1)"
    assert "earns no points" in refused(source, before=(earlier,))


def test_the_fields_of_an_earlier_class_are_its_own():
    earlier = "class A:\n    def f(self, x):\n        self.p = torch.softmax(x, -1)\n"
    earlier += "known = {}\nknown['p'] = torch.softmax(x, -1)\nconfig.width = 3\n"
    earlier += "import pandas as pd\npd.options.display.max_rows = 10\n"
    assert refused("def softmax(x):\n    return torch.exp(x)", before=(earlier,)) is None


def test_an_import_of_an_earlier_cell_counts_where_the_task_uses_it():
    imported = ("from torch import softmax as s", "from torch import softmax", "import numpy as np")
    for source in [
        "def softmax(x):\n    return s(x, -1)",
        "def softmax(x):\n    return np.exp(x)",
        "old = softmax\n\ndef softmax(x):\n    return old(x, -1)",
    ]:
        assert refused(source, before=imported)


def test_what_an_earlier_cell_does_for_itself_is_its_own_business():
    before = (HELPER, "from torch import softmax", "import numpy as np", "not python :", "x = (")
    own = "def softmax(x):\n    weights = x.exp()\n    return weights / softmax_sum(weights)\n"
    own += "\n\ndef softmax_sum(x):\n    return x.sum()\n\n\nprint(softmax(torch.ones(2)))\n"
    assert refused(own, before=before) is None


@pytest.mark.parametrize(
    "source", ["def softmax(:", "%timeit x", "x = torch.softmax(", "a\0b", "return (", "'\ud800'"]
)
def test_what_is_no_python_is_left_to_the_run(source):
    assert refused(source) is None


def test_a_source_that_is_nested_without_end_does_no_harm():
    for source in ["(" * 100_000, "x" + ".a" * 20_000, "-" * 50_000 + "1", "[" * 90 + "]" * 90]:
        assert refused(source) is None or "nested so deeply" in refused(source)


def test_a_source_that_is_made_to_take_long_does_not():
    grows = "t = torch\n" + "t = t.a if t.b else t.c\n" * 1_000
    chain = "".join(f"a{n} = a{n + 1}\n" for n in range(1_000)) + "a1000 = torch\n"
    started = time.perf_counter()
    for source in [grows, chain, "def f():\n    x\n" * 1_000]:
        assert refused(source) is None
    assert time.perf_counter() - started < 20
    assert "too many to be read" in refused("#" * 100_001)
    assert "too many to be read" in refused("x = 1", before=("#" * 100_001,))


def test_a_warning_of_the_source_is_the_learners_business():
    assert refused("x = '\\d'\ny = 1 is 1") is None  # pytest makes an error of a warning


@given(
    st.recursive(
        st.sampled_from(["torch", "x", "self", "F"]),
        lambda inner: st.builds(
            lambda value, way: way.format(value),
            inner,
            st.sampled_from(["{}.softmax", "({} or 1)", "{}.nn", "[{}][0]", "{}(x)", "({}).exp"]),
        ),
        max_leaves=6,
    )
)
def test_every_use_of_the_name_as_an_attribute_is_found(expression):
    uses = any(
        isinstance(node, ast.Attribute) and node.attr == "softmax"
        for node in ast.walk(ast.parse(expression))
    )
    message = refused(expression)
    assert (message is not None) == uses


@pytest.mark.parametrize(
    ("own", "earlier"),
    [
        ("class A:\n    helper = None\n", "import torch\nhelper = torch.softmax\n"),
        ("if False:\n    helper = None\n", "import torch\nhelper = torch.softmax\n"),
        ("", "import torch\nmatch torch.softmax:\n    case helper: print()\n"),
        ("", "import torch\ndef make():\n    global helper\n    helper = torch.softmax\nmake()\n"),
    ],
)
def test_a_helper_is_found_however_it_was_made(own, earlier):
    source = f"{own}def softmax(logits, temperature=1.0):\n    return helper(logits, -1)\n"
    assert refused(source, before=(earlier,))
