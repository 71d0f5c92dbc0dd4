"""Random numbers for hidden tests."""

import torch

from llmcourse.checking import (
    seeded,
    seeded_random,
)


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
