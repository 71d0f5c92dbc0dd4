"""Pre-training: a corpus and a recipe in, a run folder with a trained model out.

    batch → forward → loss → backward → sum over processes → clip → optimizers        (one step)

The loop is the same on a laptop and under `torchrun`, and it can be killed at any moment: it goes
on from its last saved state to the same weights. What a person sees of it is the business of the
caller, who is told of each stage and step.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from llmcourse.data.corpora import path_of
from llmcourse.errors import UserError
from llmcourse.inputs import Tokenizer, load_tokenizer
from llmcourse.network import GPT
from llmcourse.network.weights import save_weights
from llmcourse.training.batches import Documents, Windows
from llmcourse.training.config import TrainConfig
from llmcourse.training.distributed import World, joined
from llmcourse.training.loss import IGNORED
from llmcourse.training.resume import load_state, save_state
from llmcourse.training.run_folder import (
    STATE,
    TOKENIZER,
    WEIGHTS,
    check_same,
    claimed,
    log_from,
    read_config,
    write_config,
)
from llmcourse.training.tokens import Corpus, read_corpus
from llmcourse.training.update import Update
from llmcourse.training.validation import TextLoss, document_loss, window_loss


@dataclass(frozen=True)
class Report:
    """What a run says after each step."""

    step: int  # done, this one included
    steps: int  # of the whole run
    loss: float  # of the step's batch before the step, in nats a token
    lr_share: float  # of the peak learning rates
    tokens: int  # learned from so far
    seconds: float  # spent so far
    val_loss: float | None = None  # after the step, where it was measured

    @property
    def tokens_per_second(self) -> float:
        """The mean so far."""
        return self.tokens / self.seconds

    @property
    def seconds_left(self) -> float:
        """If it goes on as fast as so far."""
        return self.seconds / self.step * (self.steps - self.step)


@dataclass(frozen=True)
class Trained:
    """What a run gives: also to be found in its folder, but for the exact loss."""

    model: GPT
    tokenizer: Tokenizer
    validation: TextLoss  # of the whole validation text
    tokens: int  # learned from
    seconds: float


class Stopped(KeyboardInterrupt):
    """Ctrl-C: the run in `out` ended after `step`, saved."""

    def __init__(self, step: int, out: Path):
        self.step, self.out = step, out
        super().__init__(f"Stopped after step {step}; everything is saved in {out}.")


def pretrain(
    config: TrainConfig,
    out: str | Path,
    *,
    resume: bool = False,
    on_step: Callable[[Report], None] | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> Trained:
    """Train a GPT as `config` says and leave it in the folder `out`.

    `on_stage` is told what is being prepared, `on_step` how each step went. `resume` goes on with
    the run in `out`, which must have been started with the same `config`.

    Raises UserError for what a person can mend (see `claimed`, `read_corpus`, `Update`), and
    `Stopped` after the step in which Ctrl-C was pressed; pressed twice, it ends at once, with the
    last checkpoint.
    """
    out = Path(out)
    if path := path_of(config.data):  # what is stored holds in any folder
        config = replace(config, data=str(path.resolve()))
    tell = on_stage or (lambda stage: None)
    with joined() as world, claimed(out, resume=resume) if world.writes else nullcontext():
        if resume:
            check_same(config, read_config(out), out)
        tell("reading the corpus")
        corpus = _corpus(config, out / TOKENIZER if resume else None, world)
        tell("building the model")
        run = _Run(config, out, corpus, world)
        return run.until_end(on_step or (lambda report: None), tell)


def _corpus(config: TrainConfig, tokenizer: Path | None, world: World) -> Corpus:
    """The first process makes what is not in the cache yet, the others find it there."""
    if not world.writes:
        world.wait()
    corpus = read_corpus(config, load_tokenizer(tokenizer) if tokenizer else None)
    if world.writes:
        world.wait()
    return corpus


class _Run:
    """A run in progress."""

    def __init__(self, config: TrainConfig, out: Path, corpus: Corpus, world: World):
        self.config, self.out, self.corpus, self.world = config, out, corpus, world
        shape = replace(config.model, vocab_size=corpus.tokenizer.vocab_size)
        with torch.random.fork_rng(devices=[]):  # the weights are made on the processor
            torch.manual_seed(config.seed)
            self.model = GPT(shape).to(world.device)
        self.batches = _batches(config, corpus)
        self.update = Update(self.model, config, world)
        found = load_state(out / STATE, self.model, self.update.optimizers)
        if found.corpus not in ("", corpus.fingerprint):
            raise UserError(
                f"The text of {config.data} is not the one that the run in {out} began with.",
                todo="Restore it, or start another run (--out).",
            )
        self.progress = replace(found, corpus=corpus.fingerprint)
        if found.scaler:
            self.update.scaler.load_state_dict(found.scaler)
        if world.writes:
            corpus.tokenizer.save(out / TOKENIZER)
            write_config(out, config, shape)

    def until_end(self, on_step: Callable[[Report], None], tell: Callable[[str], None]) -> Trained:
        """Do the steps that are left, then measure the whole validation text."""
        writes = self.world.writes
        recording = log_from(self.out, self.progress.step) if writes else nullcontext()
        with _interrupts() as interrupted, recording as record:
            while self.progress.step < self.config.steps:
                report = self._step()
                if writes:
                    record({k: v for k, v in asdict(report).items() if v is not None})
                    on_step(report)
                stop = self.world.any(interrupted.is_set())
                if stop or report.step % self.config.checkpoint_every == 0:
                    self._save()
                if stop:
                    raise Stopped(report.step, self.out)
            self._save()
        tell("measuring the validation loss")
        seen, spent = self.progress.tokens, self.progress.seconds
        return Trained(self.model, self.corpus.tokenizer, self._validation(), seen, spent)

    def _step(self) -> Report:
        started = time.perf_counter()
        step = self.progress.step
        inputs, targets = self.batches.batch(step)
        loss = self.update(step, inputs, targets)
        self.progress = replace(
            self.progress,
            step=step + 1,
            tokens=self.progress.tokens + int((targets != IGNORED).sum()),
            seconds=self.progress.seconds + time.perf_counter() - started,
        )
        due = (step + 1) % self.config.eval_every == 0 or step + 1 == self.config.steps
        return Report(
            step=step + 1,
            steps=self.config.steps,
            loss=loss,
            lr_share=self.update.schedule.share(step),
            tokens=self.progress.tokens,
            seconds=self.progress.seconds,
            val_loss=self._validation(self.config.eval_tokens).per_token if due else None,
        )

    def _validation(self, at_most: int | None = None) -> TextLoss:
        """The loss of the first `at_most` tokens of the validation text; None: of all."""
        ids, length = self.corpus.validation, self.config.model.block_size
        if self.config.rows == "documents":
            end = self.corpus.tokenizer.end_of_text
            return document_loss(self.model, ids, end=end, length=length, at_most=at_most)
        return window_loss(self.model, ids, length=length, at_most=at_most)

    def _save(self) -> None:
        if self.world.writes:
            self.progress = replace(self.progress, scaler=self.update.scaler.state_dict())
            # The weights first: where the state says that a step is done, they are of that step.
            save_weights(self.model, self.out / WEIGHTS)
            save_state(self.out / STATE, self.progress, self.model, self.update.optimizers)


def _batches(config: TrainConfig, corpus: Corpus) -> Windows | Documents:
    length, seed = config.model.block_size, config.seed
    if config.rows == "documents":
        end = corpus.tokenizer.end_of_text
        return Documents(
            corpus.train, end=end, length=length, tokens=config.batch_tokens, seed=seed
        )
    return Windows(corpus.train, length=length, rows=config.batch_tokens // length, seed=seed)


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Note Ctrl-C instead of stopping in the middle of a step; the second one stops at once."""
    noted = threading.Event()

    def note(signum: int, frame: object) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield noted
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
