import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs import CharTokenizer


def test_ids_are_characters_in_order_then_special_tokens():
    tokenizer = CharTokenizer.train(["bank", "river"])
    assert "".join(tokenizer.characters) == "abeiknrv"
    assert tokenizer.encode("barn") == [1, 0, 6, 5]
    assert tokenizer.vocab_size == 9
    assert tokenizer.special_tokens == {"<|endoftext|>": 8}
    assert tokenizer.encode("bank<|endoftext|>", "all") == [*tokenizer.encode("bank"), 8]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_decoding_gives_the_text_back(text: str):
    tokenizer = CharTokenizer.train(text)
    assert len(tokenizer.encode(text)) == len(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.decode_bytes(tokenizer.encode(text)) == text.encode()


def test_an_unknown_character_is_named_with_its_place():
    tokenizer = CharTokenizer.train("the river")
    with pytest.raises(UserError, match=r"'é' \(U\+00E9\) at position 5 is not one of the 7"):
        tokenizer.encode("the réver")


def test_a_special_token_that_is_not_allowed_is_ordinary_text():
    tokenizer = CharTokenizer.train("<|endoftext|>")
    assert len(tokenizer.encode("<|endoftext|>")) == 13


def test_an_id_out_of_range():
    with pytest.raises(UserError, match="token id 3 is not in this vocabulary of 3"):
        CharTokenizer.train("ab").decode([3])
