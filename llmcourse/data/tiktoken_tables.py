"""OpenAI's merge tables, so that the official tiktoken works where there is no network.

tiktoken downloads a table when an encoding is first used and keeps it in its cache folder, under
the SHA-1 of its address. The tables of GPT-2 and 3 (`r50k_base`) and of GPT-3.5 and 4
(`cl100k_base`) come with this package; here they are put where tiktoken looks. It checks their
SHA-256 itself. Where they come from is in SOURCES.md.
"""

import hashlib
import lzma
import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from llmcourse.errors import UserError
from llmcourse.files import replacing, user_cache

if TYPE_CHECKING:
    import tiktoken

# SHA-256 of each table, as tiktoken_ext/openai_public.py expects it.
TABLES = {
    "r50k_base": "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


def install_tiktoken_tables() -> Path:
    """Put the embedded tables into tiktoken's cache folder and return the folder.

    That is the folder in `TIKTOKEN_CACHE_DIR` (or the older `DATA_GYM_CACHE_DIR`) where you have
    set one. Otherwise it is one in the user's cache, and `TIKTOKEN_CACHE_DIR` is set to it for this
    process. From then on `tiktoken.encoding_for_model("gpt-4")` needs no network.
    """
    chosen = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    folder = Path(chosen or user_cache() / "tiktoken")
    for name, sha256 in TABLES.items():
        address = f"https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
        path = folder / hashlib.sha1(address.encode()).hexdigest()
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            asset = files("llmcourse.data") / "assets" / f"{name}.tiktoken.xz"
            with replacing(path) as temporary:
                temporary.write_bytes(lzma.decompress(asset.read_bytes()))
    if not chosen:
        os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    return folder


def tiktoken_encoding(name: str) -> "tiktoken.Encoding":
    """Return tiktoken's encoding `name`; with no network this works for the embedded `TABLES`.

    Raises UserError for a name that tiktoken does not know, or a table that it cannot download.
    """
    import tiktoken

    if name not in tiktoken.list_encoding_names():
        raise UserError(
            f"tiktoken has no encoding {name!r}.",
            todo=f"It has: {', '.join(tiktoken.list_encoding_names())}.",
        )
    install_tiktoken_tables()
    try:
        return tiktoken.get_encoding(name)
    except OSError as error:  # what `requests` raises is an OSError
        raise UserError(
            f"The table of {name} is not embedded, and downloading it failed: {error}.",
            todo=f"Connect to the network, or use {' or '.join(TABLES)}.",
        ) from error
