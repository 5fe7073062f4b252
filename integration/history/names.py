"""Read which names a module's source binds at its top level, without executing it."""

from __future__ import annotations

import ast
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_FOREIGN: Final = frozenset(sys.stdlib_module_names - {"distutils"} | {"__builtin__", "__future__"})
"""What a module imports of the standard library is not its interface; distutils was setuptools' to pass on."""
_ANOTHER_PYTHONS: Final = frozenset({"six", "extern", "compat", "_compat"})
"""Parts of modules that hide which Python it is."""
_FOR_CHECKERS: Final = frozenset({"TYPE_CHECKING", "MYPY_CHECK_RUNNING"})
"""What is true for a type checker only."""
_NO_INTERFACE: Final = frozenset(typing.__all__) | _FOR_CHECKERS | {"annotations"}
"""Words of annotations, wherever a module has them from."""


@dataclass(frozen=True)
class Names:
    """What a module offers."""

    public: frozenset[str]
    lazy: frozenset[str] | None
    """With a `__getattr__`: the words that it may answer to."""

    def may_have(self, name: str) -> bool:
        """Tell whether a name is there, or may be."""
        return name in self.public or (self.lazy is not None and name in self.lazy)


@dataclass(frozen=True)
class Sources:
    """The sources of a release by their modules, each parsed when it is first asked for."""

    texts: Mapping[str, bytes]
    _parsed: dict[str, ast.Module | None] = field(default_factory=dict)

    def get(self, module: str) -> ast.Module | None:
        """Give a module's tree; of a compiled one, of Python 2's source or a template's, nothing."""
        if module not in self._parsed:
            try:
                self._parsed[module] = ast.parse(self.texts[module]) if module in self.texts else None
            except (SyntaxError, ValueError):
                self._parsed[module] = None
        return self._parsed[module]


def names_in(module: str, sources: Sources, packages: set[str]) -> Names | None:
    """Read the public names of a module; of `from x import *`, those that x says, or all its public ones."""
    tree = sources.get(module)
    if tree is None:
        return None
    bound = _bound(module, sources, packages, frozenset())
    public = {name for name in bound - _NO_INTERFACE if not name.startswith("_") and name.isidentifier()}
    is_lazy = any(isinstance(each, ast.FunctionDef) and each.name == "__getattr__" for each in tree.body)
    words = (each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return Names(frozenset(public), frozenset(words) if is_lazy else None)


def _bound(module: str, sources: Sources, packages: set[str], seen: frozenset[str]) -> set[str]:
    tree = sources.get(module)
    if tree is None or module in seen:
        return set()
    found: set[str] = set()
    for statement in _statements(tree.body):
        if isinstance(statement, ast.Delete):
            found -= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.ImportFrom):
            source = _absolute(statement, module, packages)
            if any(alias.name == "*" for alias in statement.names):
                found |= _starred(source, sources, packages, seen | {module})
            elif not _is_foreign(source):
                found |= {alias.asname or alias.name for alias in statement.names}
        elif isinstance(statement, ast.Import):
            imported = (alias for alias in statement.names if not _is_foreign(alias.name))
            found |= {alias.asname or alias.name.partition(".")[0] for alias in imported}
        else:
            found |= set(_defined(statement))
    return found | (_said(tree) or set())


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that run on import, those in branches included; but not those for type checkers."""
    for statement in body:
        match statement:
            case ast.If(test=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _FOR_CHECKERS:
                yield from _statements(statement.orelse)
            case ast.If() | ast.For() | ast.While():
                yield from _statements((*statement.body, *statement.orelse))
            case ast.Try():
                handled = (each for handler in statement.handlers for each in handler.body)
                yield from _statements((*statement.body, *handled, *statement.orelse, *statement.finalbody))
            case ast.With():
                yield from _statements(statement.body)
            case _:
                yield statement


def _defined(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign():
            for target in statement.targets:
                yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name) and _is_stored(each))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            yield name
        case _:
            return


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _absolute(statement: ast.ImportFrom, module: str, packages: set[str]) -> str:
    """Give the module that `from … import` names, the leading dots resolved."""
    if not statement.level:
        return statement.module or ""
    parts = module.split(".")
    kept = len(parts) - statement.level + (module in packages)
    return ".".join((*parts[:kept], *([statement.module] if statement.module else [])))


def _is_foreign(module: str) -> bool:
    parts = module.split(".")
    return parts[0] in _FOREIGN or not _ANOTHER_PYTHONS.isdisjoint(parts)


def _starred(source: str, sources: Sources, packages: set[str], seen: frozenset[str]) -> set[str]:
    tree = sources.get(source)
    said = _said(tree) if tree else None
    if said is not None:
        return said
    return {name for name in _bound(source, sources, packages, seen) if not name.startswith("_")}


def _said(tree: ast.Module) -> set[str] | None:
    """Give what `__all__` lists, where the source spells all of it out."""
    said: set[str] | None = None
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                said = _words(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                more = _words(value)
                said = None if said is None or more is None else said | more
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__")))):
                said = None
            case _:
                continue
    return said


def _words(value: ast.expr) -> set[str] | None:
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    words = {each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return words if len(words) == len(value.elts) else None
