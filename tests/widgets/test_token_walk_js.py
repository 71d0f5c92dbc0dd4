"""The figure's own counts, in a browser, against `llmcourse.network.counts`."""

from itertools import product

import pytest

from llmcourse.network import PUBLISHED, Config, flops, parameters
from llmcourse.widgets.token_walk import TokenWalk

CONFIGS = {
    f"{position} {norm} {mlp} {head} {bias}": Config(
        vocab_size=23,
        n_layer=3,
        n_head=4,
        n_kv_head=2,
        n_embd=32,
        block_size=16,
        window=5 if head == "tied" else 0,
        position=position,
        norm=norm,
        mlp=mlp,
        head=head,
        bias=bias,
    )
    for position, norm, mlp, head, bias in product(
        ("learned", "sinusoidal", "rope", "alibi", "none"),
        ("layernorm", "rmsnorm"),
        ("gelu", "swiglu"),
        ("tied", "untied"),
        ("all", "none"),
    )
}


@pytest.fixture
def figure(module):
    return module("token_walk.js")


def summed(steps: list[dict], what: str, parts: dict) -> dict:
    """By part, over all layers."""
    return {
        part: sum(step["times"] * step[what] for step in steps if step["part"] == part)
        for part in parts
    }


def test_the_parameters_are_those_of_the_network(figure):
    for model, config in zip(
        TokenWalk(CONFIGS | PUBLISHED).values["models"],
        (CONFIGS | PUBLISHED).values(),
        strict=True,
    ):
        counted = parameters(config)
        assert summed(figure.call("steps", model, 9), "parameters", counted) == counted
        assert figure.call("totals", model, 9)["parameters"] == sum(counted.values())


def test_the_operations_of_all_tokens_are_those_of_a_text(figure):
    chosen = dict(list(CONFIGS.items())[::7])
    for model, config in zip(TokenWalk(chosen).values["models"], chosen.values(), strict=True):
        counted = flops(config, 8, scores="seen")
        tokens = [
            summed(figure.call("steps", model, seen), "flops", counted) for seen in range(1, 9)
        ]
        assert {part: sum(token[part] for token in tokens) for part in counted} == counted


def test_counts_as_people_say_them(figure):
    said = {4096: "4,096", 999_999: "999,999", 38_597_376: "38.6 million"}
    said |= {8_030_261_248: "8.03 billion", 405_853_388_800: "406 billion", 2e12: "2 trillion"}
    assert {value: figure.call("said", value) for value in said} == said


def test_steps_in_words(figure):
    models = TokenWalk(PUBLISHED).values["models"]
    assert figure.call("describe", models[1], 100, 2) == (
        "Step 3 of 12, q, k, v, in each of 32 blocks: 32 queries and 8 keys and 8 values of width "
        "128, queries and keys turned by its position. 6,144 numbers come out. 25.2 million "
        "parameters a block, 805 million in all: 10 % of the model's 8.03 billion. 1.61 billion "
        "operations for this token, 11 % of 15.1 billion."
    )
    assert "by the embedding's own table. 50,257 numbers come out. No parameters of its own" in (
        figure.call("describe", models[0], 100, 12)
    )


def test_it_answers_to_keys_and_choices(browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content(f"<!doctype html><body>{TokenWalk(PUBLISHED, context=2000).html()}")
    step, seen = (page.locator("input[type=range]").nth(i) for i in (0, 1))
    page.locator(".status", has_text="Step 1 of 13, embedding: its row of a table").wait_for()
    step.press("ArrowRight")
    page.locator(".status", has_text="Step 2 of 13, position: the trained vector").wait_for()
    step.press("End")
    page.locator(".status", has_text="Step 13 of 13, head: a score for each of 50,257").wait_for()
    page.get_by_label("Model").select_option(label="Llama 3 405B")
    page.locator(".status", has_text="Step 12 of 12, head: a score for each of 128,256").wait_for()
    step.press("Home")
    for _ in range(3):
        step.press("ArrowRight")
    seen.press("End")
    page.locator(".status", has_text="each of 128 heads scores the 8,192 tokens").wait_for()
    assert page.locator("tbody tr").count() == 12
    assert errors == []
    page.close()
