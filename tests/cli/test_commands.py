"""Every command as a person uses it, and every mistake that a person makes with it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import SECONDS

COMMANDS = ("train", "sample", "chat", "evaluate", "doctor")


def error_of(done) -> str:
    """The one error of a run that must end in one."""
    assert done.returncode == 2, done
    assert done.stderr.count("error: ") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_in_an_example_that_parses(llmcourse, command):
    shown = llmcourse(command, "--help").stdout
    example = re.search(r"Example: (.+?)\s*\Z", shown, re.S)
    assert example, shown
    assert f"llmcourse {command}" in example[1]


def test_help_loads_no_torch():
    script = "import sys; sys.argv = ['llmcourse', '--help']\n"
    script += "from llmcourse.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    script += "print('torch' in sys.modules or 'datasets' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr.strip() == "False"
    assert all(command in done.stdout for command in COMMANDS)


def test_version(llmcourse):
    assert re.fullmatch(r"llmcourse \d+\.\d+\.\d+\n", llmcourse("--version").stdout)


def test_a_run_leaves_what_the_design_names(run_folder):
    names = {path.name for path in run_folder.iterdir() if not path.name.startswith(".")}
    assert names == {
        "config.json",
        "tokenizer.json",
        "model.safetensors",
        "optimizer.safetensors",
        "log.jsonl",
        "samples.txt",
    }
    assert (run_folder / "samples.txt").read_text()


def test_sample_continues_the_prompt_and_repeats_with_the_seed(llmcourse, run_folder, tmp_path):
    wanted = ("sample", run_folder, "--prompt", "The bank", "--count", 2, "--max-tokens", 20)
    first = llmcourse(*wanted, "--seed", 3, "--json", tmp_path / "a.json")
    again = llmcourse(*wanted, "--seed", 3, "--json", tmp_path / "b.json")
    assert first.returncode == again.returncode == 0, first.stderr
    texts = json.loads((tmp_path / "a.json").read_text())["texts"]
    assert texts == json.loads((tmp_path / "b.json").read_text())["texts"]
    assert len(texts) == 2
    assert all(text.startswith("The bank") and text in first.stdout for text in texts)
    llmcourse(*wanted, "--seed", 4, "--json", tmp_path / "next.json")
    others = json.loads((tmp_path / "next.json").read_text())["texts"]
    assert len({*texts, *others}) == 4  # the second text of seed 3 is not the first of seed 4


def test_evaluate_measures_against_the_floor_and_draws(llmcourse, run_folder, tmp_path):
    done = llmcourse(
        *("evaluate", run_folder, "--samples", 2),
        *("--json", tmp_path / "result.json", "--plot", tmp_path / "loss.png"),
    )
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    # Nothing can beat the floor; this model is far above it.
    assert result["loss"] > result["floor"] - 3 * result["error"]
    assert result["above_floor"] == pytest.approx(result["loss"] / result["floor"] - 1)
    assert result["valid_share"] == 0
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert f"{result['loss']:.4f}" in done.stdout


def test_chat_answers_each_line_and_ends_at_an_empty_one(llmcourse, run_folder):
    done = llmcourse("chat", run_folder, "--max-tokens", 5, input="What does Mia do?\nWho?\n\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("you> ") == 3


def test_chat_forgets_the_oldest_turns_and_not_itself(llmcourse, run_folder):
    done = llmcourse("chat", run_folder, "--max-tokens", 60, input="Who is it?\n" * 8)
    assert done.returncode == 0, done.stderr


def test_chat_says_when_a_model_knows_no_dialogues(llmcourse, run_folder, tmp_path, monkeypatch):
    stories = llmcourse("chat", run_folder, "--max-tokens", 5, input="Who is it?\n\n")
    assert stories.stderr.count("\n") == 1
    assert (
        "was trained on riverbank, which has no dialogues: its answers make no sense"
        in stories.stderr
    )
    assert "llmcourse train --data riverbank:dialogues" in stories.stderr
    for data, said in (
        ("riverbank:dialogues", ""),
        ("/home/mia/talks.jsonl", "talks.jsonl; unless that has"),
    ):
        other = tmp_path / "other"
        shutil.copytree(run_folder, other, dirs_exist_ok=True)
        values = json.loads((other / "config.json").read_text())
        values["training"]["data"] = data
        (other / "config.json").write_text(json.dumps(values))
        done = llmcourse("chat", other, "--max-tokens", 5, input="Who is it?\n\n")
        assert done.returncode == 0, done.stderr
        assert said in done.stderr
        assert bool(said) == bool(done.stderr)


def test_chat_with_a_checkpoint_from_elsewhere(llmcourse, run_folder, tmp_path):
    shutil.copytree(run_folder, tmp_path / "other")
    values = json.loads((run_folder / "config.json").read_text())
    (tmp_path / "other" / "config.json").write_text(json.dumps({"model": values["model"]}))
    done = llmcourse("chat", tmp_path / "other", "--max-tokens", 5, input="Who is it?\n\n")
    assert done.returncode == 0, done.stderr
    assert "a text that is not known here" in done.stderr


def test_a_run_on_a_relative_path_is_evaluated_from_anywhere(
    llmcourse, tmp_path, monkeypatch, capsys
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here" / "mine.txt").write_text("the bank by the river had no money. " * 40)
    done = llmcourse("train", *SECONDS, "--data", "mine.txt", "--steps", 2)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "here" / "runs" / "mine"
    monkeypatch.chdir(tmp_path)
    done = llmcourse("evaluate", run)
    assert done.returncode == 0, done.stderr
    (tmp_path / "here" / "mine.txt").rename(tmp_path / "moved.txt")
    error = error_of(llmcourse("evaluate", run))
    assert f"was trained on {tmp_path / 'here' / 'mine.txt'}, which is not there" in error


def test_doctor_finds_a_sound_machine(llmcourse):
    done = llmcourse("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 tokens for the running example" in done.stdout


def test_doctor_says_what_is_wrong(llmcourse, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    done = llmcourse("doctor", LLMCOURSE_CACHE=str(tmp_path / "file" / "cache"))
    assert done.returncode == 1
    assert "LLMCOURSE_CACHE" in done.stdout


def test_doctor_tries_the_sandbox(llmcourse, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    done = llmcourse("doctor", PATH=f"{tmp_path}:{os.environ['PATH']}", COLUMNS="300")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "setting up uid map: Permission denied" in done.stdout


def test_a_model_of_the_zoo_is_trained_as_it_is_named_there(llmcourse, tmp_path):
    wanted = ("train", "--zoo", "riverbank", "--data", "austen", "--out", tmp_path / "x")
    done = llmcourse(*wanted)
    assert done.returncode == 2
    assert "--data, --out would change it" in done.stderr
    assert not (tmp_path / "x").exists()


def test_resume_of_a_finished_run_changes_nothing(llmcourse, run_folder):
    weights = (run_folder / "model.safetensors").read_bytes()
    done = llmcourse("train", "--resume", "--out", run_folder)
    assert done.returncode == 0, done.stderr
    assert (run_folder / "model.safetensors").read_bytes() == weights


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "--preset", "huge"], "no preset 'huge'"),
        (["train", "--data", "nowhere.txt", "--out", "{new}"], "nowhere.txt"),
        (["train", "--data", "{empty}", "--out", "{new}"], "empty"),
        (["train", "--preset", "char", "--data", "{short}", "--out", "{new}"], "too few"),
        (["train", "--vocab-size", "99", "--set", "documents=9", "--out", "{new}"], "lary of 99"),
        (["train", "--set", "n_head=3", "--out", "{new}"], "3 heads"),
        (["train", "--data", "{folder}", "--out", "{new}/deeper"], "holds no corpus"),
        (["train", "--data", "{hi}", "--out", "{new}/deeper"], "hi.txt has 2 characters"),
        (["train", "--seed", "-1", "--out", "{new}/deeper"], "seed is -1"),
        (["sample", "{run}", "--seed", "-1"], "seed is -1. Give a number from 0"),
        (["sample", "{run}", "--temperature", "1e-45"], "temperature is 1e-45"),
        (["train", "--set", "colour=red"], "no setting colour. Choose from: data, subset"),
        (["train", "--set", "stps=9"], "no setting stps. Did you mean steps?"),
        (["train", "--set", "lr=fast"], "lr cannot be 'fast'. Give a number; now it is 0.01."),
        (["train", "--set", "steps=1.5"], "steps cannot be 1.5. Give a whole number; now it is 23"),
        (["train", "--set", "seed=true"], "seed cannot be True. Give a whole number"),
        (["train", "--set", "documents=all"], "Give a whole number; now it is none."),
        (["train", "--set", "rows=lines"], "Give one of documents, windows; now it is documents."),
        (["train", "--set", "betas=[0.9]"], "Give a list of 2 numbers, such as [0.9, 0.95]"),
        (["train", "--set", "data=1"], "data cannot be 1. Give a word"),
        (["train", "--set", "steps"], "--set steps has no value"),
        (["train", "--out", "{run}"], "a run in"),
        (["train", "--resume"], "which run"),
        (["train", "--resume", "--out", "{new}"], "no run in {new}. Give the folder that `llmc"),
        (["train", "--zoo", "elephant"], "no model 'elephant'"),
        (["sample", "nowhere"], "no model 'nowhere'"),
        (["sample", "{empty_folder}"], "no checkpoint"),
        (["sample", "{run}", "--temperature", "-1"], "temperature is -1"),
        (["sample", "{run}", "--prompt", "{long}"], "this model reads 256"),
        (["evaluate", "{cut_off}"], "cut off"),
        (["chat", "{characters}"], 'cannot be asked anything: a talk is laid out as "Question: '),
    ],
)
def test_a_mistake_is_one_error_that_leaves_nothing_behind(
    llmcourse, run_folder, characters_folder, tmp_path, arguments, said
):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "short.txt").write_text("The bank by the river had no money.")
    (tmp_path / "hi.txt").write_text("hi\n")
    (tmp_path / "folder").mkdir()
    cut_off = tmp_path / "cut_off"
    shutil.copytree(run_folder, cut_off)
    weights = cut_off / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    before = sorted(tmp_path.rglob("*")), sorted(run_folder.rglob("*"))
    places = {
        "new": tmp_path / "new",
        "empty": tmp_path / "empty.txt",
        "short": tmp_path / "short.txt",
        "hi": tmp_path / "hi.txt",
        "folder": tmp_path / "folder",
        "empty_folder": tmp_path / "folder",
        "characters": characters_folder,
        "run": run_folder,
        "cut_off": cut_off,
        "long": "money " * 1000,
    }
    error = error_of(llmcourse(*(argument.format(**places) for argument in arguments)))
    assert said.format(**places) in error.replace("\n       ", " "), error
    assert error.startswith("error: ")  # no bar, no line of a library above it
    assert (sorted(tmp_path.rglob("*")), sorted(run_folder.rglob("*"))) == before


def test_ctrl_c_saves_and_says_how_to_go_on(llmcourse, cache, tmp_path):
    out = tmp_path / "run"
    settings = [*SECONDS, "--steps", "100000", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "llmcourse", "train", *settings],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "LLMCOURSE_CACHE": str(cache)},
    )
    while not (out / "log.jsonl").exists() or not (out / "log.jsonl").read_text():
        time.sleep(0.1)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"llmcourse train --resume --out {out}" in said
    assert (out / "optimizer.safetensors").exists()


@pytest.mark.parametrize("place", ["load_corpus", "tokenizer_for", "tokenize"])
def test_ctrl_c_before_the_first_step_leaves_nothing(llmcourse, tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        f"llmcourse.training.tokens.{place}", lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)
    )
    done = llmcourse("train", *SECONDS)
    assert done.returncode == 130
    assert done.stdout == "Stopped before the training began; no run is left behind.\n"
    assert done.stderr == ""
    assert not list(tmp_path.iterdir())


def test_ctrl_c_after_the_last_step_keeps_the_model(llmcourse, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "llmcourse.zoo.load", lambda *_: os.kill(os.getpid(), signal.SIGINT) or time.sleep(9)
    )
    done = llmcourse("train", *SECONDS, "--steps", 2, "--out", tmp_path / "run")
    assert done.returncode == 130
    assert "Stopped after step 2 of 2; everything is saved.\n" in done.stdout
    assert (tmp_path / "run" / "model.safetensors").exists()


def test_ctrl_c_in_any_command_is_one_line(llmcourse, monkeypatch):
    from llmcourse.training import Stopped

    def interrupted(error):
        def load(*_):
            raise error

        monkeypatch.setattr("llmcourse.zoo.load", load)
        return llmcourse("sample", "riverbank")

    done = interrupted(KeyboardInterrupt())
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\nStopped.\n")
    done = interrupted(Stopped(3, Path("cache")))
    assert "Stopped after step 3; everything is saved in cache." in done.stderr
