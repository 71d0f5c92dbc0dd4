import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from llmcourse.training import pretrain, read_log
from llmcourse.training.distributed import joined

RUN = """
import json, sys
import torch
from llmcourse.training import TrainConfig, pretrain
torch.set_num_threads(1)
stored = json.load(open(f"{sys.argv[1]}/config.json"))
pretrain(TrainConfig.from_dict(stored["model"], stored["training"]), sys.argv[2])
"""


def torchrun(script: Path, *arguments: Path) -> None:
    """Run `script` in two processes."""
    command = ["-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone"]
    subprocess.run(
        [sys.executable, *command, script, *arguments],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        timeout=300,
    )


def test_two_processes_are_one(small, documents, tmp_path):
    """Rows that do not divide by two, one kind with padding: still the same losses and weights."""
    config = small(data=str(documents), precision="fp32", batch_tokens=48, steps=6)
    one, two = tmp_path / "one", tmp_path / "two"
    for rows in ("windows", "documents"):
        pretrain(replace(config, rows=rows), one / rows)
    script = tmp_path / "run.py"
    script.write_text(RUN)

    for rows in ("windows", "documents"):
        torchrun(script, one / rows, two / rows)
        ours, theirs = read_log(two / rows), read_log(one / rows)
        assert [line["tokens"] for line in ours] == [line["tokens"] for line in theirs]
        losses, expected = ([line["loss"] for line in log] for log in (ours, theirs))
        assert losses == pytest.approx(expected, abs=1e-5)
        a, b = (load_file(folder / rows / "model.safetensors") for folder in (two, one))
        for name in b:
            torch.testing.assert_close(a[name], b[name], atol=2e-4, rtol=0)


def test_alone_without_torchrun():
    with joined() as world:
        assert (world.rank, world.size, world.writes) == (0, 1, True)
        tensor = torch.tensor([2.0])
        world.sum([tensor])
        world.wait()
        assert tensor.item() == 2
        assert world.any(True)
        assert not world.any(False)
