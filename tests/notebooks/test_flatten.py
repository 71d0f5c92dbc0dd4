"""MyST becomes what Colab shows; what Colab shows already stays."""

import pytest

from llmcourse.errors import UserError
from llmcourse.notebooks.addresses import Addresses
from llmcourse.notebooks.citations import Reference
from llmcourse.notebooks.flatten import flatten
from llmcourse.notebooks.source import read

ADDRESSES = Addresses.of("https://github.com/Owner/name")
BOOK = "https://owner.github.io/name/book"
WORKS = {
    "a2017": Reference("Vaswani et al.", "2017", "Vaswani, Shazeer and others (2017). Attention."),
    "b2015": Reference("Kingma and Ba", "2015", "Kingma and Ba (2015). Adam."),
}


@pytest.fixture
def flat(headed):
    """The Markdown of a page made of `body`, cells joined."""

    def of(body: str, path: str = "book/1-inputs/page.md") -> str:
        text = headed(body)
        notebook = read(text, path)
        flatten(notebook, text, path, WORKS, ADDRESSES)
        return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")

    return of


@pytest.mark.parametrize(
    "plain",
    [
        "# Title\n\nText with *stress*, `code` and [a link](https://example.org/x.md).",
        "| a | b |\n|---|---|\n| `{1, 2}` | $x_1$ |",
        "<details><summary>Yes.</summary>\n\nNo: $a[i](b.md)$ is mathematics.\n\n</details>",
        "$$\n\\frac{q_i[j](k.md)}{\\sqrt{D}}\n$$",
        "```python\nprint('[a](b.md) {cite:t}`x`')\n\n\nx = 1\n```",
        "Write `{cite:t}` and ``{glue:text}`x` `` in code; \\[no](b.md); a price of $5 and $6.",
        "- one\n- two\n\n  ```sh\n  make\n  ```",
        "<!-- [a](b.md) -->",
    ],
)
def test_plain_markdown_stays_as_it_is(flat, plain):
    assert flat(plain) == plain


def test_an_admonition_becomes_a_quotation_with_a_title(flat):
    body = "Before.\n:::{tip}\n:class: dropdown\nRead *twice*.\n\n```python\nx\n```\n:::\nAfter."
    assert flat(body) == (
        "Before.\n\n> **Tip**\n>\n> Read *twice*.\n>\n> ```python\n> x\n> ```\n\nAfter."
    )


def test_what_follows_an_admonitions_name_begins_its_text(flat):
    assert flat(":::{note} One line,\nand more.\n:::") == "> **Note**\n>\n> One line,\n> and more."


def test_admonitions_nest(flat):
    body = "::::{note}\nouter\n\n:::{warning}\ninner\n:::\n::::"
    assert flat(body) == "> **Note**\n>\n> outer\n>\n> > **Warning**\n> >\n> > inner"


def test_an_admonition_stays_in_its_list(flat):
    body = (
        "- one\n\n  :::{note}\n  :class: dropdown\n  in it\n\n  ```sh\n  make\n  ```\n  :::\n- two"
    )
    assert flat(body) == (
        "- one\n\n  > **Note**\n  >\n  > in it\n  >\n  > ```sh\n  > make\n  > ```\n\n- two"
    )


def test_citations_become_words(flat):
    assert flat("{cite:t}`a2017` found it.") == "Vaswani et al. (2017) found it."
    assert flat("Found {cite:p}`a2017,\nb2015`.") == (
        "Found (Vaswani et al., 2017; Kingma and Ba, 2015)."
    )
    assert flat("{cite:t}`a2017,b2015`") == "Vaswani et al. (2017) and Kingma and Ba (2015)"


def test_the_bibliography_lists_what_the_page_cites_wherever_it_cites_it(flat):
    bibliography = "```{bibliography}\n:filter: docname in docnames\n```"
    body = f"{{cite:t}}`a2017`\n\n{bibliography}\n\n+++\n\n{{cite:p}}`b2015` and {{cite:t}}`a2017`"
    listed = "- Kingma and Ba (2015). Adam.\n- Vaswani, Shazeer and others (2017). Attention."
    assert listed in flat(body)
    assert flat(bibliography) == ""


