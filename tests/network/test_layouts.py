"""Checkpoints of transformers read and written: the same logits, the same words, the same bytes."""

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch
import transformers

from llmcourse.decoding import Sampler, generate
from llmcourse.errors import UserError
from llmcourse.network import GPT, Config, load_checkpoint, save_checkpoint
from llmcourse.network.layouts import LAYOUTS
from tests.network.small_models import edit, gpt2, llama, mistral

THEIRS = {
    "gpt2": lambda: gpt2(),
    "gpt2 untied": lambda: gpt2(n_inner=50, tie_word_embeddings=False, layer_norm_epsilon=1e-3),
    "llama": lambda: llama(),
    "llama tied": lambda: llama(tie_word_embeddings=True),
    "grouped": lambda: llama(num_key_value_heads=2, rms_norm_eps=1e-3),
    "grouped tied": lambda: llama(num_key_value_heads=2, tie_word_embeddings=True),
    "one key head": lambda: llama(num_key_value_heads=1),
    "theta": lambda: llama(rope_parameters={"rope_type": "default", "rope_theta": 500.0}),
    "mistral": lambda: mistral(num_key_value_heads=4, sliding_window=None),
    "window": lambda: mistral(num_key_value_heads=2, sliding_window=5),
}
FILES = {"one file": "1GB", "shards": "10KB"}


@pytest.fixture(params=THEIRS)
def theirs(request: pytest.FixtureRequest) -> transformers.PreTrainedModel:
    return THEIRS[request.param]()


@torch.no_grad()
def assert_same(theirs: transformers.PreTrainedModel, ours: GPT) -> None:
    """Logits within 1e-5, and the same greedy continuation of two prompts to the context's end."""
    ids = torch.randint(40, (2, 24), generator=torch.Generator().manual_seed(1))
    logits = theirs(ids).logits
    assert logits.std() > 0.1
    torch.testing.assert_close(ours(ids), logits, atol=1e-5, rtol=0)
    prompts = ids[:, :8]
    expected = theirs.generate(
        prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=16, do_sample=False
    )
    greedy = generate(ours, prompts.tolist(), max_new_tokens=16, sampler=Sampler(temperature=0))
    assert [completion.ids for completion in greedy] == expected[:, 8:].tolist()
    assert len({token for completion in greedy for token in completion.ids}) > 2


@pytest.mark.parametrize("files", FILES)
def test_logits_and_greedy_ids_are_those_of_transformers(theirs, files, tmp_path):
    theirs.save_pretrained(tmp_path, max_shard_size=FILES[files])
    assert (files == "shards") == (tmp_path / "model.safetensors.index.json").exists()
    assert (files == "one file") == (tmp_path / "model.safetensors").exists()
    assert_same(theirs, load_checkpoint(tmp_path))


