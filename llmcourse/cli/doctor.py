"""`llmcourse doctor`: does this machine have what the course needs, and if not, what to do."""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from typing import NamedTuple

import typer

from llmcourse.errors import UserError

EXAMPLE = "Example: llmcourse doctor"


class Finding(NamedTuple):
    """One thing looked at: what was found, whether it will do, and what to do where it will not."""

    subject: str
    found: str
    fine: bool
    todo: str = ""


def doctor() -> None:
    """Look at Python, the packages, the processor, the GPU, the disk and the cache folder."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "what", "found", "what to do")
    findings = list(_findings())
    for finding in findings:
        mark = "[green]ok[/green]" if finding.fine else "[red]no[/red]"
        table.add_row(mark, finding.subject, finding.found, "" if finding.fine else finding.todo)
    Console().print(table)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    version = sys.version.split()[0]
    yield Finding(
        "Python",
        version,
        (3, 11) <= sys.version_info < (3, 14),
        "install Python 3.11, 3.12 or 3.13",
    )
    yield from _packages()
    yield from _hardware()
    yield _cache()
    yield _tables()
    yield _sandbox()


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    for line in importlib.metadata.requires("llmcourse") or ():
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            found = "missing"
        fine = found != "missing" and requirement.specifier.contains(found, prereleases=True)
        yield Finding(requirement.name, found, fine, f'pip install "{line}"')


def _hardware() -> Iterator[Finding]:
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("processor", f"{cores} cores, {torch.get_num_threads()} used by torch", True)
    if torch.cuda.is_available():
        device = torch.cuda.get_device_properties(0)
        yield Finding("GPU", f"{device.name}, {device.total_memory / 2**30:.0f} GiB", True)
    else:
        yield Finding("GPU", "none: every page runs on the processor too", True)


def _cache() -> Finding:
    from llmcourse.files import replacing, user_cache

    folder = user_cache()
    todo = "free some disk space, or set LLMCOURSE_CACHE to a folder that can be written"
    try:
        with replacing(folder / ".doctor") as temporary:
            temporary.write_text("written")
        (folder / ".doctor").unlink()
    except (OSError, ValueError) as error:
        return Finding("cache folder", f"{folder}: {error}", False, todo)
    free = shutil.disk_usage(folder).free
    return Finding("cache folder", f"{folder}, {free / 1e9:.0f} GB free", free > 1e9, todo)


def _tables() -> Finding:
    from llmcourse.inputs import BPETokenizer

    ids = BPETokenizer.from_tiktoken("cl100k_base").encode("The bank by the river had no money")
    fine = ids == [791, 6201, 555, 279, 15140, 1047, 912, 3300]
    found = "8 tokens for the running example" if fine else f"ids {ids} for the running example"
    return Finding(
        "cl100k_base table", found, fine, "reinstall: pip install --force-reinstall llmcourse"
    )


def _sandbox() -> Finding:
    from llmcourse.sandbox.bubblewrap import refuse_without_bubblewrap

    try:
        refuse_without_bubblewrap()
    except UserError as error:
        return Finding("sandbox", f"only who grades a class needs it. {error}", True)
    return Finding("sandbox", shutil.which("bwrap") or "", True)
