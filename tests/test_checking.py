"""What tests of problem sets are written with: what passes, what it says, what it keeps apart."""

import math
import subprocess
import sys

import pytest
import torch
from torch import nn

from llmcourse.checking import (
    Mismatch,
    TableModel,
    call,
    close,
    construct,
    grad,
    hinted,
    iterate,
    load_params,
    observe,
    params,
    raises,
    seeded,
    seeded_random,
    show,
)

NAN, INF = math.nan, math.inf


class Tied(nn.Module):
    """Two layers that share one matrix, or have two equal ones."""

    def __init__(self, share: bool):
        super().__init__()
        self.first = nn.Linear(2, 2, bias=False)
        self.second = self.first if share else nn.Linear(2, 2, bias=False)

    def forward(self, x):
        return self.second(self.first(x))


def count(n: int):
    """The numbers below n, one by one."""
    yield from range(n)


def unsolved(*args):
    raise NotImplementedError("Task 1: unsolved")


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, 3, -2.5, INF, -INF, NAN, "水", b"\xff", [], {}, set()),
        [1, [2.0, "a"]],
        {"ids": [1, 2], "text": "ab"},
        {1, 2},
        torch.tensor([1.0, -INF, NAN]),
        torch.tensor([[True, False]]),
        torch.tensor(5, dtype=torch.int64),
        torch.zeros(0, 3),
        [torch.ones(2), {"k": torch.zeros(1)}],
    ],
    ids=repr,
)
def test_a_value_is_close_to_its_copy_and_to_no_other_kind(value):
    def same(x):
        return x

    close(call(same, value), value)
    for other in (False, 7, 0.25, "x", b"x", [9], {"z": 0}, {9}, torch.full((3,), 8.0)):
        with pytest.raises(Mismatch):
            close(value, other)
        with pytest.raises(Mismatch):
            close(other, value)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.000001, 1.0),
        (100_000.5, 100_000.0),
        (3, 3.0),
        ((1, 2), [1, 2]),
        (torch.tensor([1.0 + 5e-6]), torch.tensor([1.0])),
        (torch.tensor([1.001], dtype=torch.float16), torch.tensor([1.0], dtype=torch.float16)),
    ],
)
def test_what_differs_by_rounding_passes(got, expected):
    assert close(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (1.0001, 1.0, "got 1.0001, expected 1.0"),
        (0.33333, 0.33335, "got 0.33333, expected 0.33335"),  # four digits would be the same
        (INF, -INF, "got inf, expected -inf"),
        (1e300, INF, "expected inf"),
        (NAN, 0.0, "got nan, expected 0.0"),
        (2, NAN, "got 2, expected nan"),
        (True, 1, "got True (bool), expected 1 (int)"),
        (3.0, 3, "got 3.0 (float), expected 3 (int)"),
        (torch.tensor(3), 3, "got a tensor, 3, expected 3 (int)"),
        ([1.0], torch.tensor([1.0]), "got [1.0] (list), expected a tensor, [1.0]"),
        (None, [1], "got None (NoneType), expected [1] (list)"),
        ([1, 2], [1, 2, 3], "got [1, 2] (2 values), expected [1, 2, 3] (3 values)"),
        ([1, [2, 5]], [1, [2, 6]], "at [1][1]: got 5, expected 6"),
        ({"a": 1}, {"b": 1}, "got the keys ['a'], expected ['b']"),
        ({"a": [1.0]}, {"a": [2.0]}, "at ['a'][0]: got 1.0, expected 2.0"),
        ({10, 2}, {2, 3, 10}, "got {2, 10}, expected {2, 3, 10}"),
        ("the river bank", "the river band", "differ from place 13 on"),
        ("the river bank", "the river", "differ from place 9 on"),
        ("ab", "ac", "got 'ab', expected 'ac'"),
        (b"a", "a", "got b'a' (bytes), expected 'a' (str)"),
        (torch.zeros(2), torch.zeros(3), "a tensor of shape (2,), expected shape (3,)"),
        (torch.zeros(1), torch.zeros(1).double(), "of torch.float32, expected torch.float64"),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, INF]), "at [1]: got 2.0, expected inf"),
        (torch.tensor([[1, 2]]), torch.tensor([[1, 3]]), "at [0][1]: got 2, expected 3"),
        (torch.tensor([1.0 + 1e-7]).double(), torch.ones(1).double(), "got 1.0000001"),
        (torch.tensor([2**53 + 1]), torch.tensor([2**53]), "got 9007199254740993"),
        ([torch.zeros(1)], [torch.ones(1)], "at [0][0]: got 0.0, expected 1.0"),
    ],
)
def test_a_difference_is_named(got, expected, says):
    with pytest.raises(Mismatch) as caught:
        close(got, expected)
    assert says in str(caught.value)


