"""Show the built book and its notebooks until Ctrl-C.

python book/serve.py --port 8000
"""

import functools
import http.server
import subprocess
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).parent.parent
HTML = ROOT / "build" / "book" / "_build" / "html"


def main(
    port: Annotated[int, typer.Option(help="Of the book; the notebooks get the next one.")] = 8000,
    lab: Annotated[str, typer.Option(help="The program that shows notebooks.")] = "jupyter-lab",
) -> None:
    """Serve the book and open it; serve its pages as notebooks. Example: python book/serve.py"""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(HTML))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        typer.secho(f"error: port {port} can't be used: {error.strerror}.", fg="red", err=True)
        typer.echo("       Choose another one: python book/serve.py --port 8010", err=True)
        raise typer.Exit(2) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    typer.echo(f"The book: http://127.0.0.1:{port}   Ctrl-C ends it.")
    webbrowser.open(f"http://127.0.0.1:{port}")
    program = Path(sys.executable).parent / lab
    command = [str(program), "--port", str(port + 1), "--notebook-dir", str(ROOT)]
    try:
        if status := subprocess.run(command, check=False).returncode:
            typer.secho(f"The notebooks ended with status {status}; see above.", fg="red", err=True)
            typer.echo("       The book stays open. Ctrl-C ends it.", err=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        typer.echo("")
    finally:
        server.shutdown()


if __name__ == "__main__":
    typer.run(main)
