"""The whole network, over the combinations of its choices."""

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.network import GPT, POSITIONS, Config, KVCache

CLOSE = {"atol": 1e-5, "rtol": 1e-4}


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(23, (2, 12), generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def test_cached_logits_equal_uncached_ones_however_the_text_is_cut(model, ids):
    whole = model(ids)
    for pieces in ([12], [1] * 12, [5, 1, 4, 2]):
        cache = KVCache(model.config.n_layer, capacity=12)
        torch.testing.assert_close(
            torch.cat([model(piece, cache) for piece in ids.split(pieces, dim=1)], dim=1),
            whole,
            **CLOSE,
        )
        assert cache.length == 12


@torch.no_grad()
def test_the_last_token_never_changes_an_earlier_logit(model, ids):
    changed = ids.clone()
    changed[:, -1] = (ids[:, -1] + 1) % 23
    before, after = model(ids), model(changed)
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.allclose(before[:, -1], after[:, -1])


@torch.no_grad()
def test_packed_documents_do_not_see_each_other(model, ids):
    document = torch.tensor([[0] * 5 + [1] * 7])
    mask = document[:, :, None] == document[:, None, :]
    positions = torch.tensor([[*range(5), *range(7)]])
    packed = model(ids[:1], mask=mask, positions=positions)
    torch.testing.assert_close(packed[:, :5], model(ids[:1, :5]), **CLOSE)
    torch.testing.assert_close(packed[:, 5:], model(ids[:1, 5:]), **CLOSE)


@torch.no_grad()
def test_left_padding_changes_nothing_also_with_a_cache(model, ids):
    short, padding = ids[1:, 4:], 4
    batch = torch.stack([ids[0], torch.cat([torch.full((padding,), 7), short[0]])])
    mask = torch.ones(2, 12, dtype=torch.bool)
    mask[1, :padding] = False
    positions = torch.stack([torch.arange(12), (torch.arange(12) - padding).clamp(min=0)])
    torch.testing.assert_close(
        model(batch, mask=mask, positions=positions)[1, padding:], model(short)[0], **CLOSE
    )
    cache = KVCache(model.config.n_layer, capacity=12)
    model(batch[:, :9], cache, mask[:, :9], positions[:, :9])
    last = model(batch[:, 9:], cache, mask, positions[:, 9:])
    torch.testing.assert_close(last[0], model(ids[:1])[0, 9:], **CLOSE)
    torch.testing.assert_close(last[1], model(short)[0, 5:], **CLOSE)


@torch.no_grad()
def test_right_padding_changes_nothing(model, ids):
    mask = torch.ones(2, 12, dtype=torch.bool)
    mask[1, 8:] = False
    torch.testing.assert_close(model(ids, mask=mask)[1, :8], model(ids[1:, :8])[0], **CLOSE)


def test_a_gradient_reaches_every_parameter(model, ids):
    # The sum of log-probabilities, because the sum of the logits is constant where norms centre.
    model(ids).log_softmax(-1)[..., 0].sum().backward()
    for name, parameter in model.named_parameters():
        used = parameter.grad.abs().sum()
        assert used > 0, name


def test_forward_is_its_three_public_parts(model, ids):
    positions = torch.arange(12)
    x = model.trunk(model.embed(ids, positions), positions)
    assert x.shape == (2, 12, 32)
    assert torch.equal(model.head(x), model(ids))


def test_a_window_hides_what_lies_further_back():
    """Two layers with a window of 3 carry news over 4 tokens and no further."""
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=23, n_layer=2, n_head=2, n_embd=16, window=3))
    ids = torch.arange(12)[None]
    changed = ids.clone()
    changed[0, 0] = 20
    moved = (model(ids) != model(changed)).any(dim=-1)[0]
    assert moved.tolist() == [True] * 5 + [False] * 7


def test_a_tied_head_shares_its_weights():
    model = GPT(Config(vocab_size=23, n_layer=1, n_head=1, n_embd=8, head="tied"))
    assert model.unembedding.weight is model.embedding.weight
    model = GPT(Config(vocab_size=23, n_layer=1, n_head=1, n_embd=8, head="untied"))
    assert model.unembedding.weight is not model.embedding.weight


def test_bfloat16_autocast_stays_near_float32(ids):
    model = GPT(Config(vocab_size=23, n_layer=2, n_head=4, n_embd=32, position="alibi"))
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(ids)
    torch.testing.assert_close(logits.float(), model(ids), atol=0.02, rtol=0.05)


@pytest.mark.parametrize("position", POSITIONS)
def test_a_context_longer_than_the_block_is_an_error(position):
    model = GPT(Config(vocab_size=9, n_head=1, n_embd=8, block_size=4, position=position))
    with pytest.raises(UserError, match="5 tokens long; this model reads 4"):
        model(torch.zeros(1, 5, dtype=torch.long))
    cache = KVCache(model.config.n_layer, capacity=8)
    model(torch.zeros(1, 4, dtype=torch.long), cache)
    with pytest.raises(UserError, match="5 tokens long"):
        model(torch.zeros(1, 1, dtype=torch.long), cache)


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize(
    "places", [[0, 1, 4], [-1, 0, 1], [[0, 1, 2], [3, 4, 5]]], ids=["last", "first", "rows"]
)
def test_positions_outside_the_block_are_an_error(position, places):
    """Though the context is short enough: a table of learned positions ends with the block."""
    model = GPT(Config(vocab_size=9, n_head=1, n_embd=8, block_size=4, position=position))
    positions = torch.tensor(places)
    ids = torch.zeros(positions.shape[-1], dtype=torch.long).expand(positions.dim(), -1)
    first, last = positions.min(), positions.max()
    message = f"Positions from {first} to {last} were given; this model knows 0 to 3"
    with pytest.raises(UserError, match=message):
        model(ids, positions=positions)
    cache = KVCache(model.config.n_layer, capacity=4)
    with pytest.raises(UserError, match=message):
        model(ids, cache, positions=positions)
    assert model(ids, positions=positions.clamp(0, 3)).shape == (*ids.shape, 9)


@pytest.mark.parametrize("token", [-1, 9])
def test_an_id_outside_the_vocabulary_is_an_error(token):
    model = GPT(Config(vocab_size=9, n_head=1, n_embd=8))
    with pytest.raises(UserError, match="this model knows 0 to 8"):
        model(torch.tensor([[1, token]]))
