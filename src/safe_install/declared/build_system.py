"""Read the build system that a `pyproject.toml` declares, as pip reads it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from safe_install.declared import mentions
from safe_install.declared.misspelling import TABLE, misspelt_keys, misspelt_table, oddities
from safe_install.declared.requirement_text import is_requirement, requirements_meant
from safe_install.kinds import Kind
from safe_install.model import DEFAULT, LEGACY_BACKEND, BuildSystem, Malformed, Mention, Oddity

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ABSENT: Final = Malformed(Kind.PROJECT_ERROR, "pyproject.toml", "neither pyproject.toml nor setup.py is there")

Document: TypeAlias = Mapping[str, Any]

_NAMES: Final = (
    ("project", "name"),
    ("tool", "poetry", "name"),
    ("tool", "flit", "metadata", "dist-name"),
    ("tool", "flit", "metadata", "module"),
)
"""Where a project says its name: PEP 621, and what Poetry and Flit had before it."""

_POSITION: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Reading:
    """What the text of a `pyproject.toml` tells about the build."""

    system: BuildSystem | Malformed
    """The build system as pip reads it, defaults filled in."""
    names_backend: bool = False
    has_table: bool = False
    oddities: tuple[Oddity, ...] = ()
    name: str | None = None
    tools: frozenset[str] = frozenset()
    mentions: tuple[Mention, ...] = ()

    @property
    def backend_path(self) -> tuple[str, ...]:
        """Give the `backend-path`, as far as it can be read."""
        return self.system.backend_path


def parse(text: str | None, has_setup_py: bool) -> Reading:
    """Read what `pyproject.toml` says; `None` is a tree without one.

    Total: whatever the text is, the answer is a value. The rules are those of pip 26.3, with two
    more for what pip hands to the build unseen: a `build-backend` that is no string, and a
    `backend-path` that is no list of strings or that no `build-backend` goes with (PEP 517).
    """
    if text is None:
        return Reading(DEFAULT if has_setup_py else _ABSENT)
    document = load(text)
    if isinstance(document, Malformed):
        return Reading(document)
    table = document.get(TABLE)
    name = _name(document)
    return Reading(
        system=DEFAULT if table is None else _system(table),
        names_backend=isinstance(table, Mapping) and "build-backend" in table,
        has_table=table is not None,
        oddities=oddities(document),
        name=name,
        tools=frozenset(tool for tool, value in _tables(document, "tool") if isinstance(value, Mapping)),
        mentions=mentions.read(document, name),
    )


def intended(text: str) -> BuildSystem | Malformed:
    """Read the build system that was surely meant, where `parse` calls the text malformed or odd.

    Misspelt keys and tables count as the right ones, a string as a list, what is no requirement as the
    requirements that it surely means, an absent `requires` as an empty one, and a `backend-path` without
    a backend as none. Nothing that is written is left out.
    """
    document = load(text)
    if isinstance(document, Malformed):
        return document
    table = document.get(TABLE)
    if table is None:
        _, table = misspelt_table(document) or ((), None)
    if not isinstance(table, Mapping):
        return DEFAULT if table is None else _system(table)
    right = {"requires": [], **_meant(table)}
    if "build-backend" not in right:
        right.pop("backend-path", None)
    return _system(right)


def requires_python(text: str | None) -> str | None:
    """Give the Pythons that the project is for, where `[project]` says so."""
    document = load(text or "")
    project = None if isinstance(document, Malformed) else document.get("project")
    written = project.get("requires-python") if isinstance(project, Mapping) else None
    return written if isinstance(written, str) else None


def load(text: str) -> Document | Malformed:
    """Parse TOML; line ends are translated first, as pip does by opening the file as text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return tomllib.loads(text)
    except RecursionError:
        return Malformed(Kind.TOML_INVALID, "pyproject.toml", "it is nested too deeply")
    except ValueError as error:  # TOMLDecodeError is one; so is the refusal of a very long integer
        return _invalid(text, str(error))


