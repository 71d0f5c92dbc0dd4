"""Our own checkpoints, the hub's, and every way in which one can be wrong."""

import socket
from pathlib import Path

import pytest
import safetensors.torch
import torch

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config, load_checkpoint, save_checkpoint
from llmcourse.network.weights import save_weights
from tests.hub import in_a_process, served
from tests.network.small_models import edit


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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("transformer.ln_f.weight"), r"it lacks ln_f\.weight\."),
        (
            lambda t: [t.pop(name) for name in list(t) if "ln_" in name],
            r"it lacks h\.0\.ln_1\.bias, h\.0\.ln_1\.weight, h\.0\.ln_2\.bias and 7 more\.",
        ),
        (lambda t: t.update(score=torch.ones(2)), "it holds score, which it should not"),
        (
            lambda t: t.update({"transformer.ln_f.weight": torch.ones(31)}),
            r"it holds ln_f\.weight as \(31,\) instead of \(32,\)\.",
        ),
        (
            lambda t: t.update(
                {
                    "transformer.wte.weight": torch.ones(41, 32),
                    "transformer.ln_f.bias": torch.ones(2),
                }
            ),
            r"ln_f\.bias as \(2,\) instead of \(32,\), wte\.weight as \(41, 32\) instead of \(40,",
        ),
        (
            lambda t: t.update({"transformer.h.0.mlp.c_fc.weight": torch.ones(128, 32)}),
            r"h\.0\.mlp\.c_fc\.weight as \(128, 32\) instead of \(32, 128\)",
        ),
        (
            lambda t: t.update({"lm_head.weight": t.pop("transformer.wte.weight")}),
            r"it lacks wte\.weight\.",
        ),
        (
            lambda t: t.update({"transformer.ln_f.weight": torch.ones(32, dtype=torch.int8)}),
            r"it holds whole numbers in ln_f\.weight",
        ),
        (
            lambda t: t.update({"a": torch.ones(2), "transformer.ln_f.bias": torch.ones(2)}),
            r"it holds a, which it should not; it holds ln_f\.bias as \(2,\)",
        ),
    ],
    ids=["missing", "many", "extra", "shape", "shapes", "transposed", "renamed", "kind", "both"],
)
def test_tensors_that_do_not_fit_are_an_error(change, message, folder):
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    change(tensors)
    safetensors.torch.save_file(tensors, folder / "model.safetensors")
    with pytest.raises(UserError, match=f"do not fit its config.json: .*{message}"):
        load_checkpoint(folder)


def test_weights_of_another_run_are_an_error(tmp_path):
    save_checkpoint(GPT(Config(vocab_size=40, n_embd=32)), tmp_path)
    save_weights(GPT(Config(vocab_size=40, n_embd=64)), tmp_path / "model.safetensors")
    with pytest.raises(UserError, match=r"norm\.weight as .*Use both from one checkpoint"):
        load_checkpoint(tmp_path)


