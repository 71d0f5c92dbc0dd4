"""The base of all figures: one module, with a kernel and without."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pydata_sphinx_theme
import pytest

from llmcourse import widgets
from llmcourse.widgets import Figure
from llmcourse.widgets.figure import HERE, MOST_BYTES

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static/styles"


class Echo(Figure):
    """A figure of one paragraph and one slider."""

    _esm = """
    function slider2(n) { return 2 * n; }
    export default { render({ model, el }) {
      el.textContent = model.get("values").text + slider2(21);
    } };
    """


def test_html_runs_without_a_kernel(browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(Echo(text="</script> is text: ").html())
    page.wait_for_function("document.querySelector('.llmcourse-figure').textContent.includes('42')")
    assert page.inner_text(".llmcourse-figure") == "</script> is text: 42"
    assert errors == []
    page.close()


def test_the_same_values_give_the_same_bytes():
    assert Echo(text="a").html() == Echo(text="a").html()
    assert Echo(text="a").html() != Echo(text="b").html()


def test_a_notebook_gets_both_the_widget_and_the_html():
    data, _ = Echo(text="a")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"] == Echo(text="a").html()
    json.dumps(data)


def test_values_too_heavy_for_a_page_are_refused():
    with pytest.raises(ValueError, match="at most"):
        Echo(text="x" * MOST_BYTES)


def test_shared_controls_speak_their_values(browser):
    shared = (HERE / "figure.js").read_text()

    class Shared(Figure):
        _esm = (
            shared
            + """
    export default { render({ model, el }) {
      const figure = frame(el, { title: "Doubling", hint: "Move the slider." });
      const show = (n) => { figure.say(`twice ${n} is ${2 * n}`); figure.table(["n"], [[n]]); };
      figure.controls.append(slider({ label: "n", min: 0, max: 9, step: 1, value: 3,
        format: (n) => `${n} things`, oninput: show }));
      show(3);
    } };
    """
        )

    page = browser.new_page()
    page.set_content(Shared().html())
    page.wait_for_selector(".llmcourse-figure input")
    assert page.inner_text(".status") == "twice 3 is 6"
    page.press("input[type=range]", "ArrowRight")
    assert page.inner_text(".status") == "twice 4 is 8"
    assert page.get_attribute("input[type=range]", "aria-valuetext") == "4 things"
    assert page.inner_text("output") == "4 things"
    page.close()


def test_the_package_gives_each_figure_by_its_name():
    exported = {getattr(widgets, name) for name in widgets.__all__}
    files = {Path(inspect.getfile(figure)).stem for figure in exported}
    shared = {"byte_pairs"}  # no figure: what two of them cut text with
    assert files == {path.stem for path in HERE.glob("*.js")} - shared


def test_the_package_has_no_other_names():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(widgets, "Nothing")  # noqa: B009


def test_the_package_loads_torch_only_for_a_figure():
    code = """
import sys
import llmcourse.widgets
assert "torch" not in sys.modules
from llmcourse.widgets import SamplingPlayground
assert "torch" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_dark_page_of_the_book_has_no_bright_frame_around_a_figure(browser):
    page = browser.new_page()
    page.set_content(
        f"""<html data-theme="dark"><style>{(THEME / "pydata-sphinx-theme.css").read_text()}</style>
        <div class="bd-content"><div class="cell_output docutils container">
        <div class="output text_html">A table</div>
        <div class="output text_html">{Echo(text="a").html()}</div></div></div></html>"""
    )
    grounds = page.eval_on_selector_all(
        ".text_html", "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )
    transparent = "rgba(0, 0, 0, 0)"
    assert grounds[0] != transparent  # else the theme has changed, and the rule can go
    assert grounds[1] == transparent
    page.close()
