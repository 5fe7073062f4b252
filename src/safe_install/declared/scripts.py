"""Read what a script imports, binds and refuses, without running it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TypeGuard

_ENDS: Final = frozenset({"exit", "_exit", "quit", "abort"})
"""Functions that end the process, by their last name."""
_SHORTEST: Final = 8
"""Letters of a message by which it is known again in a log."""
_FILLED: Final = re.compile(r"%(?:\(\w{1,40}\))?[-#0-9. ]{0,9}[a-z]|\{[^{}]{0,80}\}")
_FACTS: Final = frozenset(
    {"name", "version", "author", "author_email", "maintainer", "maintainer_email", "description", "license", "url"}
)
"""Keywords of `setup()` that say who the project is: that stands nowhere but in its own files."""
_IMPORT_ERRORS: Final = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True)
class Guarded:
    """An import whose failure ends the script, by the script's own doing."""

    module: str
    words: tuple[str, ...]
    """What the script says then, as far as it is literal."""
    name: str = ""
    """What is taken out of the module: `from module import name`."""


@cache
def parsed(text: str) -> ast.Module:
    """Parse a script; one that is no Python of this interpreter's is empty."""
    try:
        with warnings.catch_warnings():
            # An invalid escape sequence is not this program's own.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def bound(text: str) -> frozenset[str]:
    """Give the names that a module binds at its top level."""
    return frozenset(name for node in _top_level(parsed(text).body) for name in _bound_by(node))


def imports(text: str) -> tuple[str, ...]:
    """Give the modules that a module cannot be imported without, in their order; its own package's aside."""
    return tuple(dict.fromkeys(name for node in parsed(text).body for name in _imported_by(node)))


def guarded(text: str) -> tuple[Guarded, ...]:
    """Give the imports whose failure ends the script."""
    tries = (node for node in ast.walk(parsed(text)) if isinstance(node, ast.Try))
    return tuple(
        Guarded(module, tuple(_words(handler.body)), name)
        for node in tries
        for handler in node.handlers
        if _is_for_imports(handler) and _ends(handler.body)
        for inner in node.body
        for module in _imported_by(inner)
        for name in _taken_by(inner)
    )


def refusals(text: str) -> tuple[str, ...]:
    """Give what a script says where it ends itself: beside that end, in it, or in what it is given by name."""
    blocks = [each for node in ast.walk(parsed(text)) for each in _blocks(node) if _ends(each)]
    named = {
        node.id
        for block in blocks
        for statement in block
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    given: list[ast.stmt] = [
        node for node in ast.walk(parsed(text)) if isinstance(node, ast.Assign) and named & {*_bound_by(node)}
    ]
    return tuple(dict.fromkeys(word for block in (*blocks, given) for word in _words(block)))


def tell_of_project(text: str) -> frozenset[str]:
    """Give the modules from which a `setup.py` takes, ready made, who the project is: its version and the like."""
    nodes = tuple(ast.walk(parsed(text)))
    origins = {name: module for node in nodes for name, module in _origins(node)}
    for node in nodes:
        if isinstance(node, ast.Assign) and (module := origins.get(_ready_made(node.value))):
            origins.update(dict.fromkeys(_bound_by(node), module))
    given = (each.value for node in nodes if _is_setup(node) for each in node.keywords if each.arg in _FACTS)
    return frozenset(origins[name] for value in given if (name := _ready_made(value)) in origins)


def _origins(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Give the names that an import binds, each with its module."""
    match node:
        case ast.Import(names=names):
            yield from ((each.asname or each.name.partition(".")[0], each.name) for each in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            yield from ((each.asname or each.name, module) for each in names)


def _ready_made(value: ast.expr) -> str:
    """Give the name that a value begins with, as long as nothing is handed to it."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner) | ast.Call(func=inner, args=[], keywords=[]):
            return _ready_made(inner)
    return ""


def _is_setup(node: ast.AST) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call):
        return False
    return getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup"


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield [each for each in block if isinstance(each, (ast.Expr, ast.Raise))]


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            handlers = [each for handler in getattr(node, "handlers", ()) for each in handler.body]
            yield from _top_level([*node.body, *getattr(node, "orelse", ()), *handlers])


def _bound_by(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (each.asname or each.name.partition(".")[0] for each in names)
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            yield from (
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            )
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name


def _taken_by(node: ast.stmt) -> tuple[str, ...]:
    """Give the names that an import takes out of its module; of one that takes the whole, the empty one."""
    return tuple(each.name for each in node.names) if isinstance(node, ast.ImportFrom) else ("",)


def _imported_by(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (each.name for each in names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module


def _is_for_imports(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(each, ast.Name) and each.id in _IMPORT_ERRORS for each in caught)


def _ends(block: Iterable[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Raise) or _is_exit(node) for node in block)


def _is_exit(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    function = node.value.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _ENDS


def _words(block: Iterable[ast.stmt]) -> Iterator[str]:
    """Give the lines of literal text that are long enough to be known again."""
    for statement in block:
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                # What a format fills in is not known here.
                parts = (part.strip() for line in node.value.splitlines() for part in _FILLED.split(line))
                yield from (part for part in parts if len(part) >= _SHORTEST)
