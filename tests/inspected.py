"""Trees that are inspected, written as the files that they consist of."""

from __future__ import annotations

from pathlib import Path

from safe_install.checking import check
from trees import tree

SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=64"]\nbuild-backend = "setuptools.build_meta"\n'
HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def found(root: Path, **files: str) -> list[str]:
    """Give each finding in a tree as `file:line:column rule`; `setup__py` stands for `setup.py`."""
    tree(root, {name if "." in name else name.replace("__", "."): text for name, text in files.items()})
    return [f"{each.file}:{each.place.line}:{each.place.column} {each.rule.value}" for each in check(root)]


def told(root: Path, **files: str) -> str:
    """Give the text of the only finding in a tree."""
    found(root, **files)
    (finding,) = check(root)
    return finding.text


def requiring(*requirements: str, backend: str = "setuptools.build_meta") -> str:
    """Give a `pyproject.toml` with these build requirements, one on each line."""
    lines = "".join(f'    "{each}",\n' for each in requirements)
    return f'[build-system]\nrequires = [\n{lines}]\nbuild-backend = "{backend}"\n'
