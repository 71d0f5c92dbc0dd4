"""The key of a page changes with all that its results depend on, and with nothing else."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import grimp
import pytest

ROOT = Path(__file__).parents[2]
TEXT = """\
```{code-cell} python
from llmcourse.widgets.merge_steps import MergeSteps
```
"""


@pytest.fixture(scope="module")
def keyed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("keyed", ROOT / "book/extensions/keyed.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("llmcourse", cache_dir=None)


@pytest.fixture
def root(tmp_path) -> Path:
    """A copy of the package, to change."""
    shutil.copytree(
        ROOT / "llmcourse",
        tmp_path / "llmcourse",
        ignore=shutil.ignore_patterns("assets", "__pycache__"),
    )
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("widgets/merge_steps.py", True),
        ("widgets/merge_steps.js", True),
        ("widgets/byte_pairs.js", True),
        ("widgets/figure.js", True),
        ("widgets/figure.css", True),
        ("inputs/bpe_encoding.py", True),
        ("widgets/attention_explorer.js", False),
        ("network/gpt.py", False),
    ],
)
def test_a_page_is_run_again_for_what_it_imports_and_for_what_that_needs(
    keyed, graph, root, changed, counts
):
    before = keyed.key(TEXT, graph, root)
    with (root / "llmcourse" / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert (keyed.key(TEXT, graph, root) != before) == counts


def test_code_in_the_text_of_a_page_and_other_packages_do_not_count(keyed):
    text = "from llmcourse.zoo import load\n\n```{code-cell} python\nimport torch\n```\n"
    assert keyed.imported(text) == set()


def test_the_key_stands_where_the_cache_looks(keyed):
    header = "---\nkernelspec:\n  name: python3\n---\n"
    assert keyed.with_key(header, "ab") == (
        "---\nkernelspec:\n  llmcourse: ab\n  name: python3\n---\n"
    )
    assert keyed.with_key("# Prose\n", "ab") == "# Prose\n"


def test_a_page_is_run_again_when_what_it_shows_was_measured_anew(keyed, graph, root):
    text = """\
```{code-cell} python
from llmcourse.pages import measured
measured("speed")["ratio"]
```
"""
    place = root / "llmcourse" / "measured"
    place.mkdir(exist_ok=True)
    keys = []
    for ratio in ("2", "3"):
        (place / "speed.json").write_text(ratio)
        keys.append(keyed.key(text, graph, root))
    assert keys[0] != keys[1]
