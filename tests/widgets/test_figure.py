"""The base of all figures: one module, with a kernel and without."""

import json

import pytest

from llmcourse.widgets import Figure
from llmcourse.widgets.figure import HERE, MOST_BYTES


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
