"""Tell which local project a requirement on the command line names."""

# os.path says "no" where pathlib raises: names too long, folders that cannot be searched.

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from safe_install.errors import ProjectUnreadable, Usage

ONLY_PROJECTS: Final = "safe-install takes local projects only so far"
PIP_STEP: Final = "use pip for it"
DIRECTORY_STEP: Final = "name the project's directory"
ARCHIVES: Final = (
    *(".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz"),
    *(".tar.xz", ".txz", ".tar.lzma", ".tlz"),
)
"""Endings by which pip takes a file for a wheel or an sdist."""

_EXTRAS: Final = re.compile(r"(?P<path>.+?)\s*\[(?P<extras>[^\]]+)\]", re.DOTALL)
_EXTRA: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
# Two letters at least: C:\ is a drive.
_URL: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+):", re.IGNORECASE)
_DIRECT: Final = re.compile(r"[a-z0-9][\w.-]*\s*(?:\[[^\]]*\])?\s*@\s*[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def locate(argument: str, *, editable: bool, directory: Path) -> tuple[Path, tuple[str, ...]]:
    """Give the project's absolute path and its extras, lower case and in their order.

    What names a directory is what pip takes for one: a `file:` URL, anything with a separator or a dot
    in front, and after `-e` any directory's name. Relative paths start at `directory`.
    Raises Usage for everything that is no local project, ProjectUnreadable when it is not there.
    """
    if _DIRECT.match(argument):
        raise Usage(f"{ONLY_PROJECTS}: {argument!r} is a name and a URL", "name the directory alone")
    text, extras = _split(argument)
    url = _URL.match(text)
    if url and url["scheme"].lower() == "file":
        path = _from_url(text)
    elif url and ("//" in text or "+" in url["scheme"]):
        raise Usage(f"{ONLY_PROJECTS}: {argument!r} is a URL", PIP_STEP)
    elif not editable and ";" in text:
        raise Usage(f"safe-install does not take a marker after a project yet: {argument!r}", PIP_STEP)
    elif _looks_like_path(text) or editable:
        path = text
    elif text.lower().endswith(ARCHIVES):
        raise Usage(f"{ONLY_PROJECTS}: {argument!r} is an archive", PIP_STEP)
    else:
        raise Usage(f"{ONLY_PROJECTS}: {argument!r} is not one", _hint(text, directory))
    return _existing(directory / path, argument), extras


def _split(argument: str) -> tuple[str, tuple[str, ...]]:
    found = _EXTRAS.fullmatch(argument)
    if found is None:
        return argument, ()
    extras = [extra.strip().lower() for extra in found["extras"].split(",")]
    wrong = [extra for extra in extras if not _EXTRA.fullmatch(extra)]
    if wrong:
        raise Usage(f"{wrong[0]!r} in {argument!r} is not the name of an extra", "write PATH[extra,extra]")
    return found["path"], tuple(dict.fromkeys(extras))


def _looks_like_path(text: str) -> bool:
    return text.startswith(".") or any(mark in text for mark in (os.path.sep, os.path.altsep) if mark)


def _from_url(url: str) -> str:
    # Only for URLs: importing the latter costs more than all that --help needs.
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Usage(f"{url!r} is not a valid URL: {error}", DIRECTORY_STEP) from error
    if parts.query or parts.fragment:
        raise Usage(f"safe-install does not take what follows ? or # in a file: URL: {url!r}", "leave it out")
    if parts.netloc not in {"", "localhost"} and os.name != "nt":
        raise Usage(f"{url!r} is on another machine", "file: URLs have three slashes: file:///path")
    host = "" if parts.netloc == "localhost" else parts.netloc
    return url2pathname(f"//{host}{parts.path}" if host else parts.path)


def _existing(path: Path, argument: str) -> Path:
    # As pip makes paths absolute: symbolic links stay as they are written.
    whole = Path(os.path.normpath(os.path.abspath(path)))
    if os.path.isdir(whole):
        return whole
    if not os.path.lexists(whole):
        raise ProjectUnreadable(f"there is no directory {argument!r} ({whole})", DIRECTORY_STEP)
    if argument.lower().endswith(ARCHIVES):
        raise Usage(f"{ONLY_PROJECTS}: {argument!r} is an archive", PIP_STEP)
    raise ProjectUnreadable(f"{argument!r} is not a directory ({whole})", _instead(whole))


def _instead(file: Path) -> str:
    if file.name in {"pyproject.toml", "setup.py"}:
        return f"name the directory that it is in: {file.parent}"
    if file.suffix in {".txt", ".in"}:
        return f"a requirements file is for pip install -r {file.name}"
    return DIRECTORY_STEP


def _hint(text: str, directory: Path) -> str:
    if os.path.isdir(directory / text):
        return f"for the directory of that name write .{os.path.sep}{text}; else {PIP_STEP}"
    return PIP_STEP
