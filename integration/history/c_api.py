"""Write `knowledge/c_api.toml`: the names that Python's C API lost, by the headers of the Pythons that are here.

Usage: PYTHONPATH=integration python -m history.c_api; it needs every Python from 3.9 on to the newest.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from pythons import found

PYTHONS: Final = ("3.9", "3.10", "3.11", "3.12", "3.13")
_TABLE: Final = Path(__file__).parent.parent.parent / "src" / "safe_install" / "knowledge" / "c_api.toml"
_HEAD: Final = """\
# Names that C code finds in Python's headers no more, by the Python that has them no more. `lost` is written by
# integration/history/c_api.py, which compares the headers of each Python with those before (Include, without internal);
# `assigned` is by hand: macros that became functions, to which nothing can be assigned any more.
"""
_BY_HAND: Final = {"3.10": ("Py_REFCNT",), "3.11": ("Py_SIZE", "Py_TYPE")}
"""What's New In Python 3.10 and 3.11, "Porting to Python", C API."""
_COMMENT: Final = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_NAME: Final = re.compile(r"\b_?P[yY][A-Za-z0-9_]+\b")
_GUARD: Final = re.compile(r"\w+_H")
_ASKED_FOR: Final = frozenset({"PY_SSIZE_T_CLEAN"})
"""What code defines itself, and no header has to."""


def main() -> None:
    """Compare, and write the table."""
    seen = [(python, _names(python)) for python in PYTHONS]
    rows = [
        _row(new, had - has - set().union(*(later for at, later in seen if _order(at) > _order(new))))
        for (_, had), (new, has) in pairwise(seen)
    ]
    _TABLE.write_text("\n".join([_HEAD, *rows]), encoding="utf-8")


def _names(python: str) -> set[str]:
    interpreter = found(python)
    if interpreter is None:
        sys.exit(f"there is no Python {python} here")
    code = "import sysconfig; print(sysconfig.get_path('include'))"
    include = Path(subprocess.check_output([interpreter, "-c", code], text=True).strip())
    return {name for header in _headers(include) for name in _NAME.findall(_COMMENT.sub("", header.read_text("utf-8")))}


def _headers(include: Path) -> Iterator[Path]:
    return (path for path in include.rglob("*.h") if "internal" not in path.parts)


def _row(python: str, lost: set[str]) -> str:
    names = sorted(name for name in lost - _ASKED_FOR if not _GUARD.fullmatch(name))
    lines = [
        "[[row]]",
        f'gone_since = "{python}"',
        *_array("assigned", _BY_HAND.get(python, ())),
        *_array("lost", names),
    ]
    return "\n".join([*lines, f'source = "the headers of CPython {python} and of the Python before it"', ""])


def _array(key: str, names: tuple[str, ...] | list[str]) -> list[str]:
    return [f"{key} = [", *(f'    "{name}",' for name in names), "]"] if names else []


def _order(python: str) -> tuple[int, ...]:
    return tuple(map(int, python.split(".")))


if __name__ == "__main__":
    main()
