"""Read what a Python file imports as soon as it is run, and what it tells `setup()`; nothing of it is run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from safe_install.declared.places import BEGINNING, Place

_CAUGHT: Final = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
"""Exceptions whose handler may make do without a module."""

_BUILD_EXT: Final = "build_ext"
_CALLED: Final = frozenset({"__init__", "initialize_options", "finalize_options", "run", "build_extensions"})
"""Methods of that command that are always called (setuptools and distutils)."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
"""Where a line ends for Python; not where `splitlines` thinks."""


@dataclass(frozen=True)
class Import:
    """One import that happens whenever the file is run."""

    module: str
    place: Place
    name: str | None = None
    """What is taken out of the module: `from module import name`."""

    @property
    def top(self) -> str:
        """Give the top-level package; a relative import has none."""
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Keyword:
    """An argument of `setup()`."""

    name: str
    place: Place
    empty: bool
    """Whether it is written as empty: it then asks for nothing."""


@dataclass(frozen=True)
class Source:
    """What can be told of a Python file."""

    imports: tuple[Import, ...] = ()
    relative: tuple[Import, ...] = ()
    """Those of the own package, each module with its leading dots."""
    attributes: tuple[Import, ...] = ()
    """What is taken out of those modules later on: `module.name`."""
    compiling: tuple[Import, ...] = ()
    """The imports of its own `build_ext`, which happen when extensions are built."""
    keywords: tuple[Keyword, ...] = ()
    """Of the last call of `setup()`."""
    changes_path: bool = False
    """Whether it touches `sys.path`, so that what it can import is not known."""
    fault: str | None = None
    """Why this Python cannot read it at all."""
    fault_place: Place = BEGINNING


@lru_cache(maxsize=64)
def read(text: str) -> Source:
    """Read a Python file's text; whatever it holds, nothing is raised."""
    text = text.removeprefix("\ufeff")
    module = parsed(text)
    if not isinstance(module, ast.Module):
        reason = getattr(module, "msg", None) or str(module) or type(module).__name__
        line, column = getattr(module, "lineno", None), getattr(module, "offset", None)
        return Source(fault=reason, fault_place=Place(max(line or 1, 1), max(column or 1, 1)))
    reader = _Reader(_LINE_END.split(text))
    found = tuple(reader.imports(module.body))
    return Source(
        imports=tuple(each for each in found if each.top),
        relative=tuple(each for each in found if not each.top),
        attributes=tuple(reader.attributes(module.body)),
        compiling=tuple(reader.compiling(module)),
        keywords=reader.keywords(module),
        changes_path=any(map(_is_search_path, ast.walk(module))),
    )


def parsed(text: str) -> ast.Module | Exception:
    """Give the syntax tree of a text, or why there is none."""
    try:
        with warnings.catch_warnings():
            # An invalid escape sequence is not this program's own.
            warnings.simplefilter("ignore")
            return ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error


def called(node: ast.Call) -> str:
    """Give the name that is called, without what it is an attribute of."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


class _Reader:
    """Reads the nodes of one file, whose lines tell characters from bytes."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def imports(self, body: Iterable[ast.stmt]) -> Iterator[Import]:
        """Give the imports of statements that are always carried out, and that nothing catches."""
        for node in body:
            match node:
                case ast.Import():
                    place = self._place(node)
                    yield from (Import(each.name, place) for each in node.names)
                case ast.ImportFrom():
                    place, module = self._place(node), "." * node.level + (node.module or "")
                    yield from (Import(module, place, each.name) for each in node.names)
                case ast.Try() if not any(map(_catches, node.handlers)):
                    yield from self.imports([*node.body, *node.finalbody])

    def compiling(self, module: ast.Module) -> Iterator[Import]:
        """Give the imports that are always carried out when a command of the file's own builds extensions."""
        imported = (each for node in ast.walk(module) if isinstance(node, ast.ImportFrom) for each in node.names)
        named = {each.asname or each.name for each in imported if each.name == _BUILD_EXT}
        for node in module.body:
            if isinstance(node, ast.ClassDef) and any(_is_build_ext(base, named) for base in node.bases):
                for each in node.body:
                    if isinstance(each, ast.FunctionDef) and each.name in _CALLED:
                        yield from (found for found in self.imports(each.body) if found.top)

    def attributes(self, body: list[ast.stmt]) -> Iterator[Import]:
        """Give what the statements that are always carried out take out of the modules that they import."""
        imported = (each for node in body if isinstance(node, ast.Import) for each in node.names)
        modules = {each.asname or each.name: each.name for each in imported if each.asname or "." not in each.name}
        for node in body:
            if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign)):
                for each in _at_once(node):
                    if (
                        isinstance(each, ast.Attribute)
                        and isinstance(each.value, ast.Name)
                        and each.value.id in modules
                    ):
                        yield Import(modules[each.value.id], self._place(node), each.attr)

    def keywords(self, module: ast.Module) -> tuple[Keyword, ...]:
        """Give the arguments of the last call of `setup`."""
        calls = [each for each in ast.walk(module) if isinstance(each, ast.Call) and called(each) == "setup"]
        return tuple(
            Keyword(each.arg, self._place(each), _is_empty(each.value))
            for each in (calls[-1].keywords if calls else ())
            if each.arg
        )

    def _place(self, node: ast.stmt | ast.keyword) -> Place:
        line = self._lines[node.lineno - 1]
        # The syntax tree counts bytes.
        return Place(node.lineno, len(line.encode()[: node.col_offset].decode("utf-8", "replace")) + 1)


def _at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Give a node and all in it that is evaluated with it: not what stands in a function of its own."""
    left = [node]
    while left:
        yield (each := left.pop())
        left += [inner for inner in ast.iter_child_nodes(each) if not isinstance(inner, ast.Lambda)]


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(getattr(kind, "id", getattr(kind, "attr", "")) in _CAUGHT for kind in kinds)


def _is_build_ext(base: ast.expr, named: set[str]) -> bool:
    match base:
        case ast.Attribute(attr=name):
            return name == _BUILD_EXT
        case ast.Name(id=name):
            return name in named
    return False


def _is_search_path(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="path"):
            return True
        case ast.ImportFrom(module="sys"):
            return any(each.name == "path" for each in node.names)
        case ast.Attribute(attr="addsitedir") | ast.Name(id="addsitedir"):
            return True
    return False


def _is_empty(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return not node.value
        case ast.List() | ast.Tuple() | ast.Set():
            return not node.elts
    return False
