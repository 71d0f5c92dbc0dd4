"""Formulas against PyTorch's own counts, over the combinations of choices, and published totals."""

import json

import pytest
import torch
import transformers
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config
from llmcourse.network.attention import visibility
from llmcourse.network.counts import PUBLISHED, flops, mlp_width, parameters, seen_pairs
from llmcourse.network.layouts import LAYOUTS
from tests.network.small_models import gpt2, llama, mistral


def parts_of(model: GPT) -> dict[str, int]:
    """The parameters that there are, by the module that holds them; a shared one at its first."""
    found = dict.fromkeys(parameters(model.config), 0)
    for name, parameter in model.named_parameters():
        if "norm" in name:
            found["norms"] += parameter.numel()
        elif ".attention." in name or ".mlp." in name:
            found["attention" if ".attention." in name else "mlp"] += parameter.numel()
        else:
            first = name.split(".")[0]
            found[{"position": "positions", "unembedding": "head"}.get(first, first)] += (
                parameter.numel()
            )
    return found


def counted(model: GPT, length: int, training: bool) -> int:
    ids = torch.zeros(1, length, dtype=torch.long)
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        logits = model(ids)
        if training:
            logits.sum().backward()
    return counter.get_total_flops()


def test_parameters_are_those_that_the_network_has(model):
    assert parameters(model.config) == parts_of(model)


@pytest.mark.parametrize("length", [1, 5, 16])
def test_flops_are_those_that_pytorch_counts(model, length):
    assert sum(flops(model.config, length).values()) == counted(model, length, training=False)
    trained = sum(flops(model.config, length, passes="training").values())
    assert trained == counted(model, length, training=True)


@pytest.mark.parametrize("width", [None, 48])
@pytest.mark.parametrize("mlp", ["gelu", "swiglu"])
@pytest.mark.parametrize("n_embd", [32, 40])
def test_the_width_of_the_feed_forward(n_embd, mlp, width):
    config = Config(vocab_size=5, n_head=4, n_embd=n_embd, mlp=mlp, mlp_width=width)
    assert GPT(config).blocks[0].mlp.out.in_features == mlp_width(config)


@pytest.mark.parametrize(("length", "window"), [(1, 0), (7, 0), (7, 1), (7, 3), (7, 7), (7, 50)])
def test_pairs_are_the_places_of_the_mask(length, window):
    mask = visibility(length, length, window=window, bias=torch.zeros(1, length, length))
    assert seen_pairs(length, window) == mask.isfinite().sum()
    config = Config(vocab_size=5, n_layer=3, n_head=2, n_embd=16, window=window)
    every = flops(config, length)["scores"]
    assert (
        flops(config, length, scores="seen")["scores"] * length**2 == every * mask.isfinite().sum()
    )


def test_published_totals():
    """124,439,808, 8,030,261,248 and 405,853,388,800: what the published files hold."""
    totals = {name: sum(parameters(config).values()) for name, config in PUBLISHED.items()}
    assert totals == {
        "GPT-2 124M": 124_439_808,
        "Llama 3 8B": 8_030_261_248,
        "Llama 3 405B": 405_853_388_800,
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_same_shapes_in_transformers(name):
    config = PUBLISHED[name]
    shape = {"vocab_size": config.vocab_size, "tie_word_embeddings": config.head == "tied"}
    if config.position == "learned":
        theirs = transformers.GPT2Config(
            **shape,
            n_positions=config.block_size,
            n_embd=config.n_embd,
            n_layer=config.n_layer,
            n_head=config.n_head,
        )
        make = transformers.GPT2LMHeadModel
    else:
        theirs = transformers.LlamaConfig(
            **shape,
            hidden_size=config.n_embd,
            intermediate_size=config.mlp_width,
            num_hidden_layers=config.n_layer,
            num_attention_heads=config.n_head,
            num_key_value_heads=config.n_kv_head,
        )
        make = transformers.LlamaForCausalLM
    with torch.device("meta"):
        network = make(theirs)
    assert sum(p.numel() for p in network.parameters()) == sum(parameters(config).values())


@pytest.mark.parametrize(
    "theirs",
    [
        gpt2(),
        gpt2(n_inner=50, tie_word_embeddings=False),
        llama(),
        llama(num_key_value_heads=2, tie_word_embeddings=True),
        mistral(num_key_value_heads=1, sliding_window=5),
    ],
    ids=["gpt2", "gpt2 untied", "llama", "grouped tied", "window"],
)
def test_the_counts_are_those_of_transformers_networks(theirs, tmp_path):
    theirs.config._attn_implementation = "eager"
    theirs.config.save_pretrained(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    config = LAYOUTS[values["model_type"]].read(values)
    assert sum(parameters(config).values()) == sum(p.numel() for p in theirs.parameters())
    with FlopCounterMode(display=False) as counter:
        theirs(torch.zeros(1, 16, dtype=torch.long))
    assert counter.get_total_flops() == sum(flops(config, 16).values())


def test_the_training_of_llama_3_405b_as_published():
    """3.8·10²⁵ FLOPs for 15.6·10¹² tokens (Grattafiori et al., 2024): 6 a parameter and token."""
    config, length = PUBLISHED["Llama 3 405B"], 8192
    one = flops(config, length, scores="seen", passes="training")
    total = sum(one.values()) / length * 15.6e12
    assert total == pytest.approx(3.8e25, rel=0.05)


@pytest.mark.parametrize("length", [0, 17, -1])
def test_a_length_that_the_model_does_not_read(length):
    config = Config(vocab_size=5, n_head=2, n_embd=16, block_size=16)
    with pytest.raises(UserError, match=f"length is {length}; this model reads 1 to 16"):
        flops(config, length)
