"""The first cells: installing in Colab changes nothing there, and nothing happens elsewhere."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from llmcourse.notebooks.addresses import Addresses
from llmcourse.notebooks.colab import install_cell, link_cell

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMAGE = json.loads((ROOT / "tests" / "colab_image.json").read_text())
ADDRESSES = Addresses.of("https://github.com/owner/name")


def changed(lines: list[str], image: dict[str, str]) -> list[str]:
    """What pip would install or replace in `image` to satisfy the requirements `lines`."""
    needed = [Requirement(line) for line in lines]
    return [
        needs.name
        for needs in needed
        if needs.name not in image or not needs.specifier.contains(image[needs.name])
    ]


@pytest.fixture
def commands(monkeypatch) -> list[list[str]]:
    """What the cell starts, instead of starting it."""
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: started.append(command))
    return started


def run_cell() -> None:
    exec(install_cell(ADDRESSES).source, {})


def in_colab(monkeypatch, *, installed: bool) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    if not installed:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def test_outside_colab_the_cell_does_nothing(commands):
    run_cell()
    assert commands == []


def test_where_the_package_is_there_already_the_cell_does_nothing(commands, monkeypatch):
    in_colab(monkeypatch, installed=True)
    run_cell()
    assert commands == []


def test_in_colab_the_cell_installs_the_package_without_extras(commands, monkeypatch):
    in_colab(monkeypatch, installed=False)
    run_cell()
    ((*pip, last),) = commands
    assert pip == [sys.executable, "-m", "pip", "install", "--quiet"]
    requirement = Requirement(last)
    assert (requirement.name, requirement.extras) == (PROJECT["name"], set())
    assert requirement.url == "git+https://github.com/owner/name"


def test_in_colabs_image_pip_would_add_the_package_and_change_nothing():
    assert changed(PROJECT["dependencies"], IMAGE["packages"]) == []
    assert SpecifierSet(PROJECT["requires-python"]).contains(IMAGE["python"])


@pytest.mark.parametrize("line", ["torch>=99", "numpy<2", "a-package-that-colab-has-not"])
def test_the_check_finds_what_would_change(line):
    assert changed([line], IMAGE["packages"]) == [Requirement(line).name]


def test_the_image_has_what_pages_show_from_other_libraries():
    needed = {Requirement(line).name: line for line in PROJECT["optional-dependencies"]["pages"]}
    assert changed([needed["transformers"]], IMAGE["packages"]) == []


def test_the_link_leads_to_the_page_of_the_book():
    cell = link_cell("book/1-inputs/bpe.md", "Tokens", ADDRESSES)
    assert "[Tokens](https://owner.github.io/name/book/1-inputs/bpe.html)" in cell.source


def test_the_cell_is_short():
    assert len(install_cell(ADDRESSES).source.splitlines()) <= 10
    assert not re.search(r"^\s*[!%]", install_cell(ADDRESSES).source, re.M), "plain Python only"
