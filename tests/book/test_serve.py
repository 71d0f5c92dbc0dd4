"""The server of the book: it stays where the program for notebooks does not start."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:  # it is there; the book may not be built
        return True
    except OSError:
        return False
    return True


def test_the_book_stays_open_where_no_notebooks_start():
    port = free_port()
    command = [sys.executable, "book/serve.py", "--port", str(port), "--lab", "python"]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"BROWSER": "true", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in running.stderr:
            if "notebooks ended with status 2" in line:
                break
        time.sleep(0.5)
        assert running.poll() is None
        assert answers(port)
    finally:
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}" in out
    assert not answers(port)
