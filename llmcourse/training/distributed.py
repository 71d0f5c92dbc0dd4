"""The same run in one process or in several: who I am, what the others have, who may write.

`torchrun` starts one process a device and says so in the environment. Every process holds the whole
model, takes its part of each batch, and the gradients are summed: data parallelism.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class World:
    """The processes of a run, seen from one of them."""

    rank: int
    size: int
    device: torch.device

    @property
    def writes(self) -> bool:
        """Whether this process is the one that writes files: the first."""
        return self.rank == 0

    def sum(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its sum over all processes, in place."""
        if self.size > 1:
            for waiting in [dist.all_reduce(tensor, async_op=True) for tensor in tensors]:
                waiting.wait()

    def any(self, flag: bool) -> bool:
        """Whether the flag is up in at least one process."""
        raised = torch.tensor(float(flag), device=self.device if self.size > 1 else "cpu")
        self.sum([raised])
        return bool(raised > 0)

    def wait(self) -> None:
        """Go on when all processes have come this far."""
        if self.size > 1:
            dist.barrier()


@contextmanager
def joined() -> Iterator[World]:
    """Join the processes that `torchrun` started: NCCL between GPUs, gloo between processors.

    Without `torchrun` there is one process, with the first GPU if there is one.
    """
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    gpu = torch.cuda.is_available()
    device = (
        torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if gpu else torch.device("cpu")
    )
    if gpu:
        torch.cuda.set_device(device)
    if size > 1:
        # The others wait while the first one tokenizes, which takes hours for a large corpus.
        dist.init_process_group("nccl" if gpu else "gloo", timeout=timedelta(hours=12))
    try:
        yield World(rank, size, device)
    finally:
        if size > 1:
            dist.destroy_process_group()
