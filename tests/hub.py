"""A server on this machine that answers for one repository as the Hugging Face hub does."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

COMMIT = "0" * 40


@contextmanager
def served(kind: str, name: str, repository: Path) -> Iterator[str]:
    """The address of a hub whose one repository, of a `kind` "model" or "dataset", is a folder."""
    api = f"/api/{kind}s/{name}"
    files = f"/{name}/resolve/" if kind == "model" else f"/{kind}s/{name}/resolve/"

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self):
            path = urlsplit(self.path).path
            if path.startswith(f"{api}/revision/"):
                return self.reply(json.dumps({"id": name, "sha": COMMIT, "siblings": []}))
            if path.startswith(f"{api}/tree/{COMMIT}"):
                folder = repository / path.partition(COMMIT)[2].lstrip("/")
                return self.reply(json.dumps([self.entry(child) for child in folder.iterdir()]))
            if path.startswith(files):
                file = repository / path.removeprefix(files).partition("/")[2]
                return self.reply(file.read_bytes()) if file.is_file() else self.missing("Entry")
            return self.missing("Repo")

        do_HEAD = do_GET

        def entry(self, path: Path) -> dict:
            kind = "directory" if path.is_dir() else "file"
            name = str(path.relative_to(repository))
            return {"type": kind, "path": name, "size": path.stat().st_size, "oid": name}

        def missing(self, what: str) -> None:
            self.reply("", status=404, headers={"X-Error-Code": f"{what}NotFound"})

        def reply(self, body: str | bytes, status: int = 200, headers: dict | None = None) -> None:
            body = body.encode() if isinstance(body, str) else body
            etag = hashlib.sha1(body).hexdigest()
            self.send_response(status)
            fields = {"X-Repo-Commit": COMMIT, "ETag": f'"{etag}"', "Content-Length": len(body)}
            for name, value in (fields | (headers or {})).items():
                self.send_header(name, str(value))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# Without clean-up: threads of pyarrow that still read ahead can abort an interpreter that closes.
LEAVE = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)"


def in_a_process(script: str, **environment: str) -> object:
    """Run `script` where the hub's address can still be chosen; return what it prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script) + LEAVE],
        env=os.environ | {"HF_HUB_DISABLE_XET": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert "Retry" not in done.stderr
    return json.loads(done.stdout)
