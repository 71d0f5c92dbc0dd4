import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from llmcourse.errors import UserError
from llmcourse.inputs import load_tokenizer
from llmcourse.network import load_checkpoint
from llmcourse.training import Stopped, document_loss, pretrain, read_config, read_log
from llmcourse.training.tokens import read_corpus

LINE = {"step", "steps", "loss", "lr_share", "tokens", "seconds"}


def test_leaves_a_whole_run_folder(small, tmp_path):
    config = small(steps=9)
    done = pretrain(config, tmp_path / "run")
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names - {".lock"} == {
        "config.json",
        "tokenizer.json",
        "model.safetensors",
        "optimizer.safetensors",
        "log.jsonl",
    }
    assert read_config(tmp_path / "run") == config
    ids = torch.tensor([load_tokenizer(tmp_path / "run" / "tokenizer.json").encode("the bank")])
    again = load_checkpoint(tmp_path / "run")
    assert again.config.vocab_size == done.tokenizer.vocab_size < config.model.vocab_size
    assert torch.equal(again(ids), done.model(ids))


def test_a_relative_path_is_stored_in_full(small, text, tmp_path, monkeypatch):
    config = small(data=text.name, steps=2)
    monkeypatch.chdir(text.parent)
    pretrain(config, "run")
    assert read_config(tmp_path / "run").data == str(text.resolve())
    pretrain(config, "run", resume=True)
    monkeypatch.chdir("/")
    pretrain(read_config(tmp_path / "run"), tmp_path / "run", resume=True)


def test_logs_each_step_and_tells_of_it(small, tmp_path):
    told, stages = [], []
    done = pretrain(small(), tmp_path, on_step=told.append, on_stage=stages.append)
    log = read_log(tmp_path)
    assert [line["step"] for line in log] == [report.step for report in told] == list(range(1, 9))
    assert [line["loss"] for line in log] == [report.loss for report in told]
    assert [line["step"] for line in log if "val_loss" in line] == [4, 8]
    assert all(line.keys() - {"val_loss"} == LINE for line in log)
    assert log[-1]["val_loss"] == pytest.approx(done.validation.per_token)
    assert log[-1]["tokens"] == done.tokens == 8 * 64
    assert told[3].seconds_left == pytest.approx(told[3].seconds)
    assert told[-1].tokens_per_second == pytest.approx(done.tokens / done.seconds)
    assert len(stages) == 3


@pytest.mark.parametrize("rows", ["windows", "documents"])
@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
def test_learns_a_tiny_corpus(small, documents, tmp_path, rows, optimizer):
    config = small(data=str(documents), rows=rows, optimizer=optimizer, steps=60, lr=2e-2)
    done = pretrain(config, tmp_path / "run")
    log = read_log(tmp_path / "run")
    assert log[0]["loss"] > 2.4  # about log 17
    assert done.validation.per_token < 1.2
    assert log[-1]["val_loss"] == pytest.approx(done.validation.per_token)


def test_the_documents_loss_is_the_exact_one(small, documents, tmp_path):
    done = pretrain(small(data=str(documents), rows="documents"), tmp_path / "run")
    corpus = read_corpus(small(data=str(documents)))
    end = corpus.tokenizer.end_of_text
    expected = document_loss(done.model, corpus.validation, end=end, length=16)
    assert done.validation.per_token == expected.per_token


def test_the_same_recipe_gives_the_same_weights_and_another_seed_others(small, tmp_path):
    runs = [small(), small(), small(seed=1)]
    for number, config in enumerate(runs):
        pretrain(config, tmp_path / str(number))
    weights = [(tmp_path / str(n) / "model.safetensors").read_bytes() for n in range(3)]
    assert weights[0] == weights[1] != weights[2]


