import resource
import signal

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config
from llmcourse.training import resume
from llmcourse.training.optimizers import optimizers_for
from llmcourse.training.resume import Progress, load_state, save_state


def made(seed: int, kind: str = "muon", n_embd: int = 8) -> tuple[GPT, list]:
    torch.manual_seed(seed)
    model = GPT(Config(vocab_size=11, n_layer=1, n_head=2, n_embd=n_embd, block_size=8))
    optimizers = optimizers_for(
        model, kind, lr=1e-2, matrix_lr=0.02, betas=(0.9, 0.95), weight_decay=0.1
    )
    return model, optimizers


def advance(model: GPT, optimizers: list, steps: int) -> None:
    for step in range(steps):
        model(torch.arange(8)[None] + step % 3).square().mean().backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_goes_on_as_if_it_had_never_stopped(tmp_path, kind):
    model, optimizers = made(0, kind)
    advance(model, optimizers, 3)
    progress = Progress(step=3, tokens=99, seconds=1.5, corpus="abc")
    save_state(tmp_path / "state", progress, model, optimizers)
    advance(model, optimizers, 3)

    again, others = made(1, kind)
    assert load_state(tmp_path / "state", again, others) == progress
    advance(again, others, 3)
    for a, b in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)


def test_no_state_is_the_beginning(tmp_path):
    assert load_state(tmp_path / "state", *made(0)) == Progress()


def test_a_cut_off_file(tmp_path):
    file = tmp_path / "state"
    save_state(file, Progress(step=1), *made(0))
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(UserError, match="damaged or belongs to another run"):
        load_state(file, *made(0))


@pytest.mark.parametrize("other", [{"kind": "adamw"}, {"n_embd": 16}])
def test_the_state_of_another_run(tmp_path, other):
    file = tmp_path / "state"
    save_state(file, Progress(step=1), *made(0))
    with pytest.raises(UserError, match="damaged or belongs to another run"):
        load_state(file, *made(0, **other))


def test_a_full_disk_leaves_the_state_before(tmp_path):
    file = tmp_path / "state"
    save_state(file, Progress(step=1), *made(0))
    before = file.read_bytes()
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, unlimited[1]))
    try:
        with pytest.raises(UserError, match=r"could not be written.*before is unchanged"):
            save_state(file, Progress(step=2), *made(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        signal.signal(signal.SIGXFSZ, ignored)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_kill_while_writing_leaves_the_state_before(tmp_path, monkeypatch):
    file = tmp_path / "state"
    save_state(file, Progress(step=1), *made(0))

    def killed(tensors, metadata):
        raise KeyboardInterrupt

    monkeypatch.setattr(resume.safetensors.torch, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        save_state(file, Progress(step=2), *made(1))
    assert load_state(file, *made(0)).step == 1
