"""The files of weights: shards that are elsewhere, files cut off, pickles, a full disk."""

import json
import os
import resource
from pathlib import Path

import pytest
import safetensors.torch
import torch

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config, load_checkpoint, save_checkpoint
from llmcourse.network.weights import INDEX, WEIGHTS, read_tensors, save_weights
from tests.network.small_models import gpt2


def edit_index(folder: Path, **places: object) -> None:
    index = json.loads((folder / INDEX).read_text())
    index["weight_map"] |= places
    (folder / INDEX).write_text(json.dumps(index))


def test_a_shard_that_is_not_there(sharded):
    first = min(sharded.glob("model-0*.safetensors"))
    first.unlink()
    with pytest.raises(UserError, match=rf"The checkpoint {sharded} has no {first.name}\."):
        load_checkpoint(sharded)


@pytest.mark.parametrize("name", ["transformer.ghost", "transformer.ln_f.weight"])
def test_an_index_that_names_a_tensor_where_it_is_not(name, sharded):
    first = min(sharded.glob("model-0*.safetensors")).name
    edit_index(sharded, **{name: first})
    message = rf"{INDEX} says that {name} lies in {first}, and it does not"
    with pytest.raises(UserError, match=message):
        load_checkpoint(sharded)


@pytest.mark.parametrize("file", ["../gpt2/model.safetensors", "/model.safetensors", 3, None])
def test_an_index_that_points_elsewhere(file, sharded):
    edit_index(sharded, **{"transformer.ln_f.weight": file})
    with pytest.raises(UserError, match=r"ln_f.weight lies in .*, which is no file beside it"):
        load_checkpoint(sharded)


@pytest.mark.parametrize("text", ["{}", '{"weight_map": []}', '{"weight_map": {}}'])
def test_an_index_that_says_nothing(text, sharded):
    (sharded / INDEX).write_text(text)
    with pytest.raises(UserError, match=f"{INDEX} does not say which file holds which tensor"):
        load_checkpoint(sharded)


def test_an_index_that_is_no_json(sharded):
    (sharded / INDEX).write_text("{")
    with pytest.raises(UserError, match=f"{INDEX} is no JSON"):
        load_checkpoint(sharded)


def test_one_file_counts_more_than_shards(sharded):
    """As in transformers."""
    tensors = {name: tensor + 1 for name, tensor in read_tensors(sharded).items()}
    safetensors.torch.save_file(tensors, sharded / WEIGHTS)
    assert torch.equal(load_checkpoint(sharded).norm.bias, tensors["transformer.ln_f.bias"])


@pytest.mark.parametrize("left", [0.5, 0.0, 0.001])
def test_a_file_that_is_cut_off(left, folder):
    file = folder / WEIGHTS
    os.truncate(file, int(file.stat().st_size * left))
    with pytest.raises(UserError, match=f"{file} is cut off or is no safetensors file"):
        load_checkpoint(folder)


def test_a_shard_that_is_cut_off(sharded):
    last = max(sharded.glob("model-0*.safetensors"))
    os.truncate(last, last.stat().st_size - 1)
    with pytest.raises(UserError, match=f"{last.name} is cut off or is no safetensors file"):
        load_checkpoint(sharded)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "consolidated.00.pth", "model.pt"])
def test_a_pickle_is_refused_with_advice(name, folder):
    torch.save(gpt2().state_dict(), folder / name)
    (folder / WEIGHTS).unlink()
    message = rf"has no {WEIGHTS} but {name}, a pickle, .* run any code\. .* save_pretrained"
    with pytest.raises(UserError, match=message):
        load_checkpoint(folder)


def test_a_pickle_under_another_name_is_refused_too(folder):
    torch.save(gpt2().state_dict(), folder / WEIGHTS)
    with pytest.raises(UserError, match="is no safetensors file"):
        load_checkpoint(folder)


def test_no_weights_at_all(folder):
    (folder / WEIGHTS).unlink()
    with pytest.raises(UserError, match=rf"has no {WEIGHTS}\. Give a complete checkpoint in safet"):
        load_checkpoint(folder)


def test_a_disk_that_fills_leaves_the_old_checkpoint(tmp_path):
    small, large = (GPT(Config(vocab_size=40, n_embd=32, mlp_width=w)) for w in (8, 9000))
    save_checkpoint(small, tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(UserError, match="could not be written"):
            save_weights(large, tmp_path / WEIGHTS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert torch.equal(load_checkpoint(tmp_path).norm.weight, small.norm.weight)
    assert len(list(tmp_path.iterdir())) == 2
