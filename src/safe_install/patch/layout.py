"""Change `[build-system]` in a text, and leave its layout, its comments and all else alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import ParseError
from tomlkit.items import AoT, Comment, InlineTable, Item, Key, SingleKey, Table, Trivia

from safe_install.declared.misspelling import TABLE, misspelt_keys, misspelt_table
from safe_install.model import LEGACY_BACKEND, BuildSystem
from safe_install.patch.toml_values import Value, changed, new

Body: TypeAlias = list[tuple[Key | None, Item]]
Parts: TypeAlias = list[Table | InlineTable]
"""What makes up the table: a header's, an inline one, or one for each dotted key."""


def edited(text: str, said: Mapping[str, Any], system: BuildSystem) -> str | None:
    """Give a TOML text with `system` for its `[build-system]`, by the fewest changed lines.

    `said` is what the text says, by the reader that pip has. A misspelt table or key is renamed where
    it stands; an absent table is put before the first.
    `None`: what is called `build-system` is no table, or tomlkit refuses the text (it nests at most
    100 deep, and takes no carriage return for the end of a line).
    """
    try:
        document = tomlkit.parse(text)
    except ParseError:
        return None
    newline = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    parts = _parts(document, said)
    if not parts:
        is_free = isinstance(said.get(TABLE, {}), Mapping)
        return _with_table(text, document, table(system, newline), newline) if is_free else None
    _rename_keys(parts, system)
    values = _values(system)
    if not _is_needed(system) and _find(parts, "build-backend") is None:
        del values["build-backend"]
    after = None
    for key, value in values.items():
        place = _find(parts, key)
        if place is None:
            _add(parts, after, key, value, newline)
        else:
            part, index = place
            written, item = part.value.body[index]
            part.value.body[index] = (written, changed(key, item, value, newline))
        after = key
    if not system.backend_path:
        _remove(parts, "backend-path")
    return document.as_string()


def table(system: BuildSystem, newline: str = "\n") -> str:
    """Give the text of a new `[build-system]`, with the backend written even if it is pip's default."""
    lines = (f"{key} = {new(key, value, newline).as_string()}" for key, value in _values(system).items())
    return newline.join((f"[{TABLE}]", *lines, ""))


def _values(system: BuildSystem) -> dict[str, Value]:
    values: dict[str, Value] = {"requires": system.requires, "build-backend": system.backend}
    if system.backend_path:
        values["backend-path"] = system.backend_path
    return values


def _is_needed(system: BuildSystem) -> bool:
    """Tell whether the backend must be written: a path to it means nothing without it."""
    return system.backend != LEGACY_BACKEND or bool(system.backend_path)


def _parts(document: TOMLDocument, said: Mapping[str, Any]) -> Parts:
    """Find the parts of the table; a misspelt one has its right name afterwards."""
    found: Parts = []
    for key, item in document.body:
        if key is None or key.key != TABLE:
            continue
        if isinstance(item, InlineTable) or (isinstance(item, Table) and _has_keys(key, item)):
            found.append(item)
    misspelt = misspelt_table(said)
    if found or TABLE in said or misspelt is None:
        return found
    for body, index in _places(document.body, misspelt[0]):
        key, item = body[index]
        if isinstance(item, Table) and item.display_name is not None:
            item.display_name = TABLE
            return [item]
        if isinstance(item, InlineTable) and body is document.body:
            body[index] = (SingleKey(TABLE, sep=_separator(key)), item)
            return [item]
    return []


def _has_keys(key: Key, item: Table) -> bool:
    """Tell a table with keys of its own from the mere prefix of another table's header."""
    return key.is_dotted() or not item.is_super_table()


def _places(body: Body, path: tuple[str, ...]) -> Iterator[tuple[Body, int]]:
    for index, (key, item) in enumerate(body):
        if key is not None and key.key == path[0]:
            if len(path) == 1:
                yield body, index
            elif isinstance(item, Table):
                yield from _places(item.value.body, path[1:])


def _find(parts: Parts, wanted: str) -> tuple[Table | InlineTable, int] | None:
    for part in parts:
        for index, (key, _) in enumerate(part.value.body):
            if key is not None and key.key == wanted:
                return part, index
    return None


def _rename_keys(parts: Parts, system: BuildSystem) -> None:
    """Rename what is misspelt, unless the system can do without it."""
    keys = {key.key: item for part in parts for key, item in part.value.body if key is not None}
    needs = {"requires": True, "build-backend": _is_needed(system), "backend-path": bool(system.backend_path)}
    for written, meant in misspelt_keys(keys):
        place = _find(parts, written)
        if place is not None and needs[meant]:
            part, index = place
            key, item = part.value.body[index]
            part.value.body[index] = (SingleKey(meant, sep=_separator(key)), item)


def _separator(key: Key | None) -> str:
    """Give what stands between a key and its value: tomlkit counts the first blanks to the key."""
    if key is None:
        return " = "
    written = key.as_string()
    return written[len(written.rstrip()) :] + key.sep


def _add(parts: Parts, after: str | None, key: str, value: Value, newline: str) -> None:
    """Put a new key behind another, or first."""
    item = new(key, value, newline)
    place = _find(parts, after) if after is not None else None
    part, index = place or (parts[0], -1)
    if isinstance(part, InlineTable):
        item.trivia.trail = ""
        part.append(key, item)
        return
    neighbour, line = part.value.body[index] if place else (None, part)
    if place:
        item.trivia.indent = line.trivia.indent
    if "\n" not in line.trivia.trail and (place or _has_header(part)):
        # The line was the file's last and not ended; now the new one is.
        item.trivia.trail, line.trivia.trail = line.trivia.trail, newline
    separator = "=" if _separator(neighbour) == "=" else " = "
    part.value.body.insert(index + 1, (SingleKey(key, sep=separator), item))


def _has_header(part: Table) -> bool:
    return part.display_name is not None


def _remove(parts: Parts, key: str) -> None:
    """Take a key away; the comment beside it stays."""
    place = _find(parts, key)
    if place is None:
        return
    part, index = place
    if isinstance(part, InlineTable):
        part.remove(key)
        return
    trivia = part.value.body[index][1].trivia
    if trivia.comment:
        comment = Comment(Trivia(trivia.indent, "", trivia.comment, trivia.trail))
        part.value.body[index] = (None, comment)
    else:
        del part.value.body[index]


def _with_table(text: str, document: TOMLDocument, table: str, newline: str) -> str:
    """Put a table before the first one and the comment above that, but behind the file's own comment."""
    body = document.body
    header = next((index for index, (key, item) in enumerate(body) if _opens_table(key, item)), len(body))
    first = header
    while 0 < first < len(body) and isinstance(body[first - 1][1], Comment):
        first -= 1
    del body[: first or header]
    rest = document.as_string()
    before = text.removesuffix(rest)
    if before and not before.endswith("\n"):
        before += newline
    if before.strip("\ufeff\r\n\t ") and before.splitlines()[-1].strip():
        before += newline
    return before + table + (newline + rest if rest else "")


def _opens_table(key: Key | None, item: Item) -> bool:
    return isinstance(item, AoT) or (isinstance(item, Table) and key is not None and not key.is_dotted())
