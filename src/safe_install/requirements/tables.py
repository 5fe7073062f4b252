"""Write copies of groups, scripts and lock files, which are TOML, in which something else stands in."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from safe_install.requirements.places import StandIns, read

LOCK: Final = re.compile(r"pylock(\.[^.]+)?\.toml")
"""The name of a lock file (PEP 751)."""

_SCRIPT: Final = re.compile(r"^# /// script$\n(?P<content>(?:^#(?:| .*)$\n)+?)^# ///$", re.MULTILINE)
"""The block of a script that lists what it needs (PEP 723)."""

Copied: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
"""A value of an option, and each copy with the name of the file that it is of."""
_Table: TypeAlias = Mapping[str, Any]
_Rewrite: TypeAlias = Callable[[str, Path, StandIns], "str | None"]


def group(value: str, stand_ins: StandIns, folder: Path, directory: Path) -> Copied:
    """Give the value of `--group` with the path of a copy, if one is needed.

    The value is `[PATH:]NAME`; PATH leads to a `pyproject.toml` or to a lock file (pip's documentation, `--group`).
    """
    path, _, name = value.rpartition(":")
    text, made = _copied(path or "pyproject.toml", f":{name}", stand_ins, folder, directory)
    return (text if made else value), made


def script(value: str, stand_ins: StandIns, folder: Path, directory: Path) -> Copied:
    """Do that for the value of `--requirements-from-script`, a path."""
    return _copied(value, "", stand_ins, folder, directory)


def lock(value: str, stand_ins: StandIns, folder: Path, directory: Path) -> Copied:
    """Do that for a lock file behind `-r`, with the extras that pip takes there."""
    path, rest = _split(value)
    return _copied(path, rest, stand_ins, folder, directory)


def is_lock(value: str) -> bool:
    """Tell whether what stands behind `-r` is a lock file."""
    return LOCK.fullmatch(Path(_split(value)[0]).name) is not None


def _split(value: str) -> tuple[str, str]:
    path, bracket, extras = value.partition("[")
    return path, bracket + extras


def _copied(path: str, rest: str, stand_ins: StandIns, folder: Path, directory: Path) -> Copied:
    copy = _copy(directory / path, stand_ins, folder)
    return (f"{path}{rest}", ()) if copy is None else (f"{copy}{rest}", ((str(copy), path),))


def _copy(file: Path, stand_ins: StandIns, folder: Path) -> Path | None:
    """Write a copy in which the stand-ins stand, of one file always in the same place; if one is needed.

    What cannot be read, or is not what it should be, is left to pip.
    """
    if not stand_ins.wheels:
        return None
    # Only for what stands in for a folder of these: importing it is not free.
    from tomlkit.exceptions import TOMLKitError

    rewrite: _Rewrite = _lock if LOCK.fullmatch(file.name) else _groups if file.name == "pyproject.toml" else _script
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    try:
        written = rewrite(text, file.parent, stand_ins)
    except TOMLKitError:
        return None
    if written is None:
        return None
    copy = folder / hashlib.sha256(str(file).encode()).hexdigest()[:16] / file.name
    copy.parent.mkdir(exist_ok=True)
    copy.write_text(written, encoding="utf-8")
    return copy


def _groups(text: str, directory: Path, stand_ins: StandIns) -> str | None:
    groups = _read(text).get("dependency-groups")
    if not isinstance(groups, dict):
        return None
    written = {name: _with_stand_ins(listed, directory, stand_ins) for name, listed in groups.items()}
    return None if written == groups else _toml({"dependency-groups": written})


def _script(text: str, directory: Path, stand_ins: StandIns) -> str | None:
    blocks = list(_SCRIPT.finditer(text))
    if len(blocks) != 1:
        return None
    table = _read("".join(line[2:] or "\n" for line in blocks[0]["content"].splitlines(keepends=True)))
    written = _with_stand_ins(table.get("dependencies"), directory, stand_ins)
    if written == table.get("dependencies"):
        return None
    lines = _toml({**table, "dependencies": written}).splitlines()
    return "\n".join(["# /// script", *(f"# {line}" for line in lines), "# ///", ""])


def _lock(text: str, directory: Path, stand_ins: StandIns) -> str | None:
    table = _read(text)
    packages = table.get("packages")
    if not isinstance(packages, list):
        return None
    written = [_locked(package, directory, stand_ins) for package in packages]
    if not any("directory" in old and "directory" not in new for old, new in zip(packages, written, strict=True)):
        return None
    return _toml({**table, "packages": written})


def _locked(package: _Table, directory: Path, stand_ins: StandIns) -> _Table:
    """Give a package with absolute paths: the copy is elsewhere; and a wheel in the place of a folder."""
    absolute: dict[str, Any] = {key: _absolute(value, directory) for key, value in package.items()}
    folder = absolute.get("directory")
    if not isinstance(folder, dict) or "path" not in folder:
        return absolute
    wheel = stand_ins.wheels.get(os.path.normpath(os.path.join(folder["path"], folder.get("subdirectory", ""))))
    if wheel is None:
        return absolute
    del absolute["directory"]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return absolute | {"archive": {"path": str(wheel), "hashes": {"sha256": digest}}}


def _absolute(value: Any, directory: Path) -> Any:
    if isinstance(value, list):
        return [_absolute(each, directory) for each in value]
    if isinstance(value, dict) and isinstance(value.get("path"), str):
        return {**value, "path": os.path.join(directory, value["path"])}
    return value


def _with_stand_ins(listed: Any, directory: Path, stand_ins: StandIns) -> Any:
    return [_instead(each, directory, stand_ins) for each in listed] if isinstance(listed, list) else listed


def _instead(requirement: Any, directory: Path, stand_ins: StandIns) -> Any:
    place = read(requirement, editable=False, directory=directory) if isinstance(requirement, str) else None
    return (stand_ins.instead(place) if place else None) or requirement


def _read(text: str) -> _Table:
    import tomlkit

    return tomlkit.parse(text).unwrap()


def _toml(table: _Table) -> str:
    import tomlkit

    return tomlkit.dumps(table)