def test_the_callers_random_numbers_are_left_alone(small, tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    pretrain(small(), tmp_path / "run")
    assert torch.equal(torch.rand(3), expected)


KILLED_RUNS = """
import json, os, signal, sys
import torch
from llmcourse.training import TrainConfig, pretrain
torch.set_num_threads(1)
stored = json.load(open(sys.argv[1]))
config = TrainConfig.from_dict(stored["model"], stored["training"])
for fatal in map(int, sys.argv[3:]):
    if (child := os.fork()) == 0:
        def on_step(report):
            if report.step == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        pretrain(config, sys.argv[2], resume=fatal != int(sys.argv[3]), on_step=on_step)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
"""


def test_killed_three_times_the_weights_are_the_same(small, tmp_path):
    """Killed before the first checkpoint, between two, and just before one is written."""
    config = small(steps=12, checkpoint_every=4, eval_every=5)
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    pretrain(config, whole)
    command = [sys.executable, "-c", KILLED_RUNS, whole / "config.json", torn, "2", "6", "8"]
    subprocess.run(command, check=True, timeout=300)
    pretrain(config, torn, resume=True)

    for name in ("model.safetensors", "optimizer.safetensors"):
        ours, theirs = load_file(torn / name), load_file(whole / name)
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    log, expected = (
        [line | {"seconds": 0} for line in read_log(folder)] for folder in (torn, whole)
    )
    assert log == expected


def test_a_float16_run_keeps_its_loss_scale(small, tmp_path, monkeypatch):
    """On a processor, for the test: what a GPU without bfloat16 does."""
    monkeypatch.setattr("llmcourse.training.update.choose_dtype", lambda *_: torch.float16)

    def interrupt(report):
        os.kill(os.getpid(), signal.SIGINT)

    pretrain(small(), tmp_path / "whole")
    with pytest.raises(Stopped):
        pretrain(small(), tmp_path / "torn", on_step=interrupt)
    pretrain(small(), tmp_path / "torn", resume=True)
    log = read_log(tmp_path / "whole")
    assert log[-1]["loss"] < log[0]["loss"]
    ours, theirs = (tmp_path / name / "optimizer.safetensors" for name in ("torn", "whole"))
    a, b = load_file(ours), load_file(theirs)
    assert all(torch.equal(a[name], b[name]) for name in b)
    with safe_open(ours, "pt") as stored:
        assert json.loads(stored.metadata()["progress"])["scaler"]["scale"] > 1


def test_ctrl_c_saves_and_says_where(small, tmp_path):
    def interrupt(report):
        if report.step == 5:
            os.kill(os.getpid(), signal.SIGINT)

    config = small()
    pretrain(config, tmp_path / "whole")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Stopped) as stopped:
        pretrain(config, tmp_path / "torn", on_step=interrupt)
    assert (stopped.value.step, stopped.value.out) == (5, tmp_path / "torn")
    assert signal.getsignal(signal.SIGINT) is before
    steps = []
    pretrain(
        config, tmp_path / "torn", resume=True, on_step=lambda report: steps.append(report.step)
    )
    assert steps == [6, 7, 8]
    ours, theirs = (tmp_path / name / "model.safetensors" for name in ("torn", "whole"))
    assert ours.read_bytes() == theirs.read_bytes()


def test_ctrl_c_twice_stops_at_once(small, tmp_path):
    def interrupt(report):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as stopped:
        pretrain(small(), tmp_path / "run", on_step=interrupt)
    assert not isinstance(stopped.value, Stopped)


def test_resuming_a_finished_run_mends_its_files(small, tmp_path):
    """Killed between its last two files: the state is the last one's, the weights are older."""
    done = pretrain(small(), tmp_path)
    weights = tmp_path / "model.safetensors"
    expected = weights.read_bytes()
    weights.unlink()
    again = pretrain(small(), tmp_path, resume=True)
    assert weights.read_bytes() == expected
    assert again.validation.per_token == done.validation.per_token
    assert len(read_log(tmp_path)) == 8


def test_resuming_with_other_settings(small, tmp_path):
    run = tmp_path / "run"
    pretrain(small(), run)
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    with pytest.raises(UserError, match="started with steps 8, not 9"):
        pretrain(small(steps=9), run, resume=True)
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_resuming_with_another_text(small, text, tmp_path):
    pretrain(small(), tmp_path / "run")
    text.write_text(text.read_text().replace("money", "honey"))
    with pytest.raises(UserError, match="is not the one that the run"):
        pretrain(small(), tmp_path / "run", resume=True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tokenizer": "bpe", "vocab_size": 200}, "200"),
        ({"block_size": 2000, "batch_tokens": 2000}, "too few for a context of 2000"),
        ({"data": "no/such/file.txt"}, "no/such/file.txt"),
        ({"precision": "fp16"}, "fp16 pays on a GPU only"),
    ],
)
def test_bad_input_leaves_no_folder(small, tmp_path, fields, message):
    shape = {name: fields.pop(name) for name in ("vocab_size", "block_size") if name in fields}
    config = small(**fields, model=replace(small().model, **shape))
    with pytest.raises(UserError, match=message):
        pretrain(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_divergence_keeps_the_last_checkpoint(small, tmp_path):
    from llmcourse.training.update import Update

    def poison(report):
        if report.step == 5:
            for update in updates:
                torch.nn.init.constant_(update.model.norm.weight, torch.nan)

    updates, init = [], Update.__init__

    def watched(self, *args):
        init(self, *args)
        updates.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Update, "__init__", watched)
        with pytest.raises(UserError, match="loss of step 6 is nan"):
            pretrain(small(), tmp_path, on_step=poison)
    state = load_file(tmp_path / "optimizer.safetensors")
    assert all(tensor.isfinite().all() for tensor in state.values())
    assert [line["step"] for line in read_log(tmp_path)] == [1, 2, 3, 4, 5]
    pretrain(small(), tmp_path, resume=True)
    assert len(read_log(tmp_path)) == 8


def test_a_full_disk_keeps_the_last_checkpoint(small, tmp_path, monkeypatch):
    import llmcourse.training.resume as resume

    saved, save = [], resume.safetensors.torch.save

    def full(tensors, metadata):
        saved.append(json.loads(metadata["progress"])["step"])
        if len(saved) == 2:
            raise OSError(28, "No space left on device")
        return save(tensors, metadata)

    monkeypatch.setattr(resume.safetensors.torch, "save", full)
    with pytest.raises(UserError, match="No space left on device"):
        pretrain(small(), tmp_path / "run")
    monkeypatch.undo()
    assert saved == [3, 6]
    steps = []
    pretrain(small(), tmp_path / "run", resume=True, on_step=lambda r: steps.append(r.step))
    assert steps == [4, 5, 6, 7, 8]