def test_an_int_larger_than_any_float_is_a_wrong_number_as_others_are():
    with pytest.raises(Mismatch, match="is wrong"):
        close(10**4000, 1.5)


def test_a_message_says_what_where_and_why():
    with pytest.raises(Mismatch) as caught:
        close([1.0, 2.5], (1.0, 2.0), what="halves([2, 4])", hint="Divide by 2.")
    assert str(caught.value) == (
        "halves([2, 4]) is wrong at [1]: got 2.5, expected 2.0.\n"
        "  got      [1.0, 2.5]\n"
        "  expected [1.0, 2.0]\n"
        "Divide by 2."
    )
    assert isinstance(caught.value, AssertionError)


def test_a_known_mistake_has_its_own_hint():
    mistakes = {"You added.": 5, "You took the power.": 8}
    for got, hint in [(5, "You added."), (8, "You took the power."), (7, "Multiply.")]:
        with pytest.raises(Mismatch) as caught:
            close(got, 6, hint="Multiply.", mistakes=mistakes)
        assert str(caught.value) == f"The result is wrong: got {got}, expected 6.\n{hint}"
    close(6, 6, mistakes=mistakes)


def test_a_tolerance_that_is_given_counts():
    close(1.05, 1.0, tolerance=0.1)
    close(torch.tensor([1.05]), torch.tensor([1.0]), tolerance=0.1)
    with pytest.raises(Mismatch):
        close(torch.tensor([1.000001]), torch.tensor([1.0]), tolerance=0)


def test_a_large_tensor_is_shown_by_its_shape():
    with pytest.raises(Mismatch) as caught:
        close(torch.zeros(20, 50), torch.ones(20, 50))
    assert "a tensor of shape (20, 50)" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_values_are_shown_short():
    assert show(torch.tensor([1 / 3, -INF])) == "[0.3333, -inf]"
    assert show({"a": (1, 2.0)}) == "{'a': [1, 2.0]}"
    assert show(list(range(1000))) == "1000 values"
    assert len(show("a" * 1000)) < 400


def test_a_call_gets_copies_and_observe_shows_them():
    def spoil(items, tensor, table):
        items.append(9)
        tensor += 1
        table["new"] = 1
        return tensor

    items, tensor, table = [1], torch.zeros(2), {}
    close(call(spoil, items, tensor, table=table), torch.ones(2))
    assert (items, tensor.tolist(), table) == ([1], [0.0, 0.0], {})
    seen = observe(spoil, items, tensor, table=table)
    close(seen.args, [[1, 9], torch.ones(2)])
    close(seen.kwargs, {"table": {"new": 1}})
    seen.result.add_(5)
    close(seen.args[1], torch.ones(2))  # the result is a copy too


def test_a_result_carries_no_gradient_and_is_no_parameter():
    result = call(lambda: {"w": nn.Parameter(torch.ones(2)) * 2})
    assert not result["w"].requires_grad


def test_what_cannot_pass_is_refused():
    with pytest.raises(Mismatch, match=r"gave .*object is no plain value") as caught:
        call(lambda: object())
    assert "Give tensors, numbers" in str(caught.value)
    with pytest.raises(TypeError, match="method is no plain value"):
        call(len, [len])


def test_errors_of_the_learners_code_go_through():
    with pytest.raises(ZeroDivisionError):
        call(lambda: 1 / 0)
    with pytest.raises(NotImplementedError, match="Task 1"):
        call(unsolved, 3)


