import pytest
import torch
import torch.nn.functional as F

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config
from llmcourse.training import cross_entropy
from llmcourse.training.precision import choose_dtype, mixed_precision

CPU = torch.device("cpu")


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    return GPT(Config(vocab_size=50, n_layer=2, n_head=2, n_embd=32, block_size=16))


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(50, (2, 16), generator=torch.Generator().manual_seed(0))


def gradients(model: GPT, ids: torch.Tensor, dtype: torch.dtype) -> list[torch.Tensor]:
    model.zero_grad()
    with mixed_precision(CPU, dtype):
        logits = model(ids)
    cross_entropy(logits, ids.roll(-1, 1)).backward()
    return [p.grad for p in model.parameters()]


def test_bfloat16_gives_almost_the_same_gradients_in_float32(model, ids):
    exact = gradients(model, ids, torch.float32)
    rounded = gradients(model, ids, torch.bfloat16)
    for a, b in zip(exact, rounded, strict=True):
        assert b.dtype == torch.float32
        assert not torch.equal(a, b)
        assert (a - b).norm() < 0.03 * a.norm()


def test_attention_on_a_processor_stays_in_float32(model, ids, monkeypatch):
    seen = []
    attention = F.scaled_dot_product_attention

    class Spy(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            result = func(*args, **(kwargs or {}))
            if func is attention:
                seen.append((args[0].dtype, result.dtype))
            return result

    with Spy(), mixed_precision(CPU, torch.bfloat16):
        logits = model(ids)
    assert seen == [(torch.float32, torch.float32)] * 2
    assert logits.dtype == torch.bfloat16


def test_float32_changes_nothing(model, ids):
    with mixed_precision(CPU, torch.float32):
        inside = model(ids)
    assert torch.equal(inside, model(ids))


def test_auto_is_what_the_device_multiplies_fastest(monkeypatch):
    assert choose_dtype("auto", CPU) in (torch.float32, torch.bfloat16)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    assert choose_dtype("auto", CPU) == torch.float32
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: False)
    assert choose_dtype("auto", torch.device("cuda")) == torch.float16
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    assert choose_dtype("auto", torch.device("cuda")) == torch.bfloat16
    assert choose_dtype("fp32", torch.device("cuda")) == torch.float32


def test_float16_on_a_processor():
    with pytest.raises(UserError, match="fp16 pays on a GPU only"):
        choose_dtype("fp16", CPU)
