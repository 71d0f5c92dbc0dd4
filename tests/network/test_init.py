"""The first weights: their size, and what an untrained network says."""

import math

import pytest
import torch

from llmcourse.network import GPT, Config


def make(**choices) -> GPT:
    torch.manual_seed(0)
    return GPT(Config(vocab_size=512, n_layer=4, n_head=4, n_embd=128, **choices))


def test_weights_have_the_stated_deviations():
    model = make(bias="all", position="learned")
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            assert not parameter.any()
        elif "norm" in name:
            assert (parameter == 1).all()
        else:
            wanted = 0.02 / math.sqrt(8) if "out.weight" in name else 0.02
            assert parameter.std().item() == pytest.approx(wanted, rel=0.05), name


@pytest.mark.parametrize("head", ["tied", "untied"])
def test_an_untrained_network_knows_nothing(head):
    """Its loss is about ln V: no token is much more likely than another."""
    ids = torch.randint(512, (4, 65))
    logits = make(head=head)(ids[:, :-1])
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
    assert loss.item() == pytest.approx(math.log(512), rel=0.03)
