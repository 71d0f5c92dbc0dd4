"""The project's own promises: one address, light imports, metadata that fits Colab's image."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ADDRESS = PROJECT["urls"]["Repository"]

# What Colab's image brings along: installing the package there must change none of it.
COLAB = json.loads((Path(__file__).parent / "colab_image.json").read_text())["packages"]


def committed(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_everything_names_the_same_public_address():
    name = re.escape(ADDRESS.rsplit("/", 1)[1])
    for path in committed("*.md", "*.py", "*.toml", "*.yml", "Makefile"):
        for found in re.findall(rf"https://github\.com/[\w-]+/{name}\b", path.read_text()):
            assert found == ADDRESS, f"{path} names {found}"  # a fork that was renamed in part
    assert f"git clone {ADDRESS}" in (ROOT / "README.md").read_text()


def test_a_links_target_in_the_readme_exists():
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_the_readme_names_only_make_targets_that_exist():
    makefile = (ROOT / "Makefile").read_text()
    texts = "\n".join(path.read_text() for path in committed("*.md"))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", texts, re.M))  # not "to make the table"
    assert {"course", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.M), f"make {target}"


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_colab_already_has_what_the_package_needs(line):
    requirement = Requirement(line)
    assert requirement.specifier.contains(COLAB[requirement.name])


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_the_pins_satisfy_the_metadata(line):
    requirement = Requirement(line)
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.M))
    assert requirement.specifier.contains(pins[requirement.name])
    assert version(requirement.name).startswith(pins[requirement.name])


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import llmcourse.inputs", ("torch", "transformers", "datasets", "numpy")),
        ("import llmcourse.riverbank", ("torch", "numpy")),
        ("import llmcourse.data", ("torch", "datasets")),
        ("import llmcourse.cli", ("torch", "datasets", "numpy", "regex", "matplotlib")),
        (
            "import llmcourse.network, llmcourse.training",
            ("transformers", "datasets", "matplotlib"),
        ),
    ],
)
def test_an_import_costs_what_it_needs(statement, absent):
    script = f"{statement}; import sys; print([m for m in {absent!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_pickle_in_the_package():
    for path in committed("llmcourse/*.py"):
        text = path.read_text()
        assert not re.search(r"\bimport pickle|(?<!safetensors.)torch\.(load|save)\(", text), path
