"""The stream against transformers and hand-written sums, the probe against lstsq, the two banks."""

import pytest
import torch
import transformers
from torch import nn

from llmcourse import zoo
from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.network import load_checkpoint
from llmcourse.network.probing import (
    accuracy,
    fit_probe,
    held_out_scores,
    logit_lens,
    residual_stream,
    stage_names,
)
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.meanings import banks

IDS = torch.randint(23, (3, 12), generator=torch.Generator().manual_seed(1))
CLOSE = {"atol": 1e-5, "rtol": 1e-4}


@torch.no_grad()
def test_each_stage_is_the_one_before_and_what_a_branch_adds(model):
    added = []
    for block in model.blocks:
        for branch in (block.attention, block.mlp):
            branch.register_forward_hook(lambda _, __, out: added.append(out))
    stream = residual_stream(model, IDS)
    assert stream.shape == (len(stage_names(model)), *IDS.shape, model.config.n_embd)
    assert torch.equal(stream[0], model.embed(IDS, torch.arange(12)))
    torch.testing.assert_close(stream[1:] - stream[:-1], torch.stack(added), **CLOSE)
    assert not stream.requires_grad


@torch.no_grad()
def test_the_lens_ends_in_the_networks_own_logits(model):
    lens = logit_lens(model, IDS)
    torch.testing.assert_close(lens[-1], model(IDS), **CLOSE)
    at_once = model.unembedding(model.norm(model.embed(IDS, torch.arange(12))))
    torch.testing.assert_close(lens[0], at_once, **CLOSE)


def test_listening_ends_with_the_call_even_when_it_fails(model):
    before = model(IDS)
    with pytest.raises(UserError, match="this model reads 16"):
        residual_stream(model, torch.zeros(1, 17, dtype=torch.long))
    residual_stream(model, IDS)
    assert not any(part._forward_pre_hooks for part in model.modules())
    assert torch.equal(model(IDS), before)


def test_what_fills_a_row_up_changes_nothing_before_it(model):
    filled = torch.cat([IDS, IDS[:, :4]], dim=1)
    torch.testing.assert_close(
        residual_stream(model, filled)[:, :, :12], residual_stream(model, IDS), **CLOSE
    )


def test_transformers_hidden_states_are_the_ends_of_the_layers(tmp_path):
    torch.manual_seed(0)
    shape = {"vocab_size": 50, "n_positions": 16, "n_embd": 32, "n_layer": 3, "n_head": 4}
    ends = {"bos_token_id": 0, "eos_token_id": 0, "initializer_range": 0.2}
    theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(**shape, **ends)).eval()
    theirs.save_pretrained(tmp_path)
    with torch.no_grad():
        *states, normed = theirs(IDS, output_hidden_states=True).hidden_states
    network = load_checkpoint(tmp_path)
    stream = residual_stream(network, IDS)
    torch.testing.assert_close(stream[:-2:2], torch.stack(states), **CLOSE)
    torch.testing.assert_close(network.norm(stream[-1]), normed, **CLOSE)


def clouds(n: int, C: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    """Two overlapping clouds, one a third as large as the other."""
    generator = torch.Generator().manual_seed(n)
    labels = torch.arange(n) % 4 == 0
    x = torch.randn(n, C, generator=generator) + labels[:, None] * torch.linspace(0, 2, C) + 5
    return x, labels


def test_the_probe_is_ridge_regression():
    """The same minimum, from least squares on a system with √λ·I below it."""
    x, labels = clouds(80)
    probe = fit_probe(x, labels, ridge=0.3)
    x, y = x.double(), labels.double() * 2 - 1
    x0, y0 = x - x.mean(0), y - y.mean()
    root = (0.3 * x0.square().sum() / 6).sqrt()
    below = torch.cat([x0, root * torch.eye(6)]), torch.cat([y0, torch.zeros(6)])
    expected = torch.linalg.lstsq(below[0], below[1][:, None]).solution[:, 0]
    torch.testing.assert_close(probe.weight, expected)
    torch.testing.assert_close(probe.scores(x).mean(), y.mean())


def test_the_same_ridge_means_the_same_at_every_scale():
    x, labels = clouds(60)
    small, large = fit_probe(x, labels), fit_probe(1000 * x, labels)
    torch.testing.assert_close(large.weight * 1000, small.weight, atol=1e-6, rtol=1e-5)


def test_vectors_that_are_all_alike_get_one_answer():
    x, labels = torch.randn(1, 16).expand(40, 16), torch.arange(40) % 3 == 0
    scores = fit_probe(x, labels).scores(x)
    assert len((scores > 0).unique()) == 1
    assert accuracy(scores, labels) == 0.5


def test_no_example_is_scored_by_a_probe_that_saw_its_group():
    """Each group has a direction of its own, so only one that was learnt by heart is known."""
    groups = [number // 5 for number in range(100)]
    x = torch.eye(20)[groups]
    labels = torch.tensor([group % 2 == 0 for group in groups])
    assert accuracy(fit_probe(x, labels).scores(x), labels) == 1
    held_out = held_out_scores(x, labels, groups, folds=20)
    assert accuracy(held_out, labels) <= 0.5
    assert accuracy(held_out_scores(x, labels, range(100)), labels) == 1


def test_held_out_scores_are_those_of_the_other_parts_probe():
    x, labels = clouds(40)
    groups = torch.arange(40).remainder(2).tolist()
    scores = held_out_scores(x, labels | (torch.arange(40) % 5 == 0), groups, folds=2)
    even = torch.arange(40) % 2 == 0
    probe = fit_probe(x[even], (labels | (torch.arange(40) % 5 == 0))[even])
    torch.testing.assert_close(scores[~even], probe.scores(x[~even]))


def test_what_no_probe_can_learn_from_is_an_error():
    x, labels = clouds(8)
    with pytest.raises(UserError, match="All labels are alike"):
        fit_probe(x, torch.ones(8, dtype=torch.bool))
    with pytest.raises(UserError, match="3 groups cannot be dealt to 5 parts"):
        held_out_scores(x, labels, "aabbccaa")


@pytest.fixture(scope="module")
def riverbank() -> zoo.LanguageModel:
    """The course's own model, from the user's cache; trained first (3 minutes) where it is not."""
    return zoo.load("riverbank")


def test_the_two_banks_come_apart_and_a_control_does_not(riverbank):
    """What the page `inside` says: chance from the word alone, 0.97 once it has its company."""
    network = riverbank.network
    stories = load_corpus("riverbank", "validation", n=4000)["text"]
    found = list(
        {(b.sentence, b.meaning): b for b in reversed(banks(Riverbank(), stories))}.values()
    )
    texts = [torch.tensor(riverbank.begin(b.story[: b.offset + 4])) for b in found]
    ids = nn.utils.rnn.pad_sequence(texts, batch_first=True)
    places = torch.tensor([len(text) - 1 for text in texts])
    x = residual_stream(network, ids)[:, torch.arange(len(ids)), places]
    labels = torch.tensor([b.meaning == "river" for b in found])
    sentences = [b.sentence for b in found]
    right = [accuracy(held_out_scores(stage, labels, sentences), labels) for stage in x]
    assert right[0] < 0.6
    assert max(right) >= 0.97
    shuffled = labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))]
    assert 0.35 < accuracy(held_out_scores(x[1], shuffled, sentences), shuffled) < 0.65
