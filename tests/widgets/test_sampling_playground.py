"""The playground's values: every logit of the model, in order, small enough for a page."""

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.inputs import BPETokenizer
from llmcourse.network import GPT, Config
from llmcourse.widgets.sampling_playground import NAMED, SamplingPlayground

TEXT = "The bank by the river had no money. The ducks by the river had no bank."


@pytest.fixture(scope="module")
def tokenizer() -> BPETokenizer:
    return BPETokenizer.train([TEXT], 280)


@pytest.fixture(scope="module")
def network(tokenizer) -> GPT:
    torch.manual_seed(0)
    return GPT(Config(vocab_size=tokenizer.vocab_size, n_layer=1, n_head=2, n_embd=16)).eval()


@torch.inference_mode()
def test_the_values_are_the_logits_after_the_prompt_from_the_largest_down(network, tokenizer):
    prompts = ["The bank", "The ducks by"]
    stored = SamplingPlayground(network, tokenizer, prompts).values["prompts"]
    assert [one["text"] for one in stored] == prompts
    for prompt, one in zip(prompts, stored, strict=True):
        ids = [tokenizer.end_of_text, *tokenizer.encode(prompt)]
        logits = network(torch.tensor([ids]))[0, -1]
        assert one["logits"] == pytest.approx(sorted(logits.tolist(), reverse=True), abs=6e-5)
        assert len(one["tokens"]) == NAMED
        best = tokenizer.decode([int(logits.argmax())])
        assert one["tokens"][0] == best


def test_equal_logits_keep_the_order_of_the_ids(tokenizer):
    network = GPT(Config(vocab_size=tokenizer.vocab_size, n_layer=1, n_head=2, n_embd=16)).eval()
    torch.nn.init.zeros_(network.unembedding.weight)
    (one,) = SamplingPlayground(network, tokenizer, ["The"]).values["prompts"]
    assert one["tokens"] == [tokenizer.decode([token]) for token in range(NAMED)]


def test_four_prompts_of_a_vocabulary_like_the_course_model_s_fit_into_a_page(tokenizer):
    torch.manual_seed(0)
    network = GPT(Config(vocab_size=2048, n_layer=1, n_head=2, n_embd=16)).eval()
    with torch.no_grad():
        network.unembedding.weight[tokenizer.vocab_size :] = 0.0  # no text stands for these ids
        network.unembedding.weight[: tokenizer.vocab_size] *= 50
        wide = SamplingPlayground(network, tokenizer, ["The"] * 4)
    assert len(wide.values["prompts"][0]["logits"]) == 2048
    assert len(wide.html()) < 200_000


def test_without_a_prompt_there_is_nothing_to_play_with(network, tokenizer):
    with pytest.raises(UserError, match="no prompt"):
        SamplingPlayground(network, tokenizer, [])


def test_a_prompt_longer_than_the_context_is_an_error(network, tokenizer):
    with pytest.raises(UserError, match="this model reads 256"):
        SamplingPlayground(network, tokenizer, ["x" * 256])