def test_hinted_explains_an_error_and_lets_the_rest_through():
    with pytest.raises(Mismatch) as caught, hinted("Not by 0."):
        call(lambda: 1 / 0)
    assert str(caught.value) == (
        "Your code raised ZeroDivisionError (division by zero); expected a result.\nNot by 0."
    )
    with pytest.raises(Mismatch, match="got 1, expected 2"), hinted("Not this."):
        close(1, 2)
    with pytest.raises(NotImplementedError), hinted("Not this."):
        call(unsolved)
    with hinted("Not this."):
        close(call(len, [1]), 1)


def no_name(x):
    return not_there(x)


def no_module(x):
    import not_there  # noqa: F401


def no_value(x):
    return None.shape


def no_local(x):
    for largest in x:
        x = largest
    return largest


@pytest.mark.parametrize(
    ("kind", "f"),
    [
        (NameError, no_name),
        (ImportError, no_module),
        (AttributeError, no_value),
        (SyntaxError, lambda x: compile("x =", "cell", "exec")),
        (TypeError, lambda: 1),
        (TypeError, lambda x, y: 1),
    ],
)
def test_an_error_that_says_nothing_of_the_inputs_is_no_known_mistake(kind, f):
    with pytest.raises(kind) as caught, hinted("With no words there is nothing to learn."):
        call(f, [])
    assert not isinstance(caught.value, Mismatch)


@pytest.mark.parametrize("f", [no_local, lambda x: x[0], lambda x: x.shape, lambda x: x + 1, max])
def test_an_error_that_the_inputs_may_have_brought_about_gets_the_hint(f):
    with pytest.raises(Mismatch, match="nothing to learn"), hinted("There is nothing to learn."):
        call(f, [])


def test_raises_wants_the_type_by_name():
    raises("ValueError", int, "x")
    raises("LookupError", {}.__getitem__, "x")  # KeyError is derived from it
    with pytest.raises(Mismatch, match=r"int\('3'\) gave 3; expected ValueError .*\nRefuse it."):
        raises("ValueError", int, "3", hint="Refuse it.")
    with pytest.raises(Mismatch, match=r"raised ValueError .*; expected TypeError"):
        raises("TypeError", int, "x")


def test_an_unsolved_task_raises_nothing_that_was_asked_for():
    for name in (
        "ValueError",
        "RuntimeError",
        "Exception",
    ):  # NotImplementedError is a RuntimeError
        with pytest.raises(NotImplementedError, match="Task 1"):
            raises(name, unsolved)
    assert raises("NotImplementedError", unsolved) is None  # a cell that ends in it shows nothing


def test_raises_runs_a_generator():
    def late():
        yield 1
        raise KeyError("two")

    raises("KeyError", late)
    with pytest.raises(Mismatch, match=r"gave \[0, 1\]; expected KeyError"):
        raises("KeyError", count, 2)


def test_iterate_takes_one_step_at_a_time():
    log = []

    def steps(items):
        try:
            for item in items:
                log.append(item)
                yield item
        finally:
            log.append("closed")

    values = iterate(steps, [1, 2, 3])
    assert log == []
    assert next(values) == 1
    assert log == [1]
    values.close()
    assert log == [1, "closed"]
    assert list(iterate(count, 3)) == [0, 1, 2]


def test_iterate_refuses_what_is_no_generator_and_what_never_ends():
    with pytest.raises(Mismatch, match="gave 3; expected a generator"):
        iterate(len, [1, 2, 3])
    with pytest.raises(Mismatch, match="10000 values and did not stop"):
        list(iterate(count, 10**9))


def test_construct_gives_a_handle():
    handle = construct(TableModel, [1], fade=0.25)
    assert (handle.table, handle.fade) == ([1], 0.25)
    words = construct(list, ["a"])
    call(words.append, "b")
    assert call(words.copy) == ["a", "b"]


def test_parameters_are_copied_out_and_in():
    one, other = construct(Tied, False), construct(Tied, False)
    values = params(one)
    assert values.keys() == {"first.weight", "second.weight"}
    load_params(other, values)
    close(params(other), values)
    values["first.weight"] += 1
    with pytest.raises(Mismatch):
        close(params(one), values)