def _invalid(text: str, message: str) -> Malformed:
    found = _POSITION.search(message)
    if found is None:
        return Malformed(Kind.TOML_INVALID, "pyproject.toml", message)
    if found[1] is None:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    else:
        line, column = int(found[1]), int(found[2])
    return Malformed(Kind.TOML_INVALID, "pyproject.toml", message[: found.start()], line, column)


def _system(table: object) -> BuildSystem | Malformed:
    if not isinstance(table, Mapping):
        return Malformed(Kind.TABLE_INVALID, TABLE, "[build-system] is not a table")
    wrong = _wrong_requires(table) or _wrong_backend(table)
    if wrong is not None:
        return _salvage(wrong, table)
    return BuildSystem(
        requires=tuple(table["requires"]),
        backend=table.get("build-backend", LEGACY_BACKEND),
        backend_path=tuple(table.get("backend-path", ())),
    )


def _wrong_requires(table: Document) -> Malformed | None:
    if "requires" not in table:
        return Malformed(Kind.REQUIRES_ABSENT, "requires", "[build-system] has no `requires`")
    requires = table["requires"]
    if not _is_strings(requires):
        return Malformed(Kind.REQUIRES_INVALID, "requires", "`requires` is not a list of strings")
    for requirement in requires:
        if not is_requirement(requirement):
            message = f"`requires` contains an invalid requirement: {requirement!r}"
            return Malformed(Kind.REQUIRES_INVALID, requirement, message)
    return None


def _wrong_backend(table: Document) -> Malformed | None:
    if not isinstance(table.get("build-backend", ""), str):
        return Malformed(Kind.TABLE_INVALID, "build-backend", "`build-backend` is not a string")
    if not _is_strings(table.get("backend-path", [])):
        return Malformed(Kind.TABLE_INVALID, "backend-path", "`backend-path` is not a list of strings")
    if "backend-path" in table and "build-backend" not in table:
        message = "`backend-path` is written without a `build-backend` that it could lead to"
        return Malformed(Kind.TABLE_INVALID, "backend-path", message)
    return None


def _salvage(wrong: Malformed, table: Document) -> Malformed:
    meant, written = _meant(table), table.get("requires")
    texts = written if isinstance(written, list) else [written]
    invalid = wrong.kind is Kind.REQUIRES_INVALID
    requires, backend, path = (meant.get(key) for key in ("requires", "build-backend", "backend-path"))
    return replace(
        wrong,
        requires=tuple(filter(is_requirement, requires)) if isinstance(requires, list) else (),
        backend=backend if isinstance(backend, str) else None,
        backend_path=tuple(path) if isinstance(path, list) and _is_strings(path) else (),
        written=tuple(each for each in texts if isinstance(each, str)) if invalid else (),
    )


def _meant(table: Document) -> Document:
    """Give the table with its misspelt keys put right, strings for lists, and requirements as they were meant."""
    meant = {**table, **{right: table[key] for key, right in misspelt_keys(table)}}
    listed = {
        key: [value] if key in ("requires", "backend-path") and isinstance(value, str) else value
        for key, value in meant.items()
    }
    if isinstance(requires := listed.get("requires"), list):
        listed["requires"] = [right for each in requires for right in _requirements(each)]
    return listed


def _requirements(written: object) -> tuple[object, ...]:
    """Give the requirements that an entry means, or the entry itself where nothing tells."""
    meant = requirements_meant(written) if isinstance(written, str) and not is_requirement(written) else ()
    return meant or (written,)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _tables(document: Document, key: str) -> Iterator[tuple[str, object]]:
    value = document.get(key)
    if isinstance(value, Mapping):
        yield from value.items()


def _name(document: Document) -> str | None:
    for path in _NAMES:
        node: object = document
        for key in path:
            node = node.get(key) if isinstance(node, Mapping) else None
        if isinstance(node, str):
            return node
    return None
