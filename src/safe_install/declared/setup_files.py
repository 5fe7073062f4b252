"""Read setup.py, setup.cfg and requirements files without running them."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement

from safe_install.declared.python_source import called, parsed
from safe_install.model import Mention

KEYWORDS: Final = ("setup_requires", "install_requires", "tests_require", "extras_require")
"""Arguments of `setup()` that name requirements."""
CONTINUED: Final = re.compile(r"\\\r?\n")
BEHIND: Final = re.compile(r"(^|\s)(#|--).*$")
ARCHIVES: Final = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz")
"""A line with such an ending is a path, even where it could be a name."""


@dataclass(frozen=True)
class Static:
    """What `setup.py` and `setup.cfg` say of the project."""

    name: str | None
    mentions: tuple[Mention, ...]


def read(setup_py: str | None, setup_cfg: str | None) -> Static:
    """Read the texts of both files, as far as they can be read; whatever they hold, nothing is raised."""
    call = _setup_call(setup_py or "")
    config = _config(setup_cfg or "")
    name = call.get("name")
    mentions = [
        *(Mention(each, f"setup.py {key}") for key in KEYWORDS for each in _requirements(call.get(key))),
        *_config_mentions(config),
    ]
    told = name if isinstance(name, str) else config.get("metadata", "name", fallback=None)
    return Static(told, tuple(mentions))


def requires_python(setup_py: str | None, setup_cfg: str | None) -> str | None:
    """Give the Pythons that the project is for, where one of the files says so in so many words."""
    written = _setup_call(setup_py or "").get("python_requires")
    if isinstance(written, str):
        return written
    return _config(setup_cfg or "").get("options", "python_requires", fallback=None)


def classifiers(setup_py: str | None, setup_cfg: str | None) -> Iterator[str]:
    """Give the trove classifiers that either file says in so many words, as a list or line by line."""
    written = _setup_call(setup_py or "").get("classifiers")
    config = _config(setup_cfg or "").get("metadata", "classifiers", fallback="")
    lists = written if isinstance(written, (list, tuple)) else (written,)
    for each in (*lists, config):
        yield from (line.strip() for line in each.splitlines()) if isinstance(each, str) else ()


def requirement_lines(text: str, where: str) -> Iterator[Mention]:
    """Give the requirements of a requirements file; its options, addresses and paths are left out."""
    for line in CONTINUED.sub("", text).splitlines():
        # Comments and a requirement's own options (pip, "Requirements File Format").
        written = BEHIND.sub("", line).strip()
        if _valid(written) and not written.endswith(ARCHIVES):
            yield Mention(written, where)


def _setup_call(text: str) -> dict[str, object]:
    """Give the literal arguments of the last call of `setup`, following names that are assigned once."""
    module = parsed(text)
    if not isinstance(module, ast.Module):
        return {}
    assigned = {
        target.id: node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, object] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called(node) == "setup":
            found = {keyword.arg: _literal(keyword.value, assigned) for keyword in node.keywords if keyword.arg}
    return found


def _literal(node: ast.expr, assigned: dict[str, ast.expr]) -> object:
    if isinstance(node, ast.Name) and node.id in assigned:
        node = assigned[node.id]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        # Computed when setup.py runs: unknown here.
        return None


def _config(text: str) -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        config.read_string(text)
    except configparser.Error:
        # setuptools will say so; nothing is known from it here.
        return configparser.ConfigParser(interpolation=None)
    return config


def _config_mentions(config: configparser.ConfigParser) -> Iterator[Mention]:
    for key in KEYWORDS[:3]:
        value = config.get("options", key, fallback="")
        yield from (Mention(each, f"setup.cfg {key}") for each in _requirements(value))
    if config.has_section("options.extras_require"):
        for extra, value in config.items("options.extras_require"):
            yield from (Mention(each, f"setup.cfg extras_require {extra}") for each in _requirements(value))


def _requirements(value: object) -> Iterator[str]:
    """Give the requirements in a string, a list or a dict of lists, as setuptools takes them."""
    match value:
        case str():
            yield from (line.strip() for line in value.splitlines() if _valid(line.strip()))
        case list() | tuple() | set():
            for each in value:
                yield from _requirements(each)
        case dict():
            for each in value.values():
                yield from _requirements(each)


def _valid(text: str) -> bool:
    try:
        Requirement(text)
    except (InvalidRequirement, RecursionError):
        return False
    return True
