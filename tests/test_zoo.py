"""The zoo: trained once, kept, gone on with after an interruption, never older than the code."""

from dataclasses import replace

import pytest

from llmcourse import zoo
from llmcourse.errors import UserError
from llmcourse.network import Config
from llmcourse.training import PRESETS, Stopped, pretrain

SECONDS = replace(
    PRESETS["tiny"],
    model=Config(vocab_size=300, n_layer=1, n_head=2, n_embd=32, block_size=256),
    documents=200,
    batch_tokens=1024,
    steps=6,
    eval_every=6,
    eval_tokens=2000,
)


@pytest.fixture(autouse=True)
def small_zoo(monkeypatch, tmp_path):
    monkeypatch.setenv("LLMCOURSE_CACHE", str(tmp_path))
    monkeypatch.setitem(zoo.RECIPES, "seconds", SECONDS)


def test_a_model_is_trained_once_and_says_so(capsys):
    first = zoo.load("seconds")
    assert "Training the model 'seconds', once" in capsys.readouterr().err
    again = zoo.load("seconds")
    assert capsys.readouterr().err == ""
    assert first.folder == again.folder
    assert first.tokenizer.decode(again.begin("The bank")) == "<|endoftext|>The bank"


def test_an_interrupted_training_goes_on(capsys):
    folder = zoo.user_cache() / "zoo" / f"seconds-{zoo._fingerprint(SECONDS)}"

    def interrupt(report):
        if report.step == 3:
            raise Stopped(3, folder)

    with pytest.raises(Stopped):
        pretrain(replace(SECONDS, checkpoint_every=2), folder, on_step=interrupt)
    (folder / "config.json").write_text(
        (folder / "config.json")
        .read_text()
        .replace('"checkpoint_every": 2', '"checkpoint_every": 250')
    )
    interrupted = zoo.load("seconds").network.state_dict()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    undisturbed = zoo.load("seconds").network.state_dict()
    assert all((interrupted[name] == undisturbed[name]).all() for name in undisturbed)


def test_another_recipe_is_another_model():
    assert zoo._fingerprint(SECONDS) != zoo._fingerprint(replace(SECONDS, seed=1))


def test_the_weights_depend_on_what_training_reaches_and_on_nothing_else():
    reached = zoo._reached_from("llmcourse.training")
    needed = ("network.attention", "inputs.bpe_training", "data.embedded", "riverbank.tales.frame")
    assert {f"llmcourse.{name}" for name in needed} <= set(reached)
    others = ("inputs", "inputs.chat", "riverbank.dirty", "decoding.generate")
    others += ("grading.classroom.grade",)
    assert not {f"llmcourse.{name}" for name in others} & set(reached)


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(UserError, match="riverbank"):
        zoo.load("elephant")
