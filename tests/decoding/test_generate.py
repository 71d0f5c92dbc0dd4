"""The loop: against transformers, batch against single, every reason to stop, and the stream."""

import itertools

import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.decoding import Completion, Sampler, generate, stream
from llmcourse.errors import UserError
from llmcourse.network import GPT, Config, load_checkpoint

GREEDY = Sampler(temperature=0)
PROMPTS = [[5, 6, 7], [1, 2, 3, 4, 5, 6, 9, 8], [9]]
ENDS = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": 0}


class Pieces:
    """A tokenizer whose tokens are the given pieces of bytes."""

    def __init__(self, pieces: list[bytes]):
        self.pieces = pieces

    def encode(self, text: str) -> list[int]:
        return [self.pieces.index(text.encode())]

    def decode_bytes(self, ids: list[int]) -> bytes:
        return b"".join(self.pieces[i] for i in ids)


class Counting(GPT):
    """A network that says token n + 1 after token n, in whatever context."""

    def __init__(self, vocab_size: int, block_size: int = 1000):
        super().__init__(
            Config(vocab_size=vocab_size, n_layer=1, n_head=1, n_embd=2, block_size=block_size)
        )

    def embed(self, ids, positions):
        return torch.nn.functional.one_hot(ids + 1, self.config.vocab_size + 1).float()

    def trunk(self, x, positions, mask=None, cache=None):
        cache.layers[0].append(x[:, None, :, :1], x[:, None, :, :1])
        return x

    def head(self, x):
        return x[..., :-1]


def random_model(**choices) -> GPT:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=30, n_layer=2, n_head=4, n_embd=32, **choices))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.4)
    return model


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def pair(request, tmp_path_factory):
    """A model of transformers and ours with its weights."""
    torch.manual_seed(0)
    if request.param == "gpt2":
        config = transformers.GPT2Config(
            vocab_size=30, n_positions=32, n_embd=32, n_layer=2, n_head=4, **ENDS
        )
    else:
        config = transformers.LlamaConfig(
            vocab_size=30,
            max_position_embeddings=32,
            hidden_size=32,
            intermediate_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            **ENDS,
        )
    theirs = transformers.AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.4)
    folder = tmp_path_factory.mktemp(request.param)
    transformers.utils.logging.disable_progress_bar()
    theirs.save_pretrained(folder)
    return theirs, load_checkpoint(folder)


@pytest.mark.parametrize("penalty", [1.0, 1.3])
def test_greedy_tokens_are_those_of_transformers_left_padded(pair, penalty):
    theirs, ours = pair
    longest = max(map(len, PROMPTS))
    padded = torch.tensor([[0] * (longest - len(p)) + p for p in PROMPTS])
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in PROMPTS])
    sampler = Sampler(temperature=0, repetition_penalty=penalty)
    completions = generate(ours, PROMPTS, max_new_tokens=20, sampler=sampler)
    if penalty == 1:
        expected = theirs.generate(padded, attention_mask=mask, max_new_tokens=20, do_sample=False)[
            :, longest:
        ].tolist()
    else:  # theirs would count the padding as seen, so each alone
        expected = [
            theirs.generate(
                torch.tensor([prompt]),
                attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                max_new_tokens=20,
                do_sample=False,
                repetition_penalty=penalty,
            )[0, len(prompt) :].tolist()
            for prompt in PROMPTS
        ]
    assert [completion.ids for completion in completions] == expected
    assert len(set(map(tuple, expected))) == 3


@pytest.mark.parametrize("position", ["none", "learned", "sinusoidal", "rope", "alibi"])
@pytest.mark.parametrize("window", [0, 4])
def test_a_batch_gives_what_each_prompt_gives_alone_until_its_context_is_full(position, window):
    model = random_model(block_size=12, position=position, window=window)
    together = generate(model, PROMPTS, max_new_tokens=11, sampler=GREEDY)
    for prompt, completion in zip(PROMPTS, together, strict=True):
        assert generate(model, [prompt], max_new_tokens=11, sampler=GREEDY) == [completion]
        ids = prompt.copy()
        for token in completion.ids:  # and no cache at all
            assert model(torch.tensor([ids]))[0, -1].argmax() == token
            ids.append(token)
    assert [len(completion.ids) for completion in together] == [10, 5, 11]
    assert [completion.stopped for completion in together] == ["context", "context", "length"]


def test_a_prompt_that_fills_the_context_gets_one_token():
    (completion,) = generate(random_model(block_size=8), [PROMPTS[1]], max_new_tokens=5)
    assert (len(completion.ids), completion.stopped) == (1, "context")


def test_the_end_token_stops_its_row_alone():
    model = Counting(20)
    completions = generate(model, [[3], [7, 1], [12]], max_new_tokens=4, sampler=GREEDY, end=6)
    assert completions == [
        Completion([4, 5], "end"),
        Completion([2, 3, 4, 5], "length"),
        Completion([13, 14, 15, 16], "length"),
    ]


