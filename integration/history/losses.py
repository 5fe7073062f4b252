"""Compare releases: what one lacks that the one before it had, and whether it came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from packaging.version import Version

from history.contents import Contents


class Releases(Protocol):
    """The releases of one distribution."""

    @property
    def versions(self) -> tuple[Version, ...]:
        """Give them, the oldest first."""

    def read(self, version: Version) -> Contents:
        """Give what a release has."""


@dataclass(frozen=True, order=True)
class Loss:
    """A module, or a name of one, that a release does not have while the one before it has."""

    module: str
    name: str
    """Empty: the module itself."""
    last: Version
    removed_in: Version
    restored_in: Version | None = None


def losses_of(releases: Releases) -> Iterator[Loss]:
    """Give what got lost from release to release, what came back later included."""
    versions = tuple(_telling(releases))
    open_losses: dict[tuple[str, str], Loss] = {}
    for before, after in pairwise(versions):
        for module, name in _lost(releases.read(before), releases.read(after)):
            open_losses[(module, name)] = Loss(module, name, before, after)
        for key in [key for key in open_losses if _is_back(*key, releases.read(after))]:
            loss = open_losses.pop(key)
            yield Loss(loss.module, loss.name, loss.last, loss.removed_in, after)
    yield from open_losses.values()


def _telling(releases: Releases) -> Iterator[Version]:
    """Give the first release of each series and the newest, and all between two that differ."""
    series: dict[tuple[int, int], Version] = {}
    for version in releases.versions:
        series.setdefault((version.major, version.minor), version)
    chosen = sorted({*series.values(), releases.versions[-1]})
    yield chosen[0]
    gone: set[tuple[str, str]] = set()
    for before, after in pairwise(chosen):
        lost = set(_lost(releases.read(before), releases.read(after)))
        back = {key for key in gone if _is_back(*key, releases.read(after))}
        if lost or back:
            yield from (version for version in releases.versions if before < version < after)
        gone = (gone | lost) - back
        yield after


def _lost(before: Contents, after: Contents) -> Iterator[tuple[str, str]]:
    """Give what is lost; what is in a lost package is lost with it, and not given."""
    gone = before.modules - after.modules
    for module in gone:
        if module.rpartition(".")[0] not in gone:
            yield module, ""
    for module, names in before.names.items():
        if module in after.modules:
            # A submodule of the name is given as the module that it is.
            lost = (name for name in names.public if not after.has(module, name))
            yield from ((module, name) for name in lost if f"{module}.{name}" not in gone)


def _is_back(module: str, name: str, after: Contents) -> bool:
    return after.has(module, name) if name and module in after.modules else not name and module in after.modules


def by_release(losses: Iterator[Loss]) -> dict[tuple[Version, Version, Version | None], list[Loss]]:
    """Group what was lost in one release, and came back in one release or not."""
    grouped: dict[tuple[Version, Version, Version | None], list[Loss]] = defaultdict(list)
    for loss in sorted(losses, key=lambda loss: (loss.module, loss.name)):
        grouped[(loss.last, loss.removed_in, loss.restored_in)].append(loss)
    return grouped
