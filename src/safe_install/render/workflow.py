"""Speak to a workflow of GitHub Actions: its commands, and nothing of anybody else's among them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from safe_install.declared.places import Place
from safe_install.render.terminal import neutralise

_DATA: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final = {**_DATA, ":": "%3A", ",": "%2C"}
"""How the runner wants them written (actions/toolkit, `command.ts`)."""


def annotation(level: str, title: str, message: str, file: str | None = None, place: Place | None = None) -> str:
    """Give the command that puts an `error`, a `warning` or a `notice` beside a line of a file."""
    where = {} if file is None else {"file": file}
    if file is not None and place is not None:
        where |= {"line": str(place.line), "col": str(place.column)}
    properties = ",".join(f"{key}={_property(value)}" for key, value in (where | {"title": title}).items())
    return f"::{level} {properties}::{_data(message)}"


def in_repository(path: str | PurePath, environ: Mapping[str, str], directory: str) -> str | None:
    """Give a file's path as the repository has it; nothing when it is not in the workspace."""
    workspace = environ.get("GITHUB_WORKSPACE") or directory
    relative = os.path.relpath(os.path.join(directory, path), workspace)
    inside = relative != os.pardir and not relative.startswith(f"{os.pardir}{os.sep}")
    return relative.replace(os.sep, "/") if inside else None


def _data(text: str) -> str:
    return _escaped("\n".join(neutralise(line) for line in text.splitlines()), _DATA)


def _property(text: str) -> str:
    return _escaped(neutralise(text), _PROPERTY)


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
