"""A figure in JupyterLab, with its own kernel: it draws, and keys reach it and not the notebook."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CELL = '''
from llmcourse.widgets import Figure
from llmcourse.widgets.figure import HERE

class Doubling(Figure):
    _esm = (HERE / "figure.js").read_text("utf-8") + """
export default { render({ model, el }) {
  const figure = frame(el, { title: "Doubling", hint: "Move the slider." });
  const show = (n) => figure.say(`twice ${n} is ${2 * n}`);
  figure.controls.append(
    slider({ label: "n", min: 0, max: 9, step: 1, value: model.get("values").n, oninput: show }),
    choice({ label: "of", options: ["ducks", "boats"], oninput: (i) => figure.say(`chose ${i}`) }));
  show(model.get("values").n);
} };
"""

Doubling(n=3)
'''


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab of its own, in a folder with one notebook."""
    home = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(CELL), nbformat.v4.new_code_cell("1")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, home / "figure.ipynb")
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    places += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    own = {name: str(home / ".jupyter" / name) for name in places}
    options = ["--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.password=", f"--notebook-dir={home}"]
    with subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=os.environ | own | {"PYTHONPATH": str(ROOT)},
    ) as server:
        heard = []
        for line in server.stderr:
            heard.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+(?=/lab)", line):
                break
        else:
            pytest.fail("".join(heard))
        yield found[0]
        server.terminate()
        server.stderr.read()


def test_keys_reach_the_controls_and_not_the_notebook(browser, lab):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"{lab}/lab/tree/figure.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)  # a key before that is lost
    page.click(".jp-Notebook .jp-Cell >> nth=0")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".llmcourse-figure input", timeout=60_000)
    assert page.inner_text(".status") == "twice 3 is 6"
    assert "jp-mod-commandMode" in page.get_attribute(".jp-Notebook", "class")

    page.press(".llmcourse-figure input", "ArrowRight")
    assert page.inner_text(".status") == "twice 4 is 8"
    page.press(".llmcourse-figure select", "b")  # in the notebook: a new cell below
    assert page.inner_text(".status") == "chose 1"
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2
    assert errors == []
    page.close()