def test_a_size_that_no_memory_holds_is_an_error_before_memory_is_asked_for(folder, tmp_path):
    edit(folder, vocab_size=10**12)
    with pytest.raises(UserError, match=r"wte\.weight as \(40, 32\) instead of \(1000000000000,"):
        load_checkpoint(folder)
    save_checkpoint(GPT(Config(vocab_size=40, n_embd=32)), tmp_path / "own")
    edit(tmp_path / "own", model={"vocab_size": 10**12, "n_embd": 32})
    with pytest.raises(UserError, match=r"embedding\.weight as \(40, 32\) instead of \(10000000"):
        load_checkpoint(tmp_path / "own")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"vocab_size": "40"}, "vocab_size is '40'. Give a whole number, 1 or more."),
        ({"vocab_size": 40, "n_head": 3, "n_embd": 32}, "3 heads cannot share a width of 32"),
        ({"vocab_size": 40, "window": None}, "window is None. Give a whole number, 0 or more."),
        ({"vocab_size": 40, "position": ["rope"]}, "position is ['rope'], which is not one of"),
        ({"vocab_size": 40, "dropout": 0.1}, "unknown fields ['dropout']"),
        ({}, "no vocab_size"),
    ],
)
def test_our_own_config_with_a_value_that_cannot_be(model, message, tmp_path, unchecked):
    save_checkpoint(GPT(Config(vocab_size=40, n_embd=32)), tmp_path)
    edit(tmp_path, model=model)
    with pytest.raises(UserError) as caught:
        load_checkpoint(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'config.json'}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"model_type": "bert"}', "a model of type 'bert'. Known are .* gpt2, llama, mistral"),
        ('{"model_type": ["gpt2"]}', r"a model of type \['gpt2'\]"),
        ('{"n_layer": 2}', "does not say what model it describes. Known are"),
        ('{"model": "gpt2"}', "does not say what model it describes"),
        ('{"model_type": "gpt2"}', "lacks 'vocab_size'"),
        ("{", "is no JSON"),
        ("\0\udcff", "is no JSON"),
        ("[]", "holds no JSON object"),
    ],
)
def test_a_config_of_another_architecture_or_of_none(text, message, folder):
    (folder / "config.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UserError, match=f"config.json .*{message}"):
        load_checkpoint(folder)


def test_a_folder_without_a_checkpoint(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"empty is no checkpoint: it has no config\.json"):
        load_checkpoint(tmp_path / "empty")
    with pytest.raises(UserError, match="There is no folder"):
        load_checkpoint(tmp_path / "nothing")
    file = folder / "model.safetensors"
    with pytest.raises(UserError, match=f"{file} is a file, and a checkpoint is a folder. Give "):
        load_checkpoint(file)
    (folder / "config.json").unlink()
    (folder / "config.json").mkdir()
    with pytest.raises(UserError, match=r"config\.json could not be read: Is a directory"):
        load_checkpoint(folder)


HUB_SCRIPT = """
    import json, sys, time
    from llmcourse.errors import UserError
    from llmcourse.network import load_checkpoint, save_checkpoint

    found = {}
    for name in NAMES:
        started = time.monotonic()
        try:
            save_checkpoint(load_checkpoint(name), OUT)
            found[name] = "read"
        except UserError as error:
            found[name] = str(error)
        found["seconds"] = time.monotonic() - started
    print(json.dumps(found))
    """


def ask_hub(out: Path, *names: str, **environment: str) -> dict:
    script = HUB_SCRIPT.replace("NAMES", repr(names)).replace("OUT", repr(str(out)))
    return in_a_process(script, HF_HOME=str(out.parent / "cache"), **environment)


def test_a_model_of_the_hub(sharded, tmp_path):
    """By its name, downloaded; then from the cache, from a hub that is not there any more."""
    out = tmp_path / "out"
    (sharded / "pytorch_model.bin").write_bytes(b"never asked for")
    (sharded / "README.md").write_text("# A small model\n")
    expected = load_checkpoint(sharded).state_dict()
    with served("model", "town/gpt2", sharded) as address:
        found = ask_hub(out, "town/gpt2", "town/gone", HF_ENDPOINT=address)
    assert found["town/gpt2"] == "read"
    assert "no folder town/gone here, and no model town/gone on the hub" in found["town/gone"]
    kept = {path.name for path in (tmp_path / "cache").rglob("*") if path.is_symlink()}
    assert kept == {"config.json", *(path.name for path in sharded.glob("model*"))}

    found = ask_hub(out, "town/gpt2", "town/other", HF_ENDPOINT="http://127.0.0.1:9")
    assert found["town/gpt2"] == "read"
    assert "no folder town/other here, and the Hugging Face hub does not" in found["town/other"]
    assert found["seconds"] < 15
    for name, tensor in load_checkpoint(out).state_dict().items():
        assert torch.equal(tensor, expected[name]), name


def test_a_hub_that_takes_the_call_and_says_nothing_costs_no_patience(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = ask_hub(tmp_path / "out", "town/gpt2", HF_ENDPOINT=address)
    assert "the Hugging Face hub does not answer. Give the folder" in found["town/gpt2"]
    assert found["seconds"] < 15
