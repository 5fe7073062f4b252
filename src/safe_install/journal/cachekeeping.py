"""Take out of pip's cache again what a run put into it, unless the run is declared good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safe_install import events
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.process.undisturbed import undisturbed
from safe_install.target import pip_cache


class KeptCache:
    """pip's cache, of which only the names are known: it may be large, and other pips use it meanwhile.

    An entry that pip refreshed (its answer was the index's newer one) stays refreshed: pip would do the
    same again, and a copy of all that it might refresh costs more than it is worth.
    """

    def __init__(self, cache: Path | None, log: Log) -> None:
        self._cache, self._log = cache, log
        self._began = time.time()
        self._names = pip_cache.names(cache) if cache is not None else frozenset()
        self._good = False

    def declare_good(self) -> None:
        """Leave it as it is now."""
        self._good = True

    def close(self) -> None:
        """End the keeping."""
        if self._good or self._cache is None:
            return
        with undisturbed():
            removed = pip_cache.remove_newer(self._cache, self._names, self._began)
            if removed:
                detail = f"{removed} new entries removed again"
                events.change_reverted(self._log, Change(Place.PIP_CACHE, self._cache, detail))


@contextmanager
def kept_cache(cache: Path | None, log: Log) -> Iterator[KeptCache]:
    """Keep a cache as it is now, unless `declare_good` is called; `None` is no cache."""
    keeping = KeptCache(cache, log)
    try:
        yield keeping
    finally:
        keeping.close()
