"""Of pip's cache only what a failed run put in is taken out again, and nothing is copied for that."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from safe_install.journal.cachekeeping import kept_cache
from safe_install.target import pip_cache
from trees import a_log, picture, tree, without_privileges

CACHED = {"http-v2/a/b/old": "{}", "http-v2/a/b/old.body": "body", "wheels/ab/cd/demo-1.0-py3-none-any.whl": "wheel"}
NEW = {"http-v2/a/b/new": "{}", "http-v2/a/c/new.body": "new", "wheels/ef/new-1.0-py3-none-any.whl": "w"}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tree(tmp_path / "cache", CACHED)


def _names(cache: Path) -> set[str]:
    return {str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file()}


def test_what_is_new_is_gone_again_with_its_folders(cache: Path) -> None:
    known = {path: what[0] for path, what in picture(cache).items()}
    log, events = a_log()
    with kept_cache(cache, log):
        tree(cache, NEW)
    assert {path: what[0] for path, what in picture(cache).items()} == known
    told = [(event["event"], event["what"], event["detail"]) for event in events]
    assert told == [("change.reverted", "pip-cache", "3 new entries removed again")]


def test_it_costs_neither_links_nor_copies(cache: Path, tmp_path: Path) -> None:
    with kept_cache(cache, a_log()[0]) as keeping:
        assert (cache / "http-v2/a/b/old").stat().st_nlink == 1
        assert [path.name for path in tmp_path.iterdir()] == ["cache"]
        keeping.declare_good()


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_what_was_refreshed_stays_refreshed(error: type[BaseException] | None, cache: Path) -> None:
    log, events = a_log()
    try:
        with kept_cache(cache, log):
            (cache / "http-v2/a/b/old").write_text("refreshed")
            (cache / "http-v2/a/b/old.body").unlink()
            if error is not None:
                raise error
    except KeyboardInterrupt:
        pass
    assert (cache / "http-v2/a/b/old").read_text() == "refreshed"
    assert events == []


def test_what_is_declared_good_stays(cache: Path) -> None:
    log, events = a_log()
    with kept_cache(cache, log) as keeping:
        tree(cache, NEW)
        keeping.declare_good()
    assert (_names(cache), events) == (set(CACHED) | set(NEW), [])


def test_what_is_older_than_the_run_is_not_the_runs(cache: Path) -> None:
    names = pip_cache.names(cache)
    tree(cache, NEW)
    assert pip_cache.remove_newer(cache, names, time.time() + 60) == 0
    assert _names(cache) == set(CACHED) | set(NEW)


def test_a_cache_that_was_not_there_is_not_there_again(tmp_path: Path) -> None:
    with kept_cache(tmp_path / "cache", a_log()[0]):
        tree(tmp_path / "cache", NEW)
    assert list(tmp_path.iterdir()) == []


def test_no_cache_is_no_work() -> None:
    with kept_cache(None, a_log()[0]):
        pass


def test_what_cannot_be_looked_into_or_removed_is_no_obstacle() -> None:
    with without_privileges() as folder:
        cache = tree(folder / "cache", {"shut/a": "a", "wheels/b": "b"})
        os.chmod(cache / "shut", 0)
        with kept_cache(cache, a_log()[0]):
            tree(cache, {"wheels/new": "n", "more/new": "n"})
            os.chmod(cache / "more", 0o500)
        assert not (cache / "wheels/new").exists()
        assert (cache / "more/new").exists()
        for name in ("shut", "more"):
            os.chmod(cache / name, 0o700)
