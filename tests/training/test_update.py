import dataclasses

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.network import GPT
from llmcourse.training import IGNORED
from llmcourse.training.update import Update


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    """Seven rows, some of which end early."""
    ids = torch.randint(20, (7, 17), generator=torch.Generator().manual_seed(0))
    inputs, targets = ids[:, :-1].clone(), ids[:, 1:].clone()
    targets[2, 9:] = targets[5, 1:] = IGNORED
    return inputs, targets


def made(config, alone) -> Update:
    torch.manual_seed(0)
    model = GPT(dataclasses.replace(config.model, vocab_size=20))
    return Update(model, config, alone)


def weights(update: Update) -> list[torch.Tensor]:
    return [p.detach().clone() for p in update.model.parameters()]


@pytest.mark.parametrize("device_tokens", [1, 32, 48])
def test_accumulating_parts_is_one_large_batch(small, alone, batch, device_tokens):
    at_once = made(small(precision="fp32"), alone)
    in_parts = made(small(precision="fp32", device_tokens=device_tokens), alone)
    for step in range(3):
        assert at_once(step, *batch) == pytest.approx(in_parts(step, *batch), abs=1e-6)
    for a, b in zip(weights(at_once), weights(in_parts), strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=0)


def test_the_plain_step_written_out(small, alone, batch):
    """Against torch's own parts: AdamW for all, clipped to length 1, half the way down."""
    config = small(optimizer="adamw", lr=1e-2, precision="fp32", steps=8)
    ours = made(config, alone)
    theirs = made(config, alone).model
    optimizer = torch.optim.AdamW(theirs.parameters(), betas=(0.9, 0.95), weight_decay=0.0)
    for step in range(5):
        loss = torch.nn.functional.cross_entropy(
            theirs(batch[0]).flatten(0, 1), batch[1].flatten(), ignore_index=IGNORED
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
        optimizer.param_groups[0]["lr"] = 1e-2 * (1 - step / 8)
        optimizer.step()
        assert ours(step, *batch) == pytest.approx(loss.item(), abs=1e-5)


@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_learns_a_batch_by_heart(small, alone, batch, optimizer, precision):
    config = small(optimizer=optimizer, precision=precision, steps=60, lr=1e-2)
    update = made(config, alone)
    losses = [update(step, *batch) for step in range(60)]
    assert losses[0] == pytest.approx(3.0, abs=0.1)  # log 20: nothing is known yet
    assert losses[-1] < 0.5


def test_a_loss_that_is_not_a_number_changes_no_weight(small, alone, batch):
    update = made(small(), alone)
    update(0, *batch)
    with torch.no_grad():
        update.model.norm.weight[0] = torch.nan
    before = weights(update)
    with pytest.raises(UserError, match="loss of step 2 is nan"):
        update(1, *batch)
    for a, b in zip(before, weights(update), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0, equal_nan=True)


def test_a_gradient_that_is_not_a_number_changes_no_weight(small, alone, batch):
    update = made(small(), alone)
    handle = update.model.embedding.weight.register_hook(lambda grad: grad * torch.inf)
    before = weights(update)
    with pytest.raises(UserError, match=r"step 1 is .* gradient is (inf|nan) long"):
        update(0, *batch)
    handle.remove()
    assert all(torch.equal(a, b) for a, b in zip(before, weights(update), strict=True))
