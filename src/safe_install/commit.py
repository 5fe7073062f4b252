"""Put proven wheels into the target, and carry out what else was proven."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from safe_install import events, process, wheel
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.kinds import Cause, Pip, Stage, Wheel
from safe_install.model import Built, Failure, Installed, Project, Recipe
from safe_install.passing import PassOn, passing, write
from safe_install.process import Command, Finished
from safe_install.target import metadata, pip_cache
from safe_install.target.distributions import version_of

SUCCESS: Final = "Successfully installed "
"""How pip begins the line that says what it installed."""


@dataclass(frozen=True)
class Item:
    """A proven wheel and what was asked for."""

    project: Project
    recipe: Recipe
    built: Built
    extras: tuple[str, ...]

    @property
    def requirement(self) -> str:
        """Give the wheel as an argument of `pip install`."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.built.wheel}{extras}"


@dataclass(frozen=True)
class Order:
    """All that is put into the target in one go."""

    items: tuple[Item, ...]
    options: tuple[str, ...]
    """The user's, for the pip that installs."""
    quiet: bool
    """Whether pip's output is kept off the terminal."""
    beat: Callable[[], None]
    """Called whenever pip says something."""


def install(order: Order, recipe: Recipe, shop: Workshop, log: Log) -> Installed | Failure:
    """Have pip install the wheels with what they need, and set their metadata right.

    pip resolves, uninstalls and installs; `recipe` says which pip, and whether it may use its cache.
    """
    wheels = tuple(item.built.wheel for item in order.items)
    version = shop.target.pip() if recipe.pip is Pip.TARGET else pip_copy.version(pip_copy.runner(shop, recipe.pip))
    events.install_started(log, shop.target.executable, wheels, version)
    # pip leaves a wheel alone whose version is installed; of a folder it installs it all the same.
    finished = None
    if not all(_needs_nothing(item, shop) for item in order.items):
        finished = _pip(order, recipe, shop, tuple(item.requirement for item in order.items))
    left = tuple(str(item.built.wheel) for item in order.items if not _is_in(item, shop))
    if finished is None or (finished.status == 0 and left):
        finished = _pip(order, recipe, shop, ("--force-reinstall", "--no-deps", *left))
    if finished.status == 0:
        for item in order.items:
            _set_origin(item, shop)
        return Installed(_installed(finished.output))
    cause = Cause.SIGNAL if finished.status < 0 else Cause.PIP_FAILED
    return Failure(Stage.INSTALL, cause, "pip install failed", finished.output, finished.status, _log(shop))


def settle(item: Item, shop: Workshop, log: Log) -> None:
    """Carry out what a proven recipe means for the user's cache and tree."""
    if not item.recipe.cache:
        _purge(item, shop, log)
    for artefact in item.recipe.set_aside:
        place = item.project.path / artefact
        kept = shop.run_dir / "aside" / artefact
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place, kept)
        events.change_committed(log, Change(Place.ARTEFACTS, place, f"moved to {kept}"))


def upgrade_pip(recipe: Recipe, shop: Workshop, log: Log) -> None:
    """Give the target the pip that could do what its own could not."""
    script = pip_copy.runner(shop, recipe.pip)
    wanted = f"pip=={pip_copy.version(script)}"
    arguments = (str(shop.target.executable), str(script), "install", "--no-deps", *_sources(script, shop), wanted)
    finished = process.run(_command(arguments, shop, quiet=True, beat=lambda: None))
    detail = wanted if finished.status == 0 else f"{wanted} could not be installed: see {_log(shop)}"
    events.change_committed(log, Change(Place.PIP, shop.target.executable, detail))


def _sources(script: Path, shop: Workshop) -> tuple[str, ...]:
    carried = pip_copy.carried_wheel(shop)
    own = carried.name.startswith(f"pip-{pip_copy.version(script)}-")
    return ("--no-index", "--find-links", str(carried.parent)) if own else shop.pip_options


def _pip(order: Order, recipe: Recipe, shop: Workshop, requirements: tuple[str, ...]) -> Finished:
    program = ("-m", "pip") if recipe.pip is Pip.TARGET else (str(pip_copy.runner(shop, recipe.pip)),)
    cache = () if recipe.cache else ("--no-cache-dir",)
    arguments = (str(shop.target.executable), *program, "install", *order.options, *cache, *requirements)
    with passing(shop.environ) as pass_on:
        return process.run(_command(arguments, shop, order.quiet, order.beat, pass_on))


def _command(
    arguments: tuple[str, ...], shop: Workshop, quiet: bool, beat: Callable[[], None], pass_on: PassOn = write
) -> Command:
    def shown(stream: TextIO) -> Callable[[str], None]:
        def show(text: str) -> None:
            beat()
            if not quiet:
                pass_on(stream, text)

        return show

    return Command(
        arguments,
        cwd=shop.cwd,
        environ=_environ(shop),
        log=_log(shop),
        redact=shop.redact,
        out=shown(sys.stdout),
        err=shown(sys.stderr),
    )


def _environ(shop: Workshop) -> Mapping[str, str]:
    """Tell pip the build constraints, too, for what it has to build: a pip before 25.3 ignores the variable."""
    if not shop.build_constraints:
        return shop.environ
    return {**shop.environ, "PIP_BUILD_CONSTRAINT": " ".join(shop.build_constraints)}


def _log(shop: Workshop) -> Path:
    return shop.run_dir / "install.log"


def _needs_nothing(item: Item, shop: Workshop) -> bool:
    """Tell whether the same version is installed and needs nothing: then it is only to be replaced."""
    contents = wheel.inspect(item.built.wheel)
    here = version_of(item.built.name, shop.target.packages)
    return not isinstance(contents, str) and not contents.requires and here == contents.version


def _is_in(item: Item, shop: Workshop) -> bool:
    folder = metadata.dist_info(shop.target.packages, item.built.name)
    return folder is not None and metadata.came_from(folder, item.built.wheel)


def _set_origin(item: Item, shop: Workshop) -> None:
    folder = metadata.dist_info(shop.target.packages, item.built.name)
    if folder is not None:
        metadata.record_origin(folder, item.project.path, editable=item.recipe.wheel is Wheel.EDITABLE)


def _installed(output: str) -> tuple[str, ...]:
    lines = [line for line in output.splitlines() if line.startswith(SUCCESS)]
    return tuple(dict.fromkeys(word for line in lines for word in line.removeprefix(SUCCESS).split()))


def _purge(item: Item, shop: Workshop, log: Log) -> None:
    """Remove from pip's cache what was guilty, or all of it when that cannot be told."""
    cache = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix)
    if cache is None or not cache.is_dir():
        return
    guilty = pip_cache.broken(cache, (each.name for each in item.built.environment))
    for path in guilty or pip_cache.everything(cache):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    names = ", ".join(path.name for path in guilty if path.suffix == ".whl") or f"{len(guilty)} files"
    detail = f"removed: {names}" if guilty else "purged: no entry could be told to be the broken one"
    events.change_committed(log, Change(Place.PIP_CACHE, cache, detail))
