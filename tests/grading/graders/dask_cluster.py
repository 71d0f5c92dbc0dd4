"""A LocalCluster of Dask's for tests."""

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None and not os.environ.get("CI"),
    reason='no Dask: pip install "llmcourse[dask]"',
)

SAME = "the code of this checkout, which may be edited while the tests run"
PRELOAD = f"from llmcourse.grading.graders import worker\nworker.code_hash = lambda: {SAME!r}\n"

# In a process of its own, as an instructor has it, and so that none of it stays in this one.
CLUSTER = textwrap.dedent(
    """
    import json, os, sys
    from distributed import LocalCluster

    if __name__ == "__main__":
        workers, options = int(sys.argv[1]), json.loads(sys.argv[2])
        with LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, **options
        ) as cluster:
            with cluster.get_client() as client:
                pids = sorted(client.run(os.getpid).values())
            print(json.dumps([cluster.scheduler_address, pids, os.getpid()]), flush=True)
            for line in sys.stdin:
                cluster.scale(int(line))
    """
)


class Cluster:
    """A LocalCluster: its address, the pids of its workers, and that of its scheduler."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        self.address, self.workers, self.scheduler = json.loads(process.stdout.readline())

    def scale(self, workers: int) -> None:
        self.process.stdin.write(f"{workers}\n")
        self.process.stdin.flush()


@contextmanager
def local_cluster(
    folder: Path, workers: int, preload: str = PRELOAD, **options: object
) -> Iterator[Cluster]:
    script, options["preload"] = folder / "cluster.py", str(folder / "preload.py")
    script.write_text(CLUSTER)
    (folder / "preload.py").write_text(preload)
    process = subprocess.Popen(
        [sys.executable, script, str(workers), json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
    )
    with process:
        try:
            yield Cluster(process)
        finally:
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