def test_a_glued_number_becomes_the_name_under_which_it_is_printed(flat):
    cell = '```{code-cell} python\nglue("loss", 1.5)\n```'
    assert flat(f"{cell}\n\nIt is {{glue:text}}`loss`.") == "It is `loss` (printed above)."
    assert flat(f"It is {{glue:text}}`loss:.2f`.\n\n{cell}") == "It is `loss` (printed below)."


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("../2-network/gpt.md", f"{BOOK}/2-network/gpt.html"),
        ("gpt.md#where-it-breaks", f"{BOOK}/1-inputs/gpt.html#where-it-breaks"),
        ("#next", f"{BOOK}/1-inputs/page.html#next"),
        ("../../README.md", "https://github.com/Owner/name/blob/main/README.md"),
        ("mailto:a@b.c", "mailto:a@b.c"),
    ],
)
def test_a_relative_link_becomes_an_address(flat, link, address):
    assert flat(f"See [`it`]({link}) now.") == f"See [`it`]({address}) now."


def test_a_problem_sets_links_start_in_its_own_folder(flat):
    shown = flat("[page](../../book/3-decoding/strategies.md)", "solutions/3-decoding/x.md")
    assert shown == f"[page]({BOOK}/3-decoding/strategies.html)"


def test_an_image_becomes_its_raw_address(flat):
    raw = "https://raw.githubusercontent.com/Owner/name/main/book/static/a.svg"
    assert flat("![A *map*.](../static/a.svg)") == f"![A *map*.]({raw})"
    figure = ":::{figure} ../static/a.svg\n:alt: A map.\n:width: 80%\n\nThe way.\n:::"
    assert flat(figure) == f"![A map.]({raw})\n\nThe way."
    assert flat(f"[![a](../static/a.svg)]({BOOK})") == f"[![a]({raw})]({BOOK})"


@pytest.mark.parametrize("before", ["A lone ` tick.\n\n", "From $5 ", "Not \\` code, ", "a $ b "])
@pytest.mark.parametrize("after", ["-$6", " and `code`", "\n\nA lone ` tick."])
def test_a_mark_that_opens_nothing_hides_nothing(flat, before, after):
    assert f"[it]({BOOK}/1-inputs/gpt.html)" in flat(f"{before}[it](gpt.md){after}")


def test_labels_and_comments_are_dropped(flat):
    assert flat("(place)=\n## Heading\n\n% a remark\nText.") == "## Heading\n\nText."
    assert flat("$$\nx\n$$ (eq-x)") == "$$\nx\n$$"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{cite:t}`nobody1999`", "nothing is known of the reference nobody1999"),
        ("{ref}`place`", "the role {ref} has no form in a notebook"),
        ("[out](../../../x.md)", "../../../x.md is outside the repository"),
    ],
)
@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("```{code-cell} python\n1\n```\n\ntext\n", "", 19),
        (":::{note}\n:class: dropdown\n", "\n:::", 16),
        (":::{note} ", "\n:::", 14),
        ("text [with\n", "](https://example.org)", 15),
    ],
)
def test_what_has_no_form_is_named_by_its_line(flat, wrong, said, before, after, line):
    with pytest.raises(UserError) as caught:
        flat(f"{before}{wrong}{after}")
    assert caught.value.wrong.startswith(f"book/1-inputs/page.md, line {line}: {said}")


def test_a_line_is_found_though_its_words_stand_above_too(flat):
    with pytest.raises(UserError, match="line 18: the role"):
        flat("```` {ref}`x` ````\n\n+++\n\n{ref}`x`")


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_an_address_is_the_same_however_it_ends(end):
    assert Addresses.of(f"https://github.com/Owner/name{end}") == ADDRESSES


def test_only_a_repository_on_github_has_addresses():
    with pytest.raises(UserError, match=r"git\.example\.org"):
        Addresses.of("https://git.example.org/owner/name")
