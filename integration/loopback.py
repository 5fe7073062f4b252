"""A package index on this machine: it serves a directory, remembers what it was asked, and can be slow."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

WHEEL: Final = "Wheel-Version: 1.0\nGenerator: loopback\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ONLY: Final = {"PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
"""The variables that make an index the only one, whatever the machine's settings are."""


@dataclass
class Index:
    """A running index."""

    directory: Path
    """The archives that it serves."""
    requested: list[str] = field(default_factory=list)
    """The canonical names that it was asked for, in order."""
    stuck: str = ""
    """A name whose archives never come."""
    halved: str = ""
    """A name of whose archives only the first half comes, until they are released."""
    released: threading.Event = field(default_factory=threading.Event)
    asked_for_stuck: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        """Give what `--index-url` takes."""
        return f"http://127.0.0.1:{self.port}/simple/"

    def links(self, name: str) -> str:
        """Give the page of one name (PEP 503), empty when there is no such distribution."""
        files = [
            path.name
            for path in sorted(self.directory.iterdir())
            if canonicalize_name(path.name.partition("-")[0]) == name
        ]
        return "".join(f'<a href="/files/{escape(file)}">{escape(file)}</a>\n' for file in files)


@contextmanager
def serving(directory: Path, stuck: str = "", halved: str = "") -> Iterator[Index]:
    """Serve the archives of a directory until the context is left."""
    index = Index(directory, stuck=stuck, halved=halved)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, index)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing: what was asked is in `requested`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    index.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.closing.set()
        index.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def make_wheel(directory: Path, name: str, version: str, files: Mapping[str, str], metadata: str = "") -> Path:
    """Write a wheel of pure Python, whose modules are given by their paths; `metadata` is more of its headers."""
    directory.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    own = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": WHEEL,
    }
    path = directory / f"{name}-{version}-py3-none-any.whl"
    members = {**files, **own}
    record = "".join(f"{member},,\n" for member in (*members, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**members, f"{info}/RECORD": record}.items():
            archive.writestr(member, text)
    return path


def _answer(request: BaseHTTPRequestHandler, index: Index) -> None:
    folder, _, name = request.path.strip("/").partition("/")
    if folder == "simple":
        index.requested.append(canonicalize_name(name))
        page = index.links(canonicalize_name(name))
        _send(request, 200 if page else 404, "text/html", page.encode())
        return
    if index.stuck and name.startswith(f"{index.stuck}-"):
        index.asked_for_stuck.set()
        index.closing.wait()
        return
    path = index.directory / name
    found = folder == "files" and path.is_file()
    body = path.read_bytes() if found else b""
    halved = index.halved and name.startswith(f"{index.halved}-")
    _send(request, 200 if found else 404, "application/octet-stream", body, index.released if halved else None)


def _send(
    request: BaseHTTPRequestHandler, status: int, kind: str, body: bytes, released: threading.Event | None = None
) -> None:
    request.send_response(status)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    half = 0
    if released is not None:
        half = len(body) // 2
        request.wfile.write(body[:half])
        released.wait()
    request.wfile.write(body[half:])
