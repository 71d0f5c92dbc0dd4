"""Every page of the built book, in a real browser."""

import gzip
import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGES = re.findall(r"(?:file|root): (\S+)\.md", (ROOT / "_toc.yml").read_text())
MOST_BYTES = 1_500_000  # of one page with all that it loads, compressed as web servers send it
ALLOWED = "THEBE_JS_URL"  # a line that the theme itself writes to the console
TEXT = (".html", ".js", ".css", ".svg", ".json")


class Visit:
    """A page that was opened, and what the browser had to say about it."""

    def __init__(self, browser: Any, url: str, width: int = 1440, scheme: str = "light"):
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._broke)
        self.page.on("requestfailed", lambda request: self.errors.append(f"failed {request.url}"))
        self.page.on("response", self._answered)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url, wait_until="networkidle")

    def _heard(self, message: Any) -> None:
        if message.type == "error" and ALLOWED not in message.text:
            self.errors.append(message.text)

    def _broke(self, error: Any) -> None:
        if ALLOWED not in str(error):
            self.errors.append(str(error))

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")


@pytest.fixture(params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def visit(browser: Any, address: str, name: str) -> Iterator[Visit]:
    opened = Visit(browser, f"{address}/{name}.html")
    yield opened
    opened.page.close()


@pytest.fixture
def on_a_phone(browser: Any, address: str, name: str) -> Iterator[Visit]:
    opened = Visit(browser, f"{address}/{name}.html", width=360, scheme="dark")
    yield opened
    opened.page.close()


def test_a_page_loads_without_error_and_asks_no_other_host(visit, address):
    assert visit.errors == []
    asked = [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))]
    assert asked == []


def test_a_page_is_light(visit, address, html):
    paths = {urlsplit(url).path for url in visit.requests if url.startswith(address)}
    sizes = {path: sent(html / unquote(path.lstrip("/"))) for path in paths}
    assert sum(sizes.values()) < MOST_BYTES, sorted(sizes.items(), key=lambda item: -item[1])[:5]


def sent(path: Path) -> int:
    data = path.read_bytes()
    return len(gzip.compress(data)) if path.suffix in TEXT else len(data)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_accessible(visit, scheme):
    from axe_playwright_python.sync_playwright import Axe

    visit.page.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
    found = Axe().run(visit.page, context="main").response["violations"]
    serious = [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_page_fits_a_phone(on_a_phone):
    assert on_a_phone.errors == []
    wide = on_a_phone.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


def test_figures_answer_to_keys(visit):
    for figure in visit.page.query_selector_all(".llmcourse-figure"):
        sliders = figure.query_selector_all("input[type=range]")
        assert sliders
        changed = []
        for place in range(len(sliders)):
            # Looked for again: what one slider sets may be how far another one goes.
            slider = figure.query_selector_all("input[type=range]")[place]
            before = figure.inner_text()
            for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):  # whichever end it stands at
                slider.press(key)
                changed.append(figure.inner_text() != before)
        assert any(changed)
        assert figure.query_selector("[role=status]").inner_text().strip()
        assert figure.query_selector_all("table tbody tr"), "a figure has its data as a table"


class Anchors(HTMLParser):
    """The links and the ids of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for key, value in attributes:
            if value and (tag, key) == ("a", "href"):
                self.links.add(value)
            elif value and key in ("id", "name"):
                self.ids.add(value)


def test_links_of_a_page_resolve(html, name):
    here = html / f"{name}.html"
    anchors = Anchors(here.read_text())
    assert anchors.links
    for link in anchors.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            assert parts.scheme in ("https", "mailto"), link
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.exists(), link
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in Anchors(target.read_text()).ids, link


def test_what_a_cell_displays_as_markdown_is_set_as_such(html, name):
    source = (ROOT / f"{name}.md").read_text()
    built = (html / f"{name}.html").read_text()
    assert not re.search(r"<p>\|.*\|", built)  # a table that nobody has set
    if "show_problem_set(" in source:
        assert re.search(r"<td[^>]*><p>●", built)


def test_search_finds_a_term(browser, address):
    found = Visit(browser, f"{address}/search.html?q=tokenizer")
    found.page.wait_for_selector("#search-results li", timeout=20_000)
    assert found.errors == []
    found.page.close()


FACTS = r"\*\d+ minutes to read · .+ GB on two cores, .+ on a T4 \(reckoned\) · needs: .+\*"


@pytest.mark.parametrize("text", PAGES)
def test_a_page_says_below_its_title_what_it_takes(text):
    _, _, body = (ROOT / f"{text}.md").read_text().split("---\n", 2)
    title, facts = [line for line in body.splitlines() if line][:2]
    assert title.startswith("# ")
    assert re.fullmatch(FACTS, facts), facts


LEARNERS = PAGES[: PAGES.index("book/for-instructors")]


@pytest.mark.parametrize(("text", "following"), list(itertools.pairwise(LEARNERS)))
def test_next_leads_to_the_page_that_comes_next(text, following):
    _, found, section = (ROOT / f"{text}.md").read_text().partition("\n## Next\n")
    assert found
    links = [(ROOT / text).parent / link for link in re.findall(r"\]\(([^)#]+\.md)", section)]
    assert (ROOT / f"{following}.md").resolve() in [link.resolve() for link in links]


def test_every_text_of_the_book_is_in_its_contents():
    texts = {
        path.relative_to(ROOT).with_suffix("").as_posix() for path in (ROOT / "book").rglob("*.md")
    }
    assert texts == set(PAGES)
