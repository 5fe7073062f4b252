"""What pip, installing, could not build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Unbuilt:
    """A requirement that pip could not build, and where it has left the sources."""

    text: str
    """As pip says it: name, version, address."""
    where: str
    """The place that it names: a path of this machine, or the address without its fragment."""
    tree: Path
    """The unpacked sources; of a local project, and of an editable one, the user's own folder."""
    editable: bool = False
    name: str | None = None
    """The distribution's name, as far as it is known without its metadata."""
    cached_at: tuple[str, ...] = ()
    """The folders, one in another, where pip's cache has the wheels that were built from the address."""
    origin: str | None = None
    """What pip knows of the origin: a `direct_url.json` (PEP 610), with the hash that it has checked."""
    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What pip would have told its backend: those of the command line are not for dependencies."""

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder of the user's, which pip never looks for in its cache."""
        return self.editable or str(self.tree) == self.where


@dataclass(frozen=True)
class Remembered:
    """A wheel that an earlier run has proven for the same sources, and what its recipe changed."""

    wheel: Path
    changes: tuple[str, ...]
    bounds: tuple[str, ...] = ()
    """What the wheel runs with only."""
    proof: Mapping[str, object] | None = None
    """The declared build system, the recipe and the patch, as data."""
