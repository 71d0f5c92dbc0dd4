"""The layout for generation: the same numbers, nothing changed, and only where it may be used."""

from threading import Lock
from types import MethodType

import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from llmcourse.decoding import Sampler, generate
from llmcourse.decoding.packed import (
    WORTH_STEPS,
    WORTH_WEIGHTS,
    PackedBlock,
    Strips,
    Tiles,
    packed,
)
from llmcourse.network import GPT, Attention, Config

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


# How many texts are continued at once decides the layout.
LAYOUTS = {1: Strips, 2: Tiles}


@pytest.mark.parametrize("rows", LAYOUTS)
def test_the_logits_are_the_same(model, rows):
    twin = packed(model, rows)
    for shape in [(1, 1), (1, 20), (8, 1), (3, 7)]:
        ids = torch.randint(40, shape)
        with torch.inference_mode():
            torch.testing.assert_close(twin(ids), model(ids), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layout", LAYOUTS.values())
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("outputs", [16, 37, 480])
def test_a_layout_multiplies_as_linear_does(layout, bias, outputs):
    linear = nn.Linear(70, outputs, bias=bias)
    product = layout(linear)
    for shape in [(1, 1, 70), (1, 5, 70), (4, 1, 70)]:
        x = torch.randn(shape)
        with torch.inference_mode():
            torch.testing.assert_close(product(x), linear(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rows", LAYOUTS)
def test_blocks_are_packed_and_the_model_is_left_alone(model, rows):
    before = dict(model.named_modules())
    twin = packed(model, rows)
    assert [type(block) for block in twin.blocks] == [PackedBlock] * 2
    assert dict(model.named_modules()) == before
    assert not any(isinstance(part, PackedBlock | Strips | Tiles) for part in before.values())
    assert twin.embedding.weight is model.embedding.weight


@pytest.mark.parametrize("rows", LAYOUTS)
def test_small_matrices_stay_as_they_are(model, rows):
    for block, twin in zip(model.blocks, packed(model, rows).blocks, strict=True):
        parts = (block.attention.qkv, block.attention.out, block.mlp.up, block.mlp.out)
        functions = (twin.qkv, twin.out, twin.up, twin.down)
        for part, function in zip(parts, functions, strict=True):
            is_its_own = isinstance(function, MethodType)  # forward of an nn.Linear
            assert is_its_own == (part.weight.numel() < WORTH_WEIGHTS)
    assert type(packed(model, rows).unembedding) is nn.Linear


class Loud(Attention):
    """Attention that is not quite the library's."""

    def forward(self, *args, **options):
        return 2 * super().forward(*args, **options)


@pytest.mark.parametrize("rows", LAYOUTS)
def test_a_block_of_other_parts_is_used_as_it_is(model, rows):
    model.blocks[1].attention.__class__ = Loud
    twin = packed(model, rows)
    assert type(twin.blocks[0]) is PackedBlock
    assert twin.blocks[1] is model.blocks[1]
    ids = torch.randint(40, (2, 9))
    with torch.inference_mode():
        torch.testing.assert_close(twin(ids), model(ids), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("prompts", [[[1, 2, 3]], [[1, 2, 3], [7]]], ids=["one", "several"])
def test_generation_uses_them_and_says_the_same(model, prompts, monkeypatch):
    calls = []
    forward = PackedBlock.forward
    monkeypatch.setattr(PackedBlock, "forward", lambda m, *a: calls.append(m) or forward(m, *a))
    greedy = Sampler(temperature=0)
    short = generate(model, prompts, max_new_tokens=WORTH_STEPS - 1, sampler=greedy)[0]
    assert not calls
    long = generate(model, prompts, max_new_tokens=WORTH_STEPS + 10, sampler=greedy)[0]
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


class Listener:
    """Counts what it hears; a copy of it would keep the count to itself."""

    def __init__(self):
        self.heard = 0

    def __call__(self, *_):
        self.heard += 1


@pytest.mark.parametrize("prompts", [[[1]], [[1], [2]]], ids=["one", "several"])
@pytest.mark.parametrize(
    "part", ["blocks.0.mlp.up", "blocks.1", "embedding", "norm", "unembedding"]
)
@pytest.mark.parametrize("when", ["register_forward_hook", "register_forward_pre_hook"])
def test_a_listener_hears_every_token(model, part, when, prompts):
    listener = Listener()
    getattr(model.get_submodule(part), when)(listener)
    generate(model, prompts, max_new_tokens=WORTH_STEPS)
    assert listener.heard == WORTH_STEPS


def test_a_listener_at_all_modules_hears_every_token(model):
    calls = []
    hook = nn.modules.module.register_module_forward_hook(lambda part, *_: calls.append(type(part)))
    try:
        generate(model, [[1]], max_new_tokens=WORTH_STEPS)
    finally:
        hook.remove()
    assert calls.count(Attention) == WORTH_STEPS * 2


@pytest.mark.parametrize(
    "part", ["blocks.0.mlp.out", "blocks.0.mlp", "blocks.1", "blocks.1.mlp_norm"]
)
def test_a_method_that_was_put_in_is_called(model, part):
    module = model.get_submodule(part)
    before = module.forward
    module.forward = lambda *a: -before(*a)
    (done,) = generate(model, [[1]], max_new_tokens=WORTH_STEPS, sampler=Sampler(temperature=0))
    ids = [1]
    for _ in range(WORTH_STEPS):
        ids.append(model(torch.tensor([ids]))[0, -1].argmax().item())
    assert done.ids == ids[1:]


def test_what_cannot_be_copied_hinders_nothing(model):
    model.lock = Lock()
    model.blocks[0].kept = model.embedding(torch.tensor([1]))  # with a gradient's graph behind it
    prune.l1_unstructured(model.blocks[1].mlp.out, "weight", amount=0.5)
    assert len(generate(model, [[1]], max_new_tokens=WORTH_STEPS)[0].ids) == WORTH_STEPS


@pytest.mark.parametrize("rows", LAYOUTS)
def test_autocast_decides_on_the_type_itself(model, rows):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert packed(model, rows) is model
        generate(model, [[1]] * rows, max_new_tokens=WORTH_STEPS)


class Other(GPT):
    """A network that may have a loop of its own."""


def test_a_network_of_another_kind_stays_as_it_is(model):
    model.__class__ = Other
    assert packed(model, rows=1) is model
    assert packed(model, rows=2) is model


def test_other_types_stay_as_they_are(model):
    half = model.to(torch.bfloat16)
    assert packed(half, rows=1) is half
    assert packed(half, rows=2) is half


def test_without_a_fast_kernel_the_network_stays_as_it_is(model, monkeypatch):
    monkeypatch.setattr(torch.backends.mkl, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert packed(model, rows=1) is model
    assert packed(model, rows=2) is model
