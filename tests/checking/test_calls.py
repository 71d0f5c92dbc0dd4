"""The learner's functions, called: copies go in, and what comes back or is raised is judged."""

import pytest
import torch
from torch import nn

from llmcourse.checking import (
    Mismatch,
    TableModel,
    call,
    close,
    construct,
    hinted,
    iterate,
    observe,
    raises,
)


def count(n: int):
    """The numbers below n, one by one."""
    yield from range(n)


def unsolved(*args):
    raise NotImplementedError("Task 1: unsolved")


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
