"""Ask for requests in a folder of projects, and see them refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.command.assemble import assemble
from safe_install.command.pip_args import parse
from safe_install.errors import Fatal
from safe_install.request import Request


def lay_out(root: Path) -> Path:
    for name in ("app", "lib", "with space", "not[x"):
        (root / name).mkdir()
        (root / name / "pyproject.toml").touch()
    (root / "reqs.txt").touch()
    (root / "x-1-py3-none-any.whl").touch()
    return root


def asked(tree: Path, *argv: str, variables: Mapping[str, str] | None = None) -> Request:
    return assemble(parse(argv), variables or {}, tree)


def refused(tree: Path, *argv: str, variables: Mapping[str, str] | None = None) -> Fatal:
    with pytest.raises(Fatal) as caught:
        asked(tree, *argv, variables=variables)
    return caught.value
