"""SOURCES.md names every embedded file with its hash, and the hash is right."""

import hashlib
import lzma
import re
from importlib.resources import files

DATA = files("llmcourse.data")
LISTED = dict(
    re.findall(r"\| `([\w.]+)` \| `([0-9a-f]{64})` \|", (DATA / "SOURCES.md").read_text())
)


def test_every_file_is_listed_with_its_hash():
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (DATA / "assets").iterdir()
    }
    assert found == {name: hash for name, hash in LISTED.items() if name.endswith(".xz")}


def test_the_tables_inside_have_the_hashes_that_are_listed():
    for name in ("cl100k_base.tiktoken", "r50k_base.tiktoken"):
        table = lzma.decompress((DATA / "assets" / f"{name}.xz").read_bytes())
        assert hashlib.sha256(table).hexdigest() == LISTED[name]
