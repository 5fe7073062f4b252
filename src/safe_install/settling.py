"""Carry out what a proven recipe means beyond the install: for pip's cache, the tree's leftovers, and pip itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from safe_install import events, watched_pip
from safe_install.commit import Item
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.kinds import Kind
from safe_install.model import Recipe
from safe_install.target import pip_cache
from safe_install.watched_pip import Errand

CACHE_IS_GUILTY: Final = frozenset({Kind.DOWNLOAD_CORRUPT, Kind.BACKEND_CORRUPT})
"""Failures that nothing but something broken explains."""


def settle(item: Item, shop: Workshop, log: Log) -> None:
    """Carry out what a proven recipe means for the user's cache and tree."""
    if not item.recipe.cache:
        _purge(item, shop, log)
    for artefact in item.recipe.set_aside:
        # Not without one: importing it is not free.
        from safe_install import artefacts

        kept = artefacts.take_away(item.project.path, artefact, shop.scratch, shop.run_dir / "aside")
        if kept is not None:
            events.change_committed(log, Change(Place.ARTEFACTS, item.project.path / artefact, f"moved to {kept}"))


def upgrade_pip(recipe: Recipe, shop: Workshop, log: Log) -> None:
    """Give the target the pip that could do what its own could not; pip puts the old one back if it fails."""
    script = pip_copy.runner(shop, recipe.pip)
    wanted = f"pip=={pip_copy.version(script)}"
    words = ("--quiet", "--no-deps", *_sources(script, shop), wanted)
    finished = watched_pip.run(Errand(words, recipe.pip), shop).finished
    if finished.status == 0:
        events.change_committed(log, Change(Place.PIP, shop.target.executable, wanted))
    else:
        detail = f"{wanted} could not be installed, and the old one stays: see {watched_pip.log(shop)}"
        events.change_reverted(log, Change(Place.PIP, shop.target.executable, detail))


def _sources(script: Path, shop: Workshop) -> tuple[str, ...]:
    carried = pip_copy.carried_wheel(shop)
    own = carried.name.startswith(f"pip-{pip_copy.version(script)}-")
    return ("--no-index", "--find-links", str(carried.parent)) if own else shop.pip_options


def _purge(item: Item, shop: Workshop, log: Log) -> None:
    """Remove from pip's cache what is proven broken.

    Where that cannot be told, all of it goes if its fault is beyond doubt: a failure that no table knows may
    have been over the second time by chance.
    """
    cache = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix)
    if cache is None or not cache.is_dir():
        return
    guilty = pip_cache.broken(cache, (each.name for each in item.built.environment))
    if not guilty and item.cache_blamed_for not in CACHE_IS_GUILTY:
        return
    for path in guilty or pip_cache.everything(cache):
        # Another pip may be removing the same, and what stays is found broken once more.
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    names = ", ".join(path.name for path in guilty if path.suffix == ".whl") or f"{len(guilty)} files"
    detail = f"removed: {names}" if guilty else "purged: no entry could be told to be the broken one"
    events.change_committed(log, Change(Place.PIP_CACHE, cache, detail))