def test_what_was_read_is_written_as_it_was(theirs, tmp_path):
    """transformers reads what we save, bit for bit what it saved itself."""
    theirs.save_pretrained(tmp_path / "theirs")
    ours = load_checkpoint(tmp_path / "theirs")
    save_checkpoint(ours, tmp_path / "ours", layout=theirs.config.model_type)
    again, report = transformers.AutoModelForCausalLM.from_pretrained(
        tmp_path / "ours", output_loading_info=True
    )
    assert type(again) is type(theirs)
    assert not any(report.values()), report
    assert again.state_dict().keys() == theirs.state_dict().keys()
    for name, tensor in theirs.state_dict().items():
        assert torch.equal(again.state_dict()[name], tensor), name
    assert_same(again.eval(), ours)
    names = [
        set(safetensors.torch.load_file(tmp_path / whose / "model.safetensors"))
        for whose in ("theirs", "ours")
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize("head", ["tied", "untied"])
@pytest.mark.parametrize(
    ("layout", "choices"),
    [
        ("gpt2", {"position": "learned", "norm": "layernorm", "mlp": "gelu", "bias": "all"}),
        ("llama", {"n_kv_head": 2, "rope_theta": 500.0}),
        ("mistral", {"n_kv_head": 2, "window": 5}),
    ],
)
def test_a_model_of_ours_is_read_by_transformers(layout, choices, head, tmp_path):
    torch.manual_seed(0)
    ours = GPT(Config(vocab_size=40, n_embd=32, block_size=24, head=head, **choices))
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    save_checkpoint(ours, tmp_path, layout=layout)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    theirs.generation_config.pad_token_id = 0
    assert_same(theirs, ours)


@pytest.mark.parametrize(
    ("layout", "choices", "lost"),
    [
        ("llama", {"position": "alibi"}, "position 'alibi'"),
        ("llama", {"window": 5, "qk_norm": "rms"}, "window 5, qk_norm 'rms'"),
        ("mistral", {"bias": "all"}, "bias 'all'"),
        ("gpt2", {"n_kv_head": 2}, "n_kv_head 2, position 'rope', norm 'rmsnorm', mlp 'swiglu'"),
    ],
)
def test_a_layout_that_lacks_a_part_is_refused_before_anything_is_written(
    layout, choices, lost, tmp_path
):
    model = GPT(Config(vocab_size=40, n_embd=32, **choices))
    with pytest.raises(UserError, match=f"The layout '{layout}' has no place for {lost}"):
        save_checkpoint(model, tmp_path / "out", layout=layout)
    assert not (tmp_path / "out").exists()


def test_an_unknown_layout_is_an_error_that_names_the_known_ones(tmp_path):
    model = GPT(Config(vocab_size=40, n_embd=32))
    with pytest.raises(UserError, match=r"'bert'\. Choose one of: llmcourse, gpt2, llama, mistral"):
        save_checkpoint(model, tmp_path, layout="bert")


@pytest.mark.parametrize("name", THEIRS)
def test_each_link_is_undone_by_its_other_half(name, tmp_path):
    THEIRS[name]().config.save_pretrained(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    layout = LAYOUTS[values["model_type"]]
    for link in layout.links(layout.read(values)):
        parts = [torch.randn(shape) for shape in link.theirs.values()]
        whole = link.join(*parts)
        for part, again in zip(parts, link.split(whole), strict=True):
            assert torch.equal(part, again), link.ours


def test_old_names_and_buffers_of_gpt2_are_read(folder):
    """The hub's first GPT-2 has no prefix, and keeps its causal mask."""
    file = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(file)
    whole = load_checkpoint(folder)
    old = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
    old["h.0.attn.bias"] = torch.ones(1, 1, 24, 24)
    safetensors.torch.save_file(old, file)
    ids = torch.randint(40, (1, 24))
    assert torch.equal(load_checkpoint(folder)(ids), whole(ids))


def test_older_llama_settings_are_read(tmp_path):
    llama(rope_parameters={"rope_type": "default", "rope_theta": 500.0}).save_pretrained(tmp_path)
    edit(tmp_path, "rope_parameters", rope_theta=500.0, rope_scaling=None)
    assert load_checkpoint(tmp_path).config.rope_theta == 500.0


def test_a_window_is_mistrals_alone_and_4096_where_it_says_nothing(tmp_path):
    """As in transformers: a Llama that names a window has none."""
    llama().save_pretrained(tmp_path / "llama")
    edit(tmp_path / "llama", sliding_window=5)
    assert load_checkpoint(tmp_path / "llama").config.window == 0
    mistral(num_key_value_heads=2).save_pretrained(tmp_path / "mistral")
    edit(tmp_path / "mistral", "sliding_window")
    assert load_checkpoint(tmp_path / "mistral").config.window == 4096


def refusal(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        load_checkpoint(folder)
    assert caught.value.wrong.startswith(f"{folder / 'config.json'}: ")
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"activation_function": "relu"}, "activation_function is 'relu'"),
        ({"scale_attn_weights": False}, "scale_attn_weights is False"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx is True"),
        ({"add_cross_attention": True}, "add_cross_attention is True"),
        ({"quantization_config": {"quant_method": "gptq"}}, "weights are quantized"),
        ({"n_head": 5}, "5 heads cannot share a width of 32 equally"),
        ({"n_head": "4"}, "n_head is '4'. Give a whole number, 1 or more."),
        ({"n_layer": 2.5}, "n_layer is 2.5. Give a whole number"),
        ({"n_embd": None}, "n_embd is None"),
    ],
)
def test_a_gpt2_that_the_network_cannot_compute_is_refused(changes, message, folder, unchecked):
    edit(folder, **changes)
    assert message in refusal(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rope_scaling": {"type": "linear", "factor": 2.0}}, "rope_scaling.type is 'linear'"),
        ({"rope_scaling": {"rope_type": "yarn"}}, "rope_scaling.rope_type is 'yarn'"),
        ({"rope_parameters": {"rope_type": "llama3"}}, "rope_parameters.rope_type is 'llama3'"),
        ({"rope_parameters": {"partial_rotary_factor": 0.5}}, "partial_rotary_factor is 0.5"),
        ({"rope_parameters": {"mrope_section": [1]}}, "mrope_section is [1]"),
        ({"rope_parameters": "linear"}, "rope_parameters is 'linear'"),
        ({"rope_parameters": {"rope_theta": "x"}}, "rope_theta is 'x'"),
        ({"hidden_act": "gelu"}, "hidden_act is 'gelu', and this network computes 'silu' only"),
        ({"head_dim": 16}, "head_dim is 16, and this network computes 8 only"),
        ({"attention_bias": True}, "attention_bias is True"),
        ({"mlp_bias": True}, "mlp_bias is True"),
        ({"num_attention_heads": 5}, "5 heads cannot share a width of 32 equally"),
        ({"num_key_value_heads": 3}, "4 query heads cannot share 3 key heads equally"),
        ({"num_attention_heads": 0}, "n_head is 0"),
    ],
)
def test_a_llama_that_the_network_cannot_compute_is_refused(changes, message, tmp_path, unchecked):
    llama().save_pretrained(tmp_path)
    edit(tmp_path, **changes)
    assert message in refusal(tmp_path)
