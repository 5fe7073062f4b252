"""Have the sdists of a manifest in a folder: each checked against its hash, and none of them built."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from packaging.utils import canonicalize_name

from corpus.manifest import Row


def fetched(row: Row, folder: Path) -> Path:
    """Give a row's sdist, downloaded from the index of pip's configuration unless it is there already.

    `pip download` is of no use here: it runs the build system of what it downloads. Raises OSError when the index
    cannot be reached, LookupError when it has no such file, or another one than the manifest means.
    """
    path = folder / row.filename
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(_address(row), timeout=180) as answer:
            path.write_bytes(answer.read())
    if hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
        raise LookupError(f"{path} has another hash than the manifest says")
    return path


class _Links(HTMLParser):
    """Collects the links of a project's page (PEP 503)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the address of a link."""
        self.found += [value for key, value in attrs if tag == "a" and key == "href" and value]


def _address(row: Row) -> str:
    page = f"{_index().rstrip('/')}/{canonicalize_name(row.name)}/"
    with urllib.request.urlopen(urllib.request.Request(page, headers={"Accept": "text/html"}), timeout=60) as answer:
        text, base = answer.read().decode(), str(answer.geturl())
    links = _Links()
    links.feed(text)
    addresses = (urldefrag(urljoin(base, link)).url for link in links.found)
    address = next((each for each in addresses if each.rpartition("/")[2] == row.filename), None)
    if address is None:
        raise LookupError(f"{row.filename} is not on the page of {row.name}")
    return address


def _index() -> str:
    """Give the index that pip is configured for, or the one that it asks by itself."""
    if index := os.environ.get("PIP_INDEX_URL"):
        return index
    pip = [sys.executable, "-m", "pip"]
    told = subprocess.run([*pip, "config", "get", "global.index-url"], capture_output=True, text=True, check=False)
    if told.returncode == 0 and told.stdout.strip():
        return told.stdout.strip()
    shown = subprocess.run([*pip, "download", "--help"], capture_output=True, text=True, check=True).stdout
    default = re.search(r"\(default\s+(\S+)\)", shown.partition("--index-url")[2])
    if default is None:
        raise LookupError("pip does not say which index it asks; name one with PIP_INDEX_URL")
    return default[1]
