"""A sheet keeps every byte but those of the cells that are filled in."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lms.sheet import BOM, read_sheet


def sheet_of(tmp_path, text):
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_sheet(path)


@pytest.mark.parametrize("bom", ["", BOM])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_only_the_cell_changes(tmp_path, bom, end, last):
    lines = ['Student,"ID", a ,points', '"Lovelace, Ada",7,"say ""hi""",', "Bob,8,,3"]
    text = bom + end.join(lines) + (end if last else "")
    sheet = sheet_of(tmp_path, text)
    assert sheet.header == ["Student", "ID", "a", "points"]
    assert sheet.value(1, 2) == 'say "hi"'
    assert sheet.filled({}) == text.encode()
    lines[1] = lines[1] + "12.5"
    lines[2] = "Bob,8,,4"
    changed = bom + end.join(lines) + (end if last else "")
    assert sheet.filled({(2, 3): "4", (1, 3): "12.5"}) == changed.encode()


def test_a_cell_over_two_lines_and_a_row_that_is_too_short(tmp_path):
    sheet = sheet_of(tmp_path, 'a,b,c\n"one\ntwo",2\n\n3,4,5\n')
    assert len(sheet.rows) == 3
    assert sheet.value(1, 0) == "one\ntwo"
    assert sheet.value(1, 2) == ""
    assert sheet.filled({(1, 2): "9"}) == b'a,b,c\n"one\ntwo",2,9\n\n3,4,5\n'


def test_a_value_with_the_separator_is_quoted(tmp_path):
    assert sheet_of(tmp_path, "a;b\n1;2\n").filled({(1, 1): "2,5"}) == b"a;b\n1;2,5\n"
    assert sheet_of(tmp_path, "a,b\n1,2\n").filled({(1, 1): "2,5"}) == b'a,b\n1,"2,5"\n'


cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=8)


@given(
    st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_it_reads_what_pythons_own_reader_reads(tmp_path_factory, rows, end, quoting):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows([["a", "b"], *rows])
    sheet = sheet_of(tmp_path_factory.mktemp("sheet"), out.getvalue())
    expected = [row for row in csv.reader(io.StringIO(out.getvalue(), newline="")) if row]
    assert [[cell.value for cell in row] for row in sheet.rows] == expected
    assert sheet.filled({}) == out.getvalue().encode()
    again = sheet.filled({(1, 1): 'new "value", with all'}) if len(sheet.rows) > 1 else None
    if again is not None:
        expected[1][1] = 'new "value", with all'
        assert [r for r in csv.reader(io.StringIO(again.decode(), newline="")) if r] == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        ("Größe,ID\n".encode("latin-1"), "is no text in UTF-8"),
        ("a,b\n".encode("utf-16"), "is no text in UTF-8"),
        (b"a,b\n\0,2\n", "is no table of text"),
        (b'a,b\n"never closed,2\n', "a quote is never closed"),
        (b'a,b\n"x"y,2\n', "behind a closing quote"),
    ],
)
def test_what_is_no_sheet_is_one_clear_error(tmp_path, content, message):
    with pytest.raises(UserError, match=message):
        sheet_of(tmp_path, content)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(UserError, match="can't be read: No such file"):
        read_sheet(tmp_path / "none.csv")
    with pytest.raises(UserError, match="can't be read: Is a directory"):
        read_sheet(tmp_path)
