"""The layout for generation: the same numbers, nothing changed, and only where it may be used."""

import pytest
import torch
from torch import nn

from llmcourse.decoding import Sampler, generate
from llmcourse.decoding.packed import WORTH_STEPS, WORTH_WEIGHTS, PackedLinear, packed
from llmcourse.network import GPT, Config

# Wide enough for each matrix of the blocks; the head stays below the bound.
WIDE = {"vocab_size": 40, "n_layer": 2, "n_head": 4, "n_embd": 320, "block_size": 64}


@pytest.fixture(params=[{}, {"bias": "all", "norm": "layernorm", "mlp": "gelu"}])
def model(request) -> GPT:
    torch.manual_seed(0)
    model = GPT(Config(**WIDE, **request.param))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


def linears(model: GPT) -> list[nn.Module]:
    return [m for m in model.modules() if isinstance(m, nn.Linear | PackedLinear)]


def test_the_logits_are_the_same(model):
    twin = packed(model)
    for shape in [(1, 1), (1, 20), (8, 1), (3, 7)]:
        ids = torch.randint(40, shape)
        with torch.inference_mode():
            torch.testing.assert_close(twin(ids), model(ids), rtol=1e-4, atol=1e-4)


def test_large_matrices_are_packed_and_the_model_is_left_alone(model):
    before = [type(m) for m in linears(model)]
    twin = packed(model)
    sizes = [m.weight.numel() for m in linears(model)]
    assert [type(m) is PackedLinear for m in linears(twin)] == [s >= WORTH_WEIGHTS for s in sizes]
    assert [type(m) for m in linears(model)] == before == [nn.Linear] * len(before)
    assert twin.embedding.weight is model.embedding.weight


def test_generation_uses_them_and_says_the_same(model, monkeypatch):
    calls = []
    forward = PackedLinear.forward
    monkeypatch.setattr(PackedLinear, "forward", lambda m, x: calls.append(m) or forward(m, x))
    greedy, prompts = Sampler(temperature=0), [[1, 2, 3], [7]]
    (short, _) = generate(model, prompts, max_new_tokens=WORTH_STEPS - 1, sampler=greedy)
    assert not calls
    (long, _) = generate(model, prompts, max_new_tokens=WORTH_STEPS + 10, sampler=greedy)
    assert calls
    assert long.ids[: WORTH_STEPS - 1] == short.ids
    ids = [1, 2, 3]
    for _ in range(WORTH_STEPS + 10):
        ids.append(model(torch.tensor([ids]))[0, -1].argmax().item())
    assert long.ids == ids[3:]


def test_new_weights_are_seen_by_the_next_call(model):
    greedy = Sampler(temperature=0)
    generate(model, [[1]], max_new_tokens=WORTH_STEPS, sampler=greedy)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(-1.5)
    (after,) = generate(model, [[1]], max_new_tokens=WORTH_STEPS, sampler=greedy)
    ids = [1]
    for _ in range(WORTH_STEPS):
        ids.append(model(torch.tensor([ids]))[0, -1].argmax().item())
    assert after.ids == ids[1:]


def test_a_listener_at_a_matrix_hears_every_token(model):
    heard = []
    model.blocks[0].mlp.up.register_forward_hook(lambda *_: heard.append(1))
    generate(model, [[1]], max_new_tokens=WORTH_STEPS)
    assert len(heard) == WORTH_STEPS


def test_other_types_stay_as_they_are(model):
    half = model.to(torch.bfloat16)
    assert packed(half) is half
