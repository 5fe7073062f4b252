"""Have a pip of our own at hand, unpacked: the one that virtualenv carries, or the index's newest."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from safe_install import process
from safe_install.environment.workshop import Workshop
from safe_install.kinds import Pip
from safe_install.process import Command, Finished

RUNNER: Final = Path("pip", "__pip-runner__.py")
"""pip's own entry point for running exactly one copy of it in another environment."""


def runner(shop: Workshop, which: Pip) -> Path:
    """Give the script that runs the wanted pip under any interpreter that it supports.

    Raises LookupError when the index's newest is wanted and cannot be had.
    """
    if which is Pip.CARRIED:
        return _unpack(carried_wheel(shop), _home(shop))
    return _unpack(_newest_wheel(shop), shop.scratch)


def ask(shop: Workshop, words: Iterable[str], log: Path, variables: Mapping[str, str] | None = None) -> Finished:
    """Have the pip that virtualenv carries answer for the target's Python, in the surroundings of a build.

    `variables` go over those of a build. Raises LookupError when virtualenv carries none.
    """
    return process.run(
        Command(
            (str(shop.target.executable), str(runner(shop, Pip.CARRIED)), *words),
            cwd=shop.cwd,
            environ={**shop.build_environ(), **(variables or {})},
            log=log,
            redact=shop.redact,
            timeout=shop.seconds,
        )
    )


def version(script: Path) -> str:
    """Give the version of the pip that a runner runs."""
    return script.parents[1].name.partition("-")[2]


def carried_wheel(shop: Workshop) -> Path:
    """Give the wheel of pip that virtualenv carries for the target's Python; raises LookupError without one."""
    from virtualenv.seed.wheels.embed import get_embed_wheel

    python = "{}.{}".format(*shop.target.python)
    wheel = get_embed_wheel("pip", python)
    if wheel is None:
        raise LookupError(f"virtualenv carries no pip for Python {python}")
    return Path(wheel.path)


def _newest_wheel(shop: Workshop) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="newest-pip-", dir=shop.scratch))
    words = ("download", "--no-deps", "--only-binary", ":all:", *shop.pip_options, "--dest", str(folder), "pip")
    finished = ask(shop, words, shop.run_dir / "newest-pip.log")
    found = next(folder.glob("pip-*.whl"), None)
    if finished.status != 0 or found is None:
        raise LookupError(f"the newest pip could not be downloaded: {finished.output.strip()[-300:]}")
    return found


def _home(shop: Workshop) -> Path:
    """Give the folder where unpacked copies stay for the next run."""
    from platformdirs import user_cache_path

    home = user_cache_path("safe-install", appauthor=False)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return home
    except OSError:
        # A home that cannot be written: the copy lives as long as the run.
        return shop.scratch


def _unpack(wheel: Path, home: Path) -> Path:
    """Unpack a wheel of pip, once: whole or not at all, whoever else does the same at this moment."""
    name = "-".join(wheel.name.split("-")[:2])
    place = home / name
    if not (place / RUNNER).is_file():
        from zipfile import ZipFile

        partial = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=home))
        try:
            with ZipFile(wheel) as archive:
                archive.extractall(partial)
            _take_the_place(partial, place)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return place / RUNNER


def _take_the_place(partial: Path, place: Path) -> None:
    try:
        partial.replace(place)
    except OSError:
        if not (place / RUNNER).is_file():
            # Not somebody else's copy, but what is left of one.
            shutil.rmtree(place)
            partial.replace(place)
