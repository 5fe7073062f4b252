"""Make an installed wheel's metadata say which folder it came from (PEP 610, PEP 660)."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Final

DIRECT_URL: Final = "direct_url.json"


def dist_info(packages: tuple[Path, ...], name: str) -> Path | None:
    """Find the `.dist-info` folder of a distribution."""
    # Not without a local project: importing it is not free.
    from importlib.metadata import distributions

    for metadata in distributions(name=name, path=[str(folder) for folder in packages]):
        folder = Path(str(metadata.locate_file(""))) / Path(str(getattr(metadata, "_path", ""))).name
        if folder.suffix == ".dist-info":
            return folder
    return None


def came_from(folder: Path, path: Path) -> bool:
    """Tell whether an installed distribution was installed from this very file."""
    try:
        origin = json.loads((folder / DIRECT_URL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # A pip before 20.1 writes none; then the file is newer than the wheel if it was installed now.
        return (folder / "RECORD").exists() and (folder / "RECORD").stat().st_mtime >= path.stat().st_mtime
    return isinstance(origin, dict) and origin.get("url") == path.as_uri()


def record_origin(folder: Path, project: Path, *, editable: bool) -> None:
    """Write `direct_url.json` as an install of the project's folder does, and its row in RECORD.

    An install of a wheel leaves `archive_info` and the wheel's address instead, with which `pip list
    --editable` is empty and `pip freeze` names a file that is gone.
    """
    info = {"editable": True} if editable else {}
    content = json.dumps({"dir_info": info, "url": project.as_uri()}, sort_keys=True).encode("utf-8")
    _replace(folder / DIRECT_URL, content)
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
    _set_row(folder / "RECORD", [f"{folder.name}/{DIRECT_URL}", f"sha256={digest}", str(len(content))])


def _set_row(record: Path, row: list[str]) -> None:
    before = record.read_bytes().decode("utf-8")
    rows = list(csv.reader(io.StringIO(before, newline="")))
    changed = [row if old and old[0] == row[0] else old for old in rows]
    if row not in changed:
        changed.append(row)
    text = io.StringIO(newline="")
    # pip ends rows in the first way, other installers in the second.
    csv.writer(text, lineterminator="\r\n" if "\r\n" in before else "\n").writerows(changed)
    _replace(record, text.getvalue().encode("utf-8"))


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, with the mode that it has or that pip gives."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as partial:
        partial.write(content)
    os.chmod(partial.name, mode)
    os.replace(partial.name, path)
