"""From a class's zip to the file that Canvas imports, by three commands.

    python benchmarks/handing_in.py                  (200 submissions; about three minutes)

The zip is named as Canvas names what it hands out. One submission in ten is odd: renamed, saved
again by Colab, late, handed in twice, or broken. `collect` sorts them into folders, `grade` grades
them in the sandbox, `grades` fills in the gradebook that Canvas exported. Each command's cost is
printed, and whether everybody who handed in is accounted for behind each of them. CPU-seconds are
those of the whole machine: run nothing else meanwhile.
"""

import csv
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from a_class import STEP, Cost, course, run
from rich.console import Console
from rich.table import Table

ODD = ("renamed", "saved by Colab", "late", "twice", "broken")
COLUMN = f"{STEP} (9001)"
LLMCOURSE = (sys.executable, "-m", "llmcourse")


@dataclass(frozen=True)
class Handed:
    """One student's part of the zip."""

    number: int
    notebook: bytes
    odd: str = ""  # one of ODD
    earlier: bytes = b""  # what was handed in before it, if it is the second

    @property
    def name(self) -> str:
        return f"Student {self.number:03}"

    @property
    def id(self) -> int:
        return 12000 + self.number

    def files(self) -> dict[str, bytes]:
        """Names as in Canvas' zip, and what is in them."""
        whose = f"{self.number:03}student_{'LATE_' * (self.odd == 'late')}{self.id}"
        submission = 67000 + self.number
        if self.odd == "renamed":
            return {f"{whose}_{submission}_Copy of {STEP} (2).ipynb": self.notebook}
        if self.odd == "saved by Colab":
            return {f"{whose}_{submission}_{STEP}.ipynb": saved_by_colab(self.notebook)}
        if self.odd == "twice":
            return {
                f"{whose}_{submission}_{STEP}.ipynb": self.earlier,
                f"{whose}_{submission}_{STEP}-1.ipynb": self.notebook,
            }
        if self.odd == "broken":
            return {f"{whose}_{submission}_{STEP}.ipynb": self.notebook[: len(self.notebook) // 2]}
        return {f"{whose}_{submission}_{STEP}.ipynb": self.notebook}


def saved_by_colab(content: bytes) -> bytes:
    """An older format, Colab's metadata, no cell ids, an output that it added."""
    notebook = json.loads(content)
    notebook |= {"nbformat_minor": 0}
    notebook["metadata"] = {
        "colab": {"provenance": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "accelerator": "GPU",
    }
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] |= {"id": f"Xy{number}", "colab": {"base_uri": "https://localhost:8080/"}}
        cell["source"] = "".join(cell["source"]).splitlines(True)
        if cell["cell_type"] == "code":
            picture = {"image/png": "iVBOR" * 1000}
            shown = {"data": picture, "metadata": {}, "output_type": "display_data"}
            cell |= {"outputs": [shown], "execution_count": number}
    return json.dumps(notebook).encode()


def hands_in(variants: Sequence[bytes], count: int, every: int) -> list[Handed]:
    """A class of `count`, of which each `every`-th one is odd; no two files are equal."""
    handed = []
    for number in range(count):
        own = json.loads(variants[number % len(variants)])
        own["metadata"]["student"] = number
        odd = ODD[number // every % len(ODD)] if number % every == 0 else ""
        earlier = variants[1] if odd == "twice" else b""  # the release as it was handed out
        handed.append(Handed(number, json.dumps(own, indent=1).encode(), odd, earlier))
    return handed


def canvas_zip(handed: Sequence[Handed]) -> bytes:
    """What Canvas gives for "Download Submissions"."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in handed:
            for name, content in one.files().items():
                archive.writestr(name, content)
    return into.getvalue()


def canvas_export(handed: Sequence[Handed], points: int) -> str:
    """What Canvas gives for "Export Entire Gradebook"."""
    own = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [[*own, COLUMN, "Final Score"]]
    rows.append(["    Points Possible", "", "", "", "", str(points), "(read only)"])
    for one in handed:
        login = f"s{one.number:03}@example.org"
        rows.append([one.name, str(one.id), f"sis{one.id}", login, "A", "", ""])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class Way:
    """What became of a class, counted after each command."""

    handed_in: int
    placed: int
    not_placed: int
    graded: int
    not_graded: int
    rows: int  # of students, in the file for Canvas
    scores: int  # in these
    costs: dict[str, Cost]
    points: dict[str, float | None]  # by Canvas' id, in the file

    @property
    def accounted_for(self) -> dict[str, bool]:
        """Whether nobody was lost on the way, step by step."""
        return {
            "placed + not placed = handed in": self.placed + self.not_placed == self.handed_in,
            "graded + not graded = placed": self.graded + self.not_graded == self.placed,
            "rows of the file = handed in": self.rows == self.handed_in,
            "scores in the file = graded": self.scores == self.graded,
        }


def whole_way(folder: Path, count: int, every: int, jobs: int) -> Way:
    """Release a set in `folder`, let a class hand in, and take the three commands."""
    handed = hands_in(course(folder), count, every)
    run([*LLMCOURSE, "release", STEP], folder)
    bundle = json.loads((folder / "gradebook" / "bundles" / f"{STEP}.json").read_bytes())
    points = sum(task["points"] for task in bundle["tasks"])
    (folder / "submissions.zip").write_bytes(canvas_zip(handed))
    (folder / "canvas.csv").write_text(canvas_export(handed, points), newline="")
    costs = {}
    for name, arguments in {
        "collect": ("submissions.zip", STEP, "--roster", "canvas.csv"),
        "grade": (STEP, "--jobs", str(jobs)),
        "grades": (STEP, "--for", "canvas", "--sheet", "canvas.csv", "--output", "filled.csv"),
    }.items():
        command = [*LLMCOURSE, name, *arguments, "--json", f"{name}.json"]
        costs[name] = run(command, folder, ends=(0, 1))  # 1: some could not be, as they must
    collected = json.loads((folder / "collect.json").read_bytes())
    graded = [one["graded"] for one in json.loads((folder / "grade.json").read_bytes())["students"]]
    scores = scores_of((folder / "filled.csv").read_text(encoding="utf-8-sig"))
    return Way(
        handed_in=len(handed),
        placed=collected["placed"],
        not_placed=collected["not_placed"],
        graded=sum(graded),
        not_graded=len(graded) - sum(graded),
        rows=len(scores),
        scores=sum(score is not None for score in scores.values()),
        costs=costs,
        points=scores,
    )


def scores_of(text: str) -> dict[str, float | None]:
    """The column of the set in Canvas' file, by Canvas' id of the student."""
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["ID"]]
    return {row["ID"]: float(row[COLUMN]) if row[COLUMN] else None for row in rows}


def main(submissions: int = 200, every: int = 10, jobs: int = 2) -> None:
    """Print what each command costs, and whether all are accounted for; each EVERY-th is odd."""
    with tempfile.TemporaryDirectory() as temporary:
        way = whole_way(Path(temporary), submissions, every, jobs)
    table = Table(
        "", "s", "CPU-s", "GB in each quarter of the time", title=f"{submissions} handed in"
    )
    for name, cost in way.costs.items():
        memory = " ".join(f"{gb:.2f}" for gb in cost.memory)
        table.add_row(f"llmcourse {name}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", memory)
    console = Console()
    console.print(table)
    console.print(
        f"placed {way.placed}, not placed {way.not_placed}; graded {way.graded}, not graded "
        f"{way.not_graded}; {way.rows} rows for Canvas with {way.scores} scores"
    )
    for what, holds in way.accounted_for.items():
        console.print(f"{what}: {'yes' if holds else 'NO'}")
    if not all(way.accounted_for.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
