"""Checkpoints of other libraries against those libraries; our own; every way one can be wrong."""

import json
import os
import resource
from pathlib import Path

import huggingface_hub
import pytest
import safetensors.torch
import torch
import transformers

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config, load_checkpoint, save_checkpoint
from llmcourse.network.checkpoints import save_weights

ENDS = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}
GPT2 = {"vocab_size": 40, "n_positions": 24, "n_embd": 32, "n_layer": 2, "n_head": 4, **ENDS}
LLAMA = {
    "vocab_size": 40,
    "max_position_embeddings": 24,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    **ENDS,
}


def gpt2(**choices):
    config = transformers.GPT2Config(**GPT2 | choices)
    return spread(transformers.GPT2LMHeadModel(config))


def llama(**choices):
    config = transformers.LlamaConfig(**LLAMA | choices)
    return spread(transformers.LlamaForCausalLM(config))


def mistral(**choices):
    config = transformers.MistralConfig(**LLAMA | choices)
    return spread(transformers.MistralForCausalLM(config))


def spread(model: torch.nn.Module) -> torch.nn.Module:
    """Weights for which a mix-up of any two tensors shows."""
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


@pytest.fixture(autouse=True)
def quiet():
    transformers.utils.logging.disable_progress_bar()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole checkpoint of transformers, to be damaged."""
    gpt2().save_pretrained(tmp_path / "gpt2")
    return tmp_path / "gpt2"


def edit(folder: Path, **changes) -> None:
    values = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(values))


@pytest.mark.parametrize(
    "theirs",
    [
        gpt2(),
        gpt2(n_inner=50, tie_word_embeddings=False, layer_norm_epsilon=1e-3),
        llama(),
        llama(num_key_value_heads=2, rms_norm_eps=1e-3),
        llama(num_key_value_heads=1, tie_word_embeddings=True),
        llama(rope_parameters={"rope_type": "default", "rope_theta": 500.0}),
        mistral(num_key_value_heads=2, sliding_window=5),
        mistral(num_key_value_heads=4, sliding_window=None),
    ],
    ids=["gpt2", "gpt2-untied", "llama", "gqa", "mqa-tied", "theta", "window", "mistral"],
)
@pytest.mark.parametrize("shard", ["1GB", "10KB"])
@torch.no_grad()
def test_logits_are_those_of_transformers(theirs, shard, tmp_path):
    theirs.save_pretrained(tmp_path, max_shard_size=shard)
    assert (shard == "10KB") == (tmp_path / "model.safetensors.index.json").exists()
    ids = torch.randint(40, (2, 24))
    logits = theirs(ids).logits
    torch.testing.assert_close(load_checkpoint(tmp_path)(ids), logits, atol=1e-5, rtol=0)
    assert logits.std() > 0.1


@pytest.mark.parametrize("head", ["tied", "untied"])
def test_our_own_checkpoint_comes_back_bit_for_bit(head, tmp_path):
    model = GPT(Config(vocab_size=40, n_embd=32, head=head, position="learned", bias="all"))
    save_checkpoint(model, tmp_path / "run")
    again = load_checkpoint(str(tmp_path / "run"))
    assert again.config == model.config
    for name, tensor in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], tensor), name
    assert {file.name for file in (tmp_path / "run").iterdir()} == {
        "config.json",
        "model.safetensors",
    }


def test_a_runs_other_settings_do_no_harm(tmp_path):
    save_checkpoint(GPT(Config(vocab_size=40, n_embd=32)), tmp_path)
    edit(tmp_path, training={"steps": 100})
    assert load_checkpoint(tmp_path).config.n_embd == 32


def test_half_precision_is_read_as_single(tmp_path):
    model = GPT(Config(vocab_size=40, n_embd=32)).bfloat16()
    save_checkpoint(model, tmp_path)
    again = load_checkpoint(tmp_path)
    assert again.embedding.weight.dtype == torch.float32
    assert torch.equal(again.embedding.weight, model.embedding.weight.float())


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
    theirs = llama(rope_parameters={"rope_type": "default", "rope_theta": 500.0})
    theirs.save_pretrained(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    del values["rope_parameters"]
    (tmp_path / "config.json").write_text(
        json.dumps(values | {"rope_theta": 500.0, "rope_scaling": None})
    )
    assert load_checkpoint(tmp_path).config.rope_theta == 500.0


def test_a_cut_off_file_is_an_error(folder):
    file = folder / "model.safetensors"
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(UserError, match="cut off or is no safetensors"):
        load_checkpoint(folder)


def test_no_weights_is_an_error(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(UserError, match=r"no model\.safetensors.*pickled weights are not read"):
        load_checkpoint(folder)


def test_a_missing_shard_is_an_error(tmp_path):
    gpt2().save_pretrained(tmp_path, max_shard_size="10KB")
    min(tmp_path.glob("model-0*.safetensors")).unlink()
    with pytest.raises(UserError, match="has no model-00001-of"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("transformer.ln_f.weight"), "lacks the tensor ln_f.weight"),
        (lambda t: t.update(score=torch.ones(2)), "1 tensors too many, such as score"),
        (
            lambda t: t.update({"transformer.ln_f.weight": torch.ones(31)}),
            r"holds ln_f.weight as \(31,\) instead of \(32,\)",
        ),
    ],
)
def test_tensors_that_do_not_fit_are_an_error(change, message, folder):
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    change(tensors)
    safetensors.torch.save_file(tensors, folder / "model.safetensors")
    with pytest.raises(UserError, match=message):
        load_checkpoint(folder)


def test_weights_of_another_run_are_an_error(tmp_path):
    save_checkpoint(GPT(Config(vocab_size=40, n_embd=32)), tmp_path)
    save_weights(GPT(Config(vocab_size=40, n_embd=64)), tmp_path / "model.safetensors")
    with pytest.raises(UserError, match="do not belong together"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "bert"}, "a model of type 'bert'"),
        ({"activation_function": "relu"}, "activation_function is 'relu'"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx is True"),
        ({"n_head": 5}, "5 heads cannot share"),
    ],
)
def test_another_architecture_is_an_error(changes, message, folder):
    edit(folder, **changes)
    with pytest.raises(UserError, match=message):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}}, "rope_type is 'llama3'"),
        ({"head_dim": 16}, "head_dim is 16"),
        ({"attention_bias": True}, "attention_bias is True"),
    ],
)
def test_another_llama_is_an_error(changes, message, tmp_path):
    llama().save_pretrained(tmp_path)
    edit(tmp_path, **changes)
    with pytest.raises(UserError, match=message):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is no JSON"), ("[]", "holds no JSON object"), ('{"model_type": "gpt2"}', "lacks 'v")],
)
def test_a_damaged_config_is_an_error(text, message, folder):
    (folder / "config.json").write_text(text)
    with pytest.raises(UserError, match=message):
        load_checkpoint(folder)


def test_a_folder_without_a_checkpoint_is_an_error(tmp_path):
    with pytest.raises(UserError, match=r"is no checkpoint: it has no config\.json"):
        load_checkpoint(tmp_path)
    with pytest.raises(UserError, match="There is no folder"):
        load_checkpoint(tmp_path / "nothing")


def test_a_hub_id_is_found_in_the_hubs_cache(folder, tmp_path, monkeypatch):
    """The cache as the hub's client lays it out, and no network."""
    repository = tmp_path / "hub" / "models--somebody--small"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    (repository / "snapshots").mkdir()
    folder.rename(repository / "snapshots" / "abc")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert load_checkpoint("somebody/small").config.n_embd == 32
    with pytest.raises(UserError, match="no folder here, and the hub gave no such model"):
        load_checkpoint("somebody/else")


def test_a_disk_that_fills_leaves_the_old_checkpoint(tmp_path):
    small, large = (GPT(Config(vocab_size=40, n_embd=32, mlp_width=w)) for w in (8, 9000))
    save_checkpoint(small, tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(UserError, match="could not be written"):
            save_weights(large, tmp_path / "model.safetensors")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert torch.equal(load_checkpoint(tmp_path).norm.weight, small.norm.weight)
    assert len(list(tmp_path.iterdir())) == 2
