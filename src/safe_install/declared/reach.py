"""Follow what `setup.py` imports of its own project, as far as the files' text tells: pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from safe_install.declared.python_source import Import, Source, read

SCRIPT: Final = "setup.py"
MOST: Final = 20
"""Files that are followed."""
_LOOKED_FOR: Final = 1000
"""Files that are looked for."""
_DEEPEST: Final = 9
"""Parts that a module's name may have."""


def reached(
    homes: Iterable[tuple[str, str]], text_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str, Source]]:
    """Give `setup.py`, and the project's own files that are run whenever it is: path, text, and what it holds.

    `homes` are the own top-level modules, each with a folder that holds it; `text_of` gives a file's text, by its
    path relative to the tree.
    """
    return islice(_followed(tuple(homes), text_of), MOST)


def _followed(
    homes: tuple[tuple[str, str], ...], text_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str, Source]]:
    left, seen, own = deque([(SCRIPT, "")]), {""}, {name for name, _ in homes}
    for _ in range(_LOOKED_FOR):
        if not left:
            return
        file, package = left.popleft()
        text = text_of(file)
        if text is None:
            continue
        source = read(text)
        yield file, text, source
        for module in _modules(source, package):
            if module not in seen and module.partition(".")[0] in own:
                seen.add(module)
                left += _files(module, homes)


def _files(module: str, homes: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Give the files that a module may be, each with the package that its relative imports start from."""
    top, _, inner = module.partition(".")
    for home in (home for name, home in homes if name == top):
        stem = "/".join(filter(None, ("" if home == "." else home, top, *inner.split("."))))
        yield f"{stem}/__init__.py", module
        yield f"{stem}.py", module.rpartition(".")[0]


def _modules(source: Source, package: str) -> Iterator[str]:
    """Give the dotted names of what a file imports, the packages first that hold it."""
    for each in source.imports:
        yield from _with_packages(each.module, each)
    for each in source.relative:
        level = len(each.module) - len(each.module.lstrip("."))
        above = package.split(".")[: 1 - level or None] if package else []
        if above:
            yield from _with_packages(".".join(filter(None, (*above, each.module[level:]))), each)


def _with_packages(module: str, found: Import) -> Iterator[str]:
    parts = module.split(".", _DEEPEST)
    if len(parts) > _DEEPEST:
        return
    yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    if found.name:
        # It may be a module of that package, or a name in it.
        yield f"{module}.{found.name}"
