"""Tell the keys and tables that are nearly those of `[build-system]`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from safe_install.declared.spelling import likeness
from safe_install.kinds import Kind
from safe_install.model import Oddity

TABLE: Final = "build-system"

_SYNONYMS: Final = {
    "requires": frozenset({"requirements", "dependencies"}),
    "build-backend": frozenset({"backend"}),
    "backend-path": frozenset({"path"}),
}
"""The keys of the table (PEP 517, PEP 518), and words for them that no nearness would find."""

_NEAR: Final = 0.85
"""The likeness from which on a word is a misspelling: one slip in `requires` is 0.87."""

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def oddities(document: Mapping[str, Any]) -> tuple[Oddity, ...]:
    """Give what every front end ignores and was surely meant: only where the right one is absent.

    A table's name is written as in its header.
    """
    if TABLE in document:
        return _odd_keys(document[TABLE])
    found = misspelt_table(document)
    if found is None:
        return ()
    path, table = found
    written = ".".join(key if _BARE.fullmatch(key) else json.dumps(key) for key in path)
    return (Oddity(Kind.TABLE_MISSPELT, written, TABLE), *_odd_keys(table))


def misspelt_table(document: Mapping[str, Any]) -> tuple[tuple[str, ...], Mapping[str, Any]] | None:
    """Give the one table that is nearly `[build-system]`, by its keys, if there is one and no second."""
    found = [
        (path, table)
        for path, table in _places(document)
        if isinstance(table, Mapping)
        and _is_near(path[-1] if path[0] in ("tool", "project") else "".join(path), TABLE)
        # A stranger's table of that name holds other keys.
        and (table.keys() & _SYNONYMS.keys() or any(misspelt_keys(table)))
    ]
    return found[0] if len(found) == 1 else None


def misspelt_keys(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what is written and what was meant, for each key that is absent and has one near it."""
    for meant, synonyms in _SYNONYMS.items():
        if meant in table:
            continue
        kinds = (str,) if meant == "build-backend" else (str, list)
        found = [
            key
            for key, value in table.items()
            if isinstance(value, kinds) and (key in synonyms or _is_near(key, meant))
        ]
        if len(found) == 1:
            yield found[0], meant


def _is_near(word: str, meant: str) -> bool:
    """Tell whether a word is the meant one, but for its case, its punctuation or a slip."""
    return likeness(word, meant) >= _NEAR


def _odd_keys(table: object) -> tuple[Oddity, ...]:
    if not isinstance(table, Mapping):
        return ()
    return tuple(Oddity(Kind.KEY_MISSPELT, written, meant) for written, meant in misspelt_keys(table))


def _places(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in document.items():
        yield (key,), value
        if isinstance(value, Mapping):
            yield from (((key, inner), table) for inner, table in value.items())
