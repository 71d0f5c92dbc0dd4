import pytest

from llmcourse.errors import UserError
from llmcourse.training import Schedule

# 10 steps, 2 of them warm-up, down to 0: the table of the docstring.
TABLE = {
    "linear": [0.5, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125],
    "cosine": [0.5, 1, 1, 0.9619, 0.8536, 0.6913, 0.5, 0.3087, 0.1464, 0.0381],
    "wsd": [0.5, 1, 1, 1, 1, 1, 1, 1, 1, 0.5],
}


@pytest.mark.parametrize("decay", TABLE)
def test_worked_table(decay):
    schedule = Schedule(steps=10, warmup=2, decay=decay)
    shares = [schedule.share(step) for step in range(10)]
    assert shares == pytest.approx(TABLE[decay], abs=1e-4)


@pytest.mark.parametrize("decay", TABLE)
def test_ends_at_its_final_share(decay):
    schedule = Schedule(steps=100, decay=decay, final=0.1)
    assert schedule.share(100) == pytest.approx(0.1)
    assert schedule.share(0) == 1
    assert all(0.1 < schedule.share(step) <= 1 for step in range(100))


def test_without_warmup_the_first_step_is_at_the_peak():
    assert Schedule(steps=5).share(0) == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"steps": 10, "warmup": 10}, "warm-up of 10 steps does not fit in a run of 10"),
        ({"steps": 10, "warmup": -1}, "warm-up of -1"),
        ({"steps": 10, "decay": "stairs"}, "'stairs'.*linear, cosine, wsd"),
    ],
)
def test_bad_input(fields, message, unchecked):
    with pytest.raises(UserError, match=message):
        Schedule(**fields)
