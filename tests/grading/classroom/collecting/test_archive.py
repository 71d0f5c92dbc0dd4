"""Archives as programs write them, and as somebody who means harm does."""

import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting import archive as limits
from llmcourse.grading.classroom.collecting.archive import opened_archive
from llmcourse.grading.classroom.collecting.entries import Unusable


def members(path: Path) -> dict[str, str]:
    """The problem of each entry, or what is in it."""
    with opened_archive(path) as archive:
        found = {}
        for entry in archive.entries():
            try:
                found[entry.path] = entry.read().decode()
            except Unusable as error:
                found[entry.path] = f"! {error}"
        return found


def of_kind(name: str, kind: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o644) << 16
    return member


def test_files_are_read_and_what_programs_add_is_left_out(pack):
    path = pack(
        {
            "ada/": "",
            "ada/1.ipynb": "one",
            "__MACOSX/ada/._1.ipynb": "x",
            "ada/.ipynb_checkpoints/1.ipynb": "x",
            ".DS_Store": "x",
        }
    )
    assert members(path) == {"ada/1.ipynb": "one"}


@pytest.mark.parametrize(
    "name",
    ["../evil.ipynb", "a/../../evil.ipynb", "/etc/evil.ipynb", "C:\\evil.ipynb", "..\\evil.ipynb"],
)
def test_a_name_that_leads_out_is_refused_and_the_others_are_read(pack, name):
    found = members(pack({name: "x", "ada/1.ipynb": "one"}))
    assert found.pop("ada/1.ipynb") == "one"
    assert list(found.values()) == ["! Its name leads out of the archive."]


@pytest.mark.parametrize(
    ("kind", "message"),
    [(stat.S_IFLNK, "It is a link"), (stat.S_IFCHR, "not a file"), (stat.S_IFIFO, "not a file")],
)
def test_links_and_devices_are_refused(pack, kind, message):
    found = members(pack({of_kind("ada/1.ipynb", kind): "/etc/passwd", "bob/1.ipynb": "one"}))
    assert found["bob/1.ipynb"] == "one"
    assert message in found["ada/1.ipynb"]


def test_a_name_that_commands_a_terminal_is_refused(pack):
    (problem,) = members(pack({"a\x1b[2J.ipynb": "x"})).values()
    assert "can't be printed" in problem


def test_a_bomb_is_not_unpacked(pack):
    found = members(pack({"bomb.ipynb": b"\0" * 20_000_000, "ada.ipynb": "one"}))
    assert found == {"bomb.ipynb": "! It would unpack to more than 200 times its size.", **ADA}


ADA = {"ada.ipynb": "one"}


def test_what_is_too_large_is_refused_whatever_it_says_of_its_size(pack, monkeypatch):
    path = pack({"large.ipynb": bytes(range(256)) * 300_000, "ada.ipynb": "one"})  # 76.8 MB
    assert members(path) == {
        "ada.ipynb": "one",
        "large.ipynb": "! It would unpack to more than 200 times its size.",
    }
    monkeypatch.setattr(limits, "MOST_RATIO", 10_000)
    assert members(path)["large.ipynb"] == "! It is larger than 64 MB."
    monkeypatch.setattr(limits, "MOST_OF_ONE", 70_000_000)
    assert members(path)["large.ipynb"] == "! It is larger than 70 MB."


def test_a_size_that_is_a_lie_gives_no_more_than_that_size(pack):
    path = pack({"ada.ipynb": "x" * 5000, "bob.ipynb": "one"})
    raw = path.read_bytes().replace(struct.pack("<L", 5000), struct.pack("<L", 10))
    path.write_bytes(raw)
    found = members(path)
    assert found["bob.ipynb"] == "one"
    assert found["ada.ipynb"].startswith("! It is damaged")


def test_all_that_is_read_has_a_limit(pack, monkeypatch):
    monkeypatch.setattr(limits, "MOST_OF_ALL", 1500)
    found = members(pack({"a.ipynb": "x" * 1000, "b.ipynb": "y" * 1000, "c.ipynb": "z"}))
    assert found["a.ipynb"] == "x" * 1000
    assert "The archive holds more than" in found["b.ipynb"]


def test_too_many_members_are_an_error(pack, monkeypatch):
    path = pack({f"{number}.ipynb": "" for number in range(20_001)})
    with pytest.raises(UserError, match="more than 20000 files"):
        members(path)
    monkeypatch.setattr(limits, "MOST_DIRECTORY", 100_000)
    with pytest.raises(UserError, match="list of files is too long"):
        members(path)


def test_an_encrypted_member_is_named(pack):
    path = pack({"ada.ipynb": "x", "bob.ipynb": "one"})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the flags of the first member
        raw[raw.find(mark) + offset] |= 1
    path.write_bytes(raw)
    found = members(path)
    assert "It is encrypted" in found["ada.ipynb"]
    assert found["bob.ipynb"] == "one"


def test_what_is_in_it_twice_counts_once_if_it_is_the_same_and_else_not_at_all(tmp_path):
    path = tmp_path / "double.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        write_twice(path)
    found = members(path)
    assert found["same.ipynb"] == "one"
    assert "nobody can tell which one counts" in found["other.ipynb"]


def write_twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [("same", "one"), ("same", "one"), ("other", "1"), ("other", "2")]:
            archive.writestr(f"{name}.ipynb", content)


def test_a_damaged_member_does_not_stop_the_others(pack):
    path = pack({"ada.ipynb": "the text of a notebook", "bob.ipynb": "one"})
    raw = path.read_bytes()
    stored = zlib.crc32(b"the text of a notebook").to_bytes(4, "little")
    path.write_bytes(raw.replace(stored, b"\0\0\0\0"))
    found = members(path)
    assert found["ada.ipynb"].startswith("! It is damaged: Bad CRC-32")
    assert found["bob.ipynb"] == "one"


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_names_without_a_mark_of_their_encoding(pack, encoding):
    path = pack({"Zo*.ipynb" + " " * len("ë".encode(encoding)): "one"})
    raw = path.read_bytes()
    plain = b"Zo*.ipynb" + b" " * len("ë".encode(encoding))
    wanted = b"Zo" + "ë".encode(encoding) + b".ipynb"
    path.write_bytes(raw.replace(plain, wanted.ljust(len(plain))))
    assert [name.strip() for name in members(path)] == ["Zoë.ipynb"]


def test_names_are_compared_in_one_form_of_unicode(pack):
    assert list(members(pack({unicodedata.normalize("NFD", "Zoë.ipynb"): "one"}))) == ["Zoë.ipynb"]


def test_a_name_that_says_it_is_utf8_and_is_not_is_an_error(pack):
    path = pack({"Zoë.ipynb": "one"})
    path.write_bytes(path.read_bytes().replace("ë".encode(), b"\xff\xff"))
    with pytest.raises(UserError, match=r"is not UTF-8, though.+unpack it and give the folder"):
        members(path)


def test_what_is_no_archive_is_an_error(pack, tmp_path):
    whole = pack({"ada.ipynb": "x" * 100}).read_bytes()
    for content in (b"", b"no zip", whole[: len(whole) // 2]):
        (tmp_path / "part.zip").write_bytes(content)
        with pytest.raises(UserError, match=r"no zip archive, or only the first part.+Download it"):
            members(tmp_path / "part.zip")
    with pytest.raises(UserError, match="can't be read: No such file"):
        members(tmp_path / "none.zip")
