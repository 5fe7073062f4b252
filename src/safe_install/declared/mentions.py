"""Read every requirement that a `pyproject.toml` names outside of `[build-system]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from safe_install.model import Mention

_LISTS: Final = (
    "project.dependencies",
    "project.optional-dependencies.*",
    "dependency-groups.*",
    "tool.pdm.dev-dependencies.*",
    "tool.uv.dev-dependencies",
    "tool.rye.dev-dependencies",
    "tool.hatch.envs.*.dependencies",
    "tool.hatch.envs.*.extra-dependencies",
    "tool.hatch.build.dependencies",
    "tool.hatch.build.hooks.*.dependencies",
    "tool.hatch.build.targets.*.dependencies",
    "tool.flit.metadata.requires",
    "tool.flit.metadata.dev-requires",
    "tool.flit.metadata.requires-extra.*",
)
"""Where lists of requirements stand (PEP 621, PEP 735, the tools' manuals); `*` is any key.

An `include-group` (PEP 735) needs no following: the group that it names is itself in the list.
"""

_POETRY: Final = (
    "tool.poetry.dependencies",
    "tool.poetry.dev-dependencies",
    "tool.poetry.group.*.dependencies",
)
"""Where Poetry has tables of names and versions (Poetry's manual, "dependency specification")."""

_ELSEWHERE: Final = frozenset({"git", "path", "url", "file"})
"""Sources of a Poetry dependency that are not an index: there the name vouches for nothing."""

_RELEASE: Final = re.compile(r"\d+(\.\d+)*")
_CLAUSE: Final = re.compile(r"[\s,]*(\^|~(?!=)|[<>=!~]=?=?)?\s*([^\s,]+)")


def read(document: Mapping[str, Any], name: str | None = None) -> tuple[Mention, ...]:
    """Give the requirements in the order of the tables, each place's once.

    `name` is the project's own, whose extras it may name: that is no other distribution. What is
    not a valid requirement is left out.
    """
    own = canonicalize_name(name) if name else None
    found = (*_from_lists(document), *_from_poetry(document))
    return tuple(dict.fromkeys(mention for mention in found if _distribution(mention) not in (None, own)))


def _distribution(mention: Mention) -> str | None:
    try:
        return canonicalize_name(Requirement(mention.requirement).name)
    except (InvalidRequirement, RecursionError):
        return None


def _from_lists(document: Mapping[str, Any]) -> Iterator[Mention]:
    for pattern in _LISTS:
        for where, value in _walk(document, pattern.split(".")):
            if isinstance(value, list):
                yield from (Mention(item, where) for item in value if isinstance(item, str))


def _from_poetry(document: Mapping[str, Any]) -> Iterator[Mention]:
    for pattern in _POETRY:
        for where, value in _walk(document, pattern.split(".")):
            if isinstance(value, Mapping):
                for name, wanted in value.items():
                    if name != "python":
                        yield from (Mention(name + version, where) for version in _versions(wanted))


def _walk(node: object, pattern: list[str], where: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    if not pattern:
        yield ".".join(where), node
    elif isinstance(node, Mapping):
        key, *rest = pattern
        for inner in node if key == "*" else node.keys() & {key}:
            yield from _walk(node[inner], rest, (*where, inner))


def _versions(wanted: object) -> Iterator[str]:
    match wanted:
        case str():
            yield _specifier(wanted)
        case list():  # one entry for each Python or platform
            for one in wanted:
                yield from _versions(one)
        case Mapping() if not wanted.keys() & _ELSEWHERE:
            yield from _versions(wanted.get("version", "*"))


def _specifier(version: str) -> str:
    """Say Poetry's version constraint in the words of PEP 440; empty where they cannot say it."""
    clauses = [_clause(operator, bound) for operator, bound in _CLAUSE.findall(version)]
    if "|" in version or None in clauses:
        return ""
    specifier = ",".join(filter(None, clauses))
    try:
        SpecifierSet(specifier)
    except InvalidSpecifier:
        return ""
    return specifier


def _clause(operator: str, bound: str) -> str | None:
    if bound == "*":
        return ""
    if operator not in ("^", "~"):
        return (operator or "==").replace("=", "==", 1 if operator == "=" else 0) + bound
    if not _RELEASE.fullmatch(bound):
        return None
    release = [int(part) for part in bound.split(".")]
    if operator == "~":
        place = min(1, len(release) - 1)
    else:  # the first number that is not 0 may not change
        place = next((place for place, part in enumerate(release) if part), len(release) - 1)
    upper = ".".join(str(part) for part in (*release[:place], release[place] + 1))
    return f">={bound},<{upper}"
