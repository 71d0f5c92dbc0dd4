"""Models to hand over."""

import pytest
import torch

from llmcourse.checking import (
    TableModel,
    close,
    observe,
)


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