def test_padding_does_not_count_as_seen():
    """A penalty on token 0, which pads, would show."""
    model, sampler = random_model(), Sampler(temperature=0, repetition_penalty=5.0)
    together = generate(model, PROMPTS, max_new_tokens=12, sampler=sampler)
    alone = [generate(model, [p], max_new_tokens=12, sampler=sampler)[0] for p in PROMPTS]
    assert together == alone
    assert any(0 in completion.ids for completion in alone)


def test_a_seed_repeats_and_another_does_not():
    def ids(seed: int) -> list[Completion]:
        return generate(random_model(), PROMPTS, max_new_tokens=15, sampler=Sampler(seed=seed))

    assert ids(1) == ids(1)
    assert ids(1) != ids(2)


def test_generation_leaves_gradients_as_they_were():
    model = random_model()
    pieces = stream(model, Pieces([bytes([65 + i]) for i in range(30)]), [1], max_new_tokens=3)
    next(pieces)
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    model(torch.tensor([[1, 2]])).sum().backward()
    assert model.norm.weight.grad is not None


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        ([[1], []], "A prompt is empty"),
        ([list(range(13))], "13 tokens long; this model reads 12"),
        ([[1, 30]], "ids 1 to 30; this model knows 0 to 29"),
        ([[-1, 3]], "ids -1 to 3"),
    ],
)
@pytest.mark.parametrize("position", ["learned", "rope"])
def test_a_prompt_that_cannot_be_continued_is_an_error(prompts, message, position):
    model = random_model(block_size=12, position=position)
    with pytest.raises(UserError, match=message):
        generate(model, prompts, max_new_tokens=3)


def test_a_stream_refuses_before_its_first_piece():
    model, tokenizer = random_model(), Pieces([b"a", b"b"])
    with pytest.raises(UserError, match="max_new_tokens is 0"):
        stream(model, tokenizer, "a", max_new_tokens=0)
    with pytest.raises(UserError, match="A prompt is empty"):
        stream(model, tokenizer, [], max_new_tokens=1)
    with pytest.raises(UserError, match="A stop string is empty"):
        stream(model, tokenizer, "a", max_new_tokens=1, stop=["", "b"])


def test_a_stream_says_why_it_stopped():
    model, tokenizer = Counting(6), Pieces([b"0", b"1", b"2", b"3", b"4", b"5"])

    def run(**limits) -> tuple[str, str | None, list[int]]:
        pieces = stream(model, tokenizer, "0", sampler=GREEDY, **limits)
        return "".join(pieces), pieces.stopped, pieces.ids

    assert run(max_new_tokens=3) == ("123", "length", [1, 2, 3])
    assert run(max_new_tokens=9, end=3) == ("12", "end", [1, 2])
    assert run(max_new_tokens=9, stop="34") == ("12", "stop string", [1, 2, 3, 4])
    assert run(max_new_tokens=4, stop=["34"]) == ("12", "stop string", [1, 2, 3, 4])
    assert run(max_new_tokens=3, stop=["34"]) == ("123", "length", [1, 2, 3])
    model = Counting(6, block_size=2)
    assert run(max_new_tokens=9) == ("12", "context", [1, 2])


def test_a_stream_shows_text_as_soon_as_it_is_certain():
    tokenizer = Pieces([b"0", b"a", b"b", b"c", b"d"])
    pieces = stream(Counting(5), tokenizer, "0", max_new_tokens=4, sampler=GREEDY, stop=["cX"])
    assert pieces.stopped is None
    assert list(pieces) == ["a", "b", "cd"]


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="ab水🎉\n", min_size=1, max_size=12),
    st.lists(st.integers(0, 100), max_size=20),
    st.lists(st.text(alphabet="ab水🎉", min_size=1, max_size=3), max_size=2),
)
def test_a_stream_is_the_text_of_generate_wherever_the_tokens_end(text, places, stops):
    """The network says a text cut into tokens at random bytes."""
    data = text.encode()
    edges = sorted({0, len(data), *(place % len(data) for place in places)})
    pieces = [b"(start)", *(data[a:b] for a, b in itertools.pairwise(edges))]
    tokenizer, model = Pieces(pieces), Counting(len(pieces))
    count = len(pieces) - 1
    (completion,) = generate(model, [[0]], max_new_tokens=count, sampler=GREEDY)
    whole = tokenizer.decode_bytes(completion.ids).decode()
    assert whole == text

    shown = list(stream(model, tokenizer, [0], max_new_tokens=count, sampler=GREEDY))
    assert "".join(shown) == text
    assert all(shown)

    cut = "".join(stream(model, tokenizer, [0], max_new_tokens=count, sampler=GREEDY, stop=stops))
    ends = [text.find(stop) + len(stop) for stop in stops if stop in text]
    expected = text[: min(ends)] if ends else text
    for stop in sorted(stops, key=len, reverse=True):
        if ends and expected.endswith(stop):
            expected = expected.removesuffix(stop)
            break
    assert cut == expected


def test_half_a_character_at_the_end_is_marked():
    tokenizer = Pieces([b"0", b"a", b"\xf0\x9f"])
    pieces = stream(Counting(3), tokenizer, "0", max_new_tokens=2, sampler=GREEDY)
    assert list(pieces) == ["a", "\ufffd"]


def test_no_prompts_have_no_completions():
    assert generate(Counting(9), [], max_new_tokens=3) == []
