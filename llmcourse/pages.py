"""What pages and notebooks show with: the library's source, numbers for the text, problem sets.

Works the same in the built book, in JupyterLab and in Colab.
"""

import inspect
import json
import os
import platform
import tomllib
from datetime import UTC, datetime
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from IPython.display import Code, Markdown, display

from llmcourse.files import replacing

ROOT = Path(__file__).parent.parent
MEASURED = Path(__file__).parent / "measured"


def repository() -> str:
    """The public address of the course, from the package's own metadata."""
    for line in metadata("llmcourse").get_all("Project-URL"):
        label, _, address = line.partition(", ")
        if label == "Repository":
            return address
    raise LookupError("the package's metadata names no repository")


def show_source(thing: Any) -> None:
    """Show the source of a function, class or module of the course, with a link to its place.

    A page shows code in this way and never pastes it, so that what is read is what runs.
    """
    lines, first = inspect.getsourcelines(thing)
    path = Path(inspect.getsourcefile(thing)).relative_to(ROOT).as_posix()
    first = max(first, 1)
    anchor = "" if inspect.ismodule(thing) else f"#L{first}-L{first + len(lines) - 1}"
    display(Markdown(f"[`{path}`]({_on_github(path)}{anchor})"))
    display(Code("".join(lines), language="python"))


def show_problem_set(step: str) -> None:
    """Show where the problem set of `step`, such as "3-decoding", opens, and what its tasks are.

    Without the repository, as in Colab, the links alone: its contract is not in the package.
    """
    path = f"exercises/{step}/{step}.ipynb"
    github = _on_github(path)
    colab = github.replace("https://github.com/", "https://colab.research.google.com/github/")
    lines = [f"[`{path}`]({github}) · [open it in Colab]({colab})"]
    contract = ROOT / "solutions" / step / "tasks.toml"
    if contract.exists():
        lines += [
            "",
            "| task | | points | minutes | difficulty | page |",
            "|---|---|---|---|---|---|",
        ]
        for task in tomllib.loads(contract.read_text("utf-8"))["task"]:
            stars = "●" * task["difficulty"] + "○" * (3 - task["difficulty"])
            page = Path(task["page"]).stem
            row = (task["number"], task["title"], task["points"], task["minutes"], stars, page)
            lines.append(f"| {' | '.join(map(str, row))} |")
    display(Markdown("\n".join(lines)))


def _on_github(path: str) -> str:
    return f"{repository()}/blob/main/{path}"


def measured(name: str) -> dict[str, Any]:
    """What `make measure` found out where a page would take too long: see its "command" and "date".

    A page shows these numbers with the command, and runs a small part of it live.
    """
    return json.loads((MEASURED / f"{name}.json").read_text(encoding="utf-8"))


def write_measured(name: str, result: dict[str, Any], *, command: str) -> Path:
    """Keep a result for `measured`, with its command, the day and the machine; where it is."""
    machine = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} processors"
    record = {"command": command, "date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine}
    path = MEASURED / f"{name}.json"
    with replacing(path) as temporary:
        text = json.dumps(record | result, ensure_ascii=False, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")
    return path


def glue(name: str, value: Any) -> None:
    """Print `value`, and keep it under `name` for the page's text: {glue:text}`name`.

    The text then holds the number that the cell computed. (In the form that myst-nb reads; a
    notebook elsewhere shows the printed line.)
    """
    text = value if isinstance(value, str) else f"{value:.4g}"
    print(f"{name}: {text}")
    display(
        {"application/papermill.record/text/plain": repr(text)},  # myst-nb reads it as a literal
        raw=True,
        metadata={
            "scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"},
        },
    )
