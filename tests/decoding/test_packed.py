"""The layout for generation: the same numbers, nothing changed, and only where it may be used."""

from types import MethodType

import pytest
import torch
from torch import nn

from llmcourse.decoding import Sampler, generate
from llmcourse.decoding.packed import (
    WORTH_STEPS,
    WORTH_WEIGHTS,
    PackedBlock,
    PackedLinear,
    packed,
)
from llmcourse.network import GPT, Attention, Block, Config

# Wide enough for each matrix of the blocks; the head stays below the bound.
WIDE = {"vocab_size": 40, "n_layer": 2, "n_head": 4, "n_embd": 320, "block_size": 64}


VARIANTS = (
    {},
    {"bias": "all", "norm": "layernorm", "mlp": "gelu", "position": "learned"},
    {"norm": "rmsnorm", "mlp": "swiglu", "n_kv_head": 2, "qk_norm": "rms"},
    {"position": "alibi", "window": 5, "head": "untied"},
)


@pytest.fixture(params=VARIANTS)
def model(request) -> GPT:
    torch.manual_seed(0)
    model = GPT(Config(**WIDE, **request.param))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


def test_the_logits_are_the_same(model):
    twin = packed(model)
    for shape in [(1, 1), (1, 20), (8, 1), (3, 7)]:
        ids = torch.randint(40, shape)
        with torch.inference_mode():
            torch.testing.assert_close(twin(ids), model(ids), rtol=1e-4, atol=1e-4)


def test_blocks_are_packed_and_the_model_is_left_alone(model):
    before = dict(model.named_modules())
    twin = packed(model)
    assert [type(block) for block in twin.blocks] == [PackedBlock] * 2
    assert dict(model.named_modules()) == before
    assert not any(isinstance(part, PackedBlock | PackedLinear) for part in before.values())
    assert twin.embedding.weight is model.embedding.weight


def test_small_matrices_stay_as_they_are(model):
    for block, twin in zip(model.blocks, packed(model).blocks, strict=True):
        parts = (block.attention.qkv, block.attention.out, block.mlp.up, block.mlp.out)
        functions = (twin.qkv, twin.out, twin.up, twin.down)
        for part, function in zip(parts, functions, strict=True):
            is_its_own = isinstance(function, MethodType)  # forward of an nn.Linear
            assert is_its_own == (part.weight.numel() < WORTH_WEIGHTS)
    assert type(packed(model).unembedding) is nn.Linear


class Loud(Attention):
    """Attention that is not quite the library's."""

    def forward(self, *args, **options):
        return 2 * super().forward(*args, **options)


def test_a_block_of_other_parts_keeps_them(model):
    model.blocks[1].attention.__class__ = Loud
    twin = packed(model)
    assert [type(block) for block in twin.blocks] == [PackedBlock, Block]
    assert type(twin.blocks[1].mlp.up) is PackedLinear
    ids = torch.randint(40, (2, 9))
    with torch.inference_mode():
        torch.testing.assert_close(twin(ids), model(ids), rtol=1e-4, atol=1e-4)


def test_generation_uses_them_and_says_the_same(model, monkeypatch):
    calls = []
    forward = PackedBlock.forward
    monkeypatch.setattr(PackedBlock, "forward", lambda m, *a: calls.append(m) or forward(m, *a))
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
