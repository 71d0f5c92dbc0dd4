from collections import Counter
from random import Random

import pytest

from llmcourse.riverbank.phrases import expand, pick, picks, templates


def test_the_example():
    text, spans = expand("(Call|Ring) {phone}.", {"phone": "01632 960123"}, lambda: 0.0)
    assert (text, spans) == ("Call 01632 960123.", ((5, 17, "phone"),))


def test_every_alternative_is_drawn_and_no_other():
    draw = Random(0).random
    said = Counter(expand("(a|b (c|d)|)x (kept)", {}, draw)[0] for _ in range(2000))
    assert set(said) == {"ax (kept)", "b cx (kept)", "b dx (kept)", "x (kept)"}
    assert said["b cx (kept)"] + said["b dx (kept)"] == pytest.approx(2000 / 3, abs=120)


def test_a_slot_is_drawn_anew_each_time_and_its_places_are_given():
    words = iter(["one", "three"])
    text, spans = expand("{n}, {n} | {n}", {"n": lambda draw: next(words, "x")}, lambda: 0.0)
    assert text == "one, three | x"
    assert [text[start:end] for start, end, _ in spans] == ["one", "three", "x"]


def test_a_slot_without_a_filling_is_an_error():
    with pytest.raises(KeyError, match="who"):
        expand("{who} is there", {}, lambda: 0.0)


def test_templates_are_lines_and_indented_lines_go_on():
    assert templates("""
        one (a|b
            c) d
        two
    """) == ["one (a|b c) d", "two"]


def test_picks_are_different_and_in_any_order():
    draw = Random(1).random
    drawn = Counter(tuple(picks("abc", 2, draw)) for _ in range(6000))
    assert len(drawn) == 6
    assert all(abs(n - 1000) < 150 for n in drawn.values())
    assert sorted(picks("abc", 9, draw)) == ["a", "b", "c"]
    assert {pick("ab", draw) for _ in range(50)} == {"a", "b"}
