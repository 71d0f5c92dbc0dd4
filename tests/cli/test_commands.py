"""Every command as a person uses it, and every mistake that a person makes with it."""

import json
import re
import shutil
import subprocess
import sys

import pytest

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
    assert texts[0] != texts[1]
    assert all(text.startswith("The bank") and text in first.stdout for text in texts)


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


def test_doctor_finds_a_sound_machine(llmcourse):
    done = llmcourse("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 tokens for the running example" in done.stdout


def test_doctor_says_what_is_wrong(llmcourse, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    done = llmcourse("doctor", LLMCOURSE_CACHE=str(tmp_path / "file" / "cache"))
    assert done.returncode == 1
    assert "LLMCOURSE_CACHE" in done.stdout


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
        (["train", "--set", "colour=red"], "no setting colour"),
        (["train", "--set", "steps=many", "--out", "{new}"], "wrong kind"),
        (["train", "--set", "steps"], "--set steps has no value"),
        (["train", "--out", "{run}"], "a run in"),
        (["train", "--resume"], "which run"),
        (["train", "--resume", "--out", "{new}"], "not the configuration of a run"),
        (["train", "--zoo", "elephant"], "no model 'elephant'"),
        (["sample", "nowhere"], "no model 'nowhere'"),
        (["sample", "{empty_folder}"], "no checkpoint"),
        (["sample", "{run}", "--temperature", "-1"], "temperature is -1"),
        (["sample", "{run}", "--prompt", "{long}"], "this model reads 256"),
        (["evaluate", "{cut_off}"], "cut off"),
    ],
)
def test_a_mistake_is_one_error_that_leaves_nothing_behind(
    llmcourse, run_folder, tmp_path, arguments, said
):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "short.txt").write_text("The bank by the river had no money.")
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
        "empty_folder": tmp_path / "folder",
        "run": run_folder,
        "cut_off": cut_off,
        "long": "money " * 1000,
    }
    error = error_of(llmcourse(*(argument.format(**places) for argument in arguments)))
    assert said in error.replace("\n       ", " "), error
    assert (sorted(tmp_path.rglob("*")), sorted(run_folder.rglob("*"))) == before


def test_ctrl_c_saves_and_says_how_to_go_on(llmcourse, cache, tmp_path):
    import os
    import signal
    import time

    from .conftest import SECONDS

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