def test_parameters_that_do_not_fit_are_refused():
    model = construct(Tied, False)
    with pytest.raises(Mismatch, match=r"Tied has the parameters .*; expected"):
        load_params(model, {"first.weight": torch.zeros(2, 2)})
    with pytest.raises(Mismatch, match=r"shape \(2, 2\); expected \(3, 2\)"):
        load_params(model, params(model) | {"first.weight": torch.zeros(3, 2)})
    with pytest.raises(Mismatch, match="object has no parameters"):
        params(object())


def test_gradients_of_arguments():
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
    found = grad(lambda x, n, y: x * x * y * n, x, 2, y)
    close(found.args, [4 * x * y, None, 2 * x * x])
    weighted = grad(lambda x: x * x, x, upstream=torch.tensor([1.0, 10.0]))
    close(weighted.args, [torch.tensor([2.0, 40.0])])
    assert grad(lambda x, y: x * 1, x, y).args[1] is None
    assert not x.requires_grad


def test_gradients_show_that_weights_are_shared():
    shared, apart = construct(Tied, True), construct(Tied, False)
    x = torch.tensor([[1.0, 2.0]])
    weight = torch.tensor([[1.0, 0.5], [-1.0, 2.0]])
    load_params(shared, {"first.weight": weight})
    load_params(apart, {"first.weight": weight, "second.weight": weight})
    both = grad(apart, x).params
    together = {"first.weight": both["first.weight"] + both["second.weight"]}
    torch.testing.assert_close(grad(shared, x).params, together)
    torch.testing.assert_close(grad(shared.forward, x).params, together)


def test_a_gradient_that_was_cut_is_named():
    with pytest.raises(Mismatch, match="It is lost by `detach`"):
        grad(lambda x: x.detach() * 2, torch.ones(2))
    with pytest.raises(Mismatch, match="has no gradient"):
        grad(lambda x: x.sum().item(), torch.ones(2))


def test_a_seed_gives_each_task_numbers_of_its_own(monkeypatch):
    def numbers(task, seed=None):
        drawn = torch.rand(4, generator=seeded(task, seed)).tolist()
        return [*drawn, seeded_random(task, seed).random()]

    monkeypatch.delenv("LLMCOURSE_SEED", raising=False)
    assert numbers("top-p") == numbers("top-p") == numbers("top-p", 0)
    monkeypatch.setenv("LLMCOURSE_SEED", "attempt 7")
    assert numbers("top-p") == numbers("top-p", "attempt 7")
    drawn = [numbers("top-p"), numbers("top-k"), numbers("top-p", 0)]
    for place in range(5):
        assert len({row[place] for row in drawn}) == 3


def test_the_table_model_adds_a_fading_past():
    model = TableModel(torch.eye(3), fade=0.5)
    logits = model(torch.tensor([[0, 2]]))
    close(logits, torch.tensor([[[1.0, 0.0, 0.0], [0.5, 0.0, 1.0]]]))
    close(model(torch.tensor([[0]])), logits[:, :1])  # no token sees a later one
    assert model.lengths == [2, 1]
    close(model.table, torch.eye(3))


def test_a_stand_in_keeps_its_record_on_the_learners_side():
    model = TableModel(torch.eye(3), context=2)
    seen = observe(lambda model: model(torch.tensor([[1, 2]])), model)
    assert (model.lengths, seen.args[0].lengths) == ([], [2])


def test_the_table_model_refuses_what_a_network_refuses():
    model = TableModel(torch.eye(3), context=2)
    with pytest.raises(ValueError, match="2 tokens at most; it was given 3"):
        model(torch.tensor([[0, 1, 2]]))
    for ids in ([0, 1], torch.tensor([0, 1]), torch.tensor([[0.0, 1.0]])):
        with pytest.raises(TypeError, match="shape \\(B, T\\)"):
            model(ids)


def test_torch_is_imported_by_nobody_who_does_not_need_it():
    program = (
        "import sys\n"
        "from llmcourse.checking import call, close\n"
        "close(call(sorted, [2, 1]), [1, 2])\n"
        "assert 'torch' not in sys.modules\n"
        "assert not [m for m in sys.modules if m.startswith('llmcourse.decoding')]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
