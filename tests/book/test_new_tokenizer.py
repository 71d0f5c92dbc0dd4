"""What a new tokenizer costs: the parts of the measurement, and what the page says of it."""

import importlib.util
import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from llmcourse.inputs import BPETokenizer
from llmcourse.network import GPT, Config
from llmcourse.pages import measured
from llmcourse.training import PRESETS

ROOT = Path(__file__).parents[2]
RUNS = {"fresh", "fresh, whole recipe"} | {
    f"{table}, {trained}" for table in ("random", "spelled") for trained in ("all", "table")
}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "book" / "measure" / "new_tokenizer.py"
    spec = importlib.util.spec_from_file_location("new_tokenizer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def network() -> GPT:
    torch.manual_seed(1)
    shape = Config(
        vocab_size=300, n_layer=1, n_head=2, n_embd=16, block_size=32, head="tied", mlp="gelu"
    )
    return GPT(shape)


@pytest.fixture(scope="module")
def old() -> BPETokenizer:
    return BPETokenizer.train("the cat, the hat, the cat, the hat", 262)


@pytest.fixture(scope="module")
def new() -> BPETokenizer:
    return BPETokenizer.train("chat that chat that chat that", 260)


def test_a_row_of_ids_has_an_end_of_text_around_each_text(script, old):
    ids = script.in_a_row(["the", "cat"], old).tolist()
    end = old.end_of_text
    assert ids == [end, *old.encode("the"), end, *old.encode("cat"), end]


def test_ids_are_renumbered_by_their_order_without_gaps(script):
    rows = [np.array([7, 100_257, 7], np.uint32), np.array([9], np.uint32)]
    used, places = script.renumbered(rows)
    assert used.tolist() == [7, 9, 100_257]
    assert [row.tolist() for row in places] == [[0, 2, 0], [1]]


def test_a_token_is_spelled_by_itself_where_the_old_tokenizer_has_it(script, old, new):
    every = sorted([*new.tokens.values(), new.end_of_text])
    spelled = dict(zip(every, script.spellings(every, new, old), strict=True))
    assert spelled[new.end_of_text] == [old.end_of_text]
    for token, i in new.tokens.items():
        assert old.decode_bytes(spelled[i]) == token
        assert (len(spelled[i]) == 1) == (token in old.tokens)
    assert any(len(parts) > 1 for parts in spelled.values())


def test_a_row_is_the_mean_of_the_rows_that_spell_it(script):
    table = torch.tensor([[0.0, 2.0], [4.0, 4.0], [1.0, 1.0]])
    rows = script.mean_rows(table, [[1], [0, 1]])
    assert rows.tolist() == [[4.0, 4.0], [2.0, 3.0]]


def test_a_network_keeps_its_blocks_and_gets_the_rows(script, network):
    parts = [[3], [0, 1]]
    copy = script.with_new_table(network, 2, parts)
    rows = script.mean_rows(network.embedding.weight.detach(), parts)
    torch.testing.assert_close(copy.embedding.weight.detach(), rows)
    assert copy.unembedding.weight is copy.embedding.weight
    kept = network.blocks.state_dict()
    assert all(torch.equal(kept[name], w) for name, w in copy.blocks.state_dict().items())
    other = script.with_new_table(network, 2, None)
    assert not torch.equal(other.embedding.weight, copy.embedding.weight)
    assert torch.equal(other.blocks[0].mlp.out.weight, network.blocks[0].mlp.out.weight)


def test_with_the_table_alone_nothing_else_moves(script, network):
    recipe = replace(
        PRESETS["tiny"], model=network.config, steps=3, batch_tokens=64, optimizer="adamw"
    )
    ids = np.array([0, *range(1, 20), 0, *range(5, 30), 0], np.uint16)
    before = {name: w.clone() for name, w in network.state_dict().items()}
    script.table_alone(network)
    assert list(script.training(network, recipe, ids, 0)) == [0, 1, 2, 3]
    moved = {name for name, w in network.state_dict().items() if not torch.equal(w, before[name])}
    assert moved == {"embedding.weight", "unembedding.weight"}


def test_the_measurement_has_what_the_page_reads(script):
    found = measured("new_tokenizer")
    assert found["command"] == "python book/measure/new_tokenizer.py"
    assert 0 < found["copied"] < found["used"]
    assert set(found["curves"]) == RUNS
    for name, curve in found["curves"].items():
        steps, losses = zip(*curve, strict=True)
        last = script.RECIPE.steps if name == "fresh, whole recipe" else script.STEPS
        assert list(steps) == sorted(step for step in script.MARKS if step <= last)
        assert all(math.isfinite(loss) and loss > found["floor"] for loss in losses)
    assert found["before"] > found["floor"]


def test_what_the_page_says_of_the_runs_holds():
    found = measured("new_tokenizer")
    begun = {name: curve[0][1] for name, curve in found["curves"].items()}
    ended = {name: curve[-1][1] - found["floor"] for name, curve in found["curves"].items()}
    before = found["before"] - found["floor"]
    # Inherited rows save a good part of the training, and not all of it.
    assert begun["spelled, all"] < begun["fresh"] / 2
    assert before < ended["spelled, all"] < ended["fresh"] / 1.5
    whole = dict(found["curves"]["fresh, whole recipe"])
    near = [step for step, loss in whole.items() if loss - found["floor"] <= ended["spelled, all"]]
    assert min(near) > 2 * found["curves"]["spelled, all"][-1][0]
    # To train the table alone does nearly as well, where its rows are spelled.
    assert ended["spelled, table"] < 1.5 * ended["spelled, all"]
    # With random rows the trained blocks are of no use, and with the table alone it is far worse.
    assert ended["random, all"] > ended["fresh"]
    assert ended["random, table"] > 5 * ended["random, all"]
