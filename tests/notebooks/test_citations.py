"""References in plain words, from the book's own files."""

import pytest

from llmcourse.errors import UserError
from llmcourse.notebooks.citations import references


@pytest.fixture
def cited(tmp_path):
    """The one reference that an entry gives."""

    def of(entry: str):
        path = tmp_path / "book" / "references.bib"
        path.parent.mkdir(exist_ok=True)
        path.write_text(entry, "utf-8")
        (reference,) = references(tmp_path).values()
        return reference

    return of


def test_the_files_of_the_book_are_read(root):
    found = references(root)
    assert found["vaswani2017attention"].in_text() == "Vaswani et al. (2017)"
    assert found["kingma2015adam"].in_brackets() == "Kingma and Ba, 2015"
    assert found["vaswani2017attention"].line == (
        "Ashish Vaswani, Noam Shazeer and Niki Parmar (2017). "
        "[Attention Is All You Need](https://arxiv.org/abs/1706.03762). "
        "*Advances in Neural Information Processing Systems*."
    )
    assert found["kingma2015adam"].line == (
        "Diederik P. Kingma and Jimmy Ba (2015). [Adam: A Method for Stochastic Optimization]"
        "(https://example.org/adam_paper). *ICLR*."
    )


def test_latex_becomes_letters(cited):
    work = cited("@misc{a, author={M{\\\"u}ller, J{\\'o}zef}, title={{LLMs} \\& more}, year=2020}")
    assert work.in_text() == "Müller (2020)"
    assert work.line == "Józef Müller (2020). LLMs & more."


@pytest.mark.parametrize(
    ("authors", "short"),
    [
        ("van den Oord, Aaron", "van den Oord"),
        ("{OpenAI}", "OpenAI"),
        ("Gage, Philip and others", "Gage et al."),
        ("A, B and C, D and E, F", "A et al."),
    ],
)
def test_a_citation_names_who_it_should(cited, authors, short):
    assert cited(f"@misc{{a, author={{{authors}}}, title={{T}}, year=2020}}").authors == short


def test_a_long_list_of_authors_is_cut(cited):
    authors = " and ".join(f"Name{n}, A" for n in range(9))
    line = cited(f"@misc{{a, author={{{authors}}}, title={{T}}, year=2020}}").line
    assert line == "A Name0, A Name1, A Name2, A Name3, A Name4, A Name5 and others (2020). T."


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("doi = {10.1/x}", "https://doi.org/10.1/x"),
        ("howpublished = {arXiv:2402.14903}", "https://arxiv.org/abs/2402.14903"),
        ("journal = {arXiv preprint arXiv:1607.06450}", "https://arxiv.org/abs/1607.06450"),
    ],
)
def test_an_address_is_found_where_one_is_given(cited, field, address):
    line = cited(f"@misc{{a, author={{A, B}}, title={{T}}, year=2020, {field}}}").line
    assert f"[T]({address})" in line


def test_lines_and_points_at_the_end_of_a_field_do_not_show(cited):
    line = cited("@misc{a, author={B, A}, title={One\n   Two.}, journal={J.}, year=2020}").line
    assert line == "A B (2020). One Two. *J.*."


def test_a_work_without_authors_is_named_by_its_title(cited):
    work = cited("@misc{a, title={The Report}, year=2020, url={https://example.org}}")
    assert work.in_text() == "The Report (2020)"
    assert work.line == "[The Report](https://example.org) (2020)."


def test_a_broken_file_is_named(root):
    (root / "book/references.bib").write_text("@misc{a, title={never closed, year=2015")
    with pytest.raises(UserError, match=r"book/references\.bib could not be read"):
        references(root)


def test_no_file_no_references(tmp_path):
    assert references(tmp_path) == {}
