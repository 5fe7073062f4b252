"""Tell which place a requirement on the command line names, and refuse what can be none."""

# os.path says "no" where pathlib raises: names too long, folders that cannot be searched.

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from safe_install.errors import ProjectUnreadable, Usage
from safe_install.request import Asked
from safe_install.requirements.places import ARCHIVES, SYSTEMS, Place, read

DIRECTORY_STEP: Final = "name the project's directory"

_EXTRA: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)


def locate(asked: Asked, directory: Path) -> Place | None:
    """Give the place that a requirement names; `None` when it names none, and pip has to know it.

    Relative paths start at `directory`. Raises ProjectUnreadable for a path to nothing, or to a file that
    is no archive, and Usage for extras that cannot be any: pip would say the same, but later.
    """
    place = read(asked.text, editable=asked.editable, directory=directory)
    if place is None:
        path = asked.text.partition("[")[0].strip()
        if _is_meant_as_path(path, asked.editable):
            raise ProjectUnreadable(
                f"there is no directory {asked.text!r} ({Path(os.path.abspath(directory / path))})", DIRECTORY_STEP
            )
        return None
    extras = [extra.strip() for extra in place.extras.strip("[]").split(",") if place.extras]
    for extra in extras:
        if place.is_folder and not _EXTRA.fullmatch(extra):
            raise Usage(f"{extra!r} in {asked.text!r} is not the name of an extra", "write PATH[extra,extra]")
    file = Path(place.where)
    if os.path.isfile(file) and not file.name.lower().endswith(ARCHIVES):
        raise ProjectUnreadable(f"{asked.text!r} is not a directory ({file})", _instead(file))
    return place


def _is_meant_as_path(text: str, editable: bool) -> bool:
    if "@" in text or ";" in text or "://" in text or text.lower().endswith(ARCHIVES):
        return False
    if editable:
        return text.partition("+")[0].partition(":")[0].lower() not in SYSTEMS
    return text.startswith((".", os.path.sep))


def _instead(file: Path) -> str:
    if file.name in {"pyproject.toml", "setup.py"}:
        return f"name the directory that it is in: {file.parent}"
    if file.suffix in {".txt", ".in"}:
        return f"a requirements file goes behind -r: safe-install -r {file.name}"
    return DIRECTORY_STEP
