"""Look up what releases of build tools took away: the table that `nox -s history` writes, as rows of removals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install.knowledge import Loss, Removal, tables


def losses(module: str, name: str = "") -> Iterator[Loss]:
    """Give the releases that took away a module, or a name that was imported from one: itself a module, or not."""
    whole = tuple(_with_parents(f"{module}.{name}" if name else module))
    for row in tables().history:
        if not row.modules.isdisjoint(whole) or name in row.names.get(module, ()):
            yield row


@cache
def all_headers() -> tuple[str, ...]:
    """Give what stands for the C headers of a distribution among the modules: `numpy/*.h`."""
    return tuple(sorted({module for row in tables().history for module in row.names if module.endswith("/*.h")}))


def is_lacking(row: Loss, version: Version) -> bool:
    """Tell whether a release is one of those without it."""
    return Version(row.removed_in) <= version and not (row.restored_in and Version(row.restored_in) <= version)


def removal(row_id: str) -> Removal | None:
    """Give a removal by its id, be it reviewed or read off the releases."""
    reviewed = next((row for row in tables().removals if row.id == row_id), None)
    return reviewed or _of_history().get(row_id)


@cache
def _of_history() -> Mapping[str, Removal]:
    return {row.id: _as_removal(row) for row in tables().history}


def _as_removal(row: Loss) -> Removal:
    return Removal(
        row.id,
        row.distribution,
        row.removed_in,
        source=f"releases {row.last} and {row.removed_in}",
        signs=(),
        constraint=row.constraint,
        gone_since=None if row.restored_in else _gone_since(row),
    )


def _gone_since(row: Loss) -> tuple[int, int] | None:
    """Give the first Python for which no release has it: the first that works there is one of those without it."""
    name, removed_in = canonicalize_name(row.distribution), Version(row.removed_in)
    late = [
        each.python
        for each in tables().pythons
        if canonicalize_name(each.distribution) == name and Version(each.minimum) >= removed_in
    ]
    return min(late, default=None)


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))
