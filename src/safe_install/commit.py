"""Put proven wheels, and all else that was asked for, into the target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from safe_install import events, report, vector, watched_pip, wheel_cache
from safe_install.dist_info import version_of
from safe_install.environment import pip_copy
from safe_install.environment.workshop import Workshop
from safe_install.events.log import Log
from safe_install.kinds import Cause, Kind, Pip, Stage, Wheel
from safe_install.model import Built, Failure, Installed, Project, Recipe
from safe_install.request import Request
from safe_install.requirements.places import StandIns
from safe_install.target import metadata, pip_cache
from safe_install.watched_pip import Errand, Ran
from safe_install.wheel_cache import Proven

SUCCESS: Final = "Successfully installed "
"""How pip begins the line that says what it installed."""


@dataclass(frozen=True)
class Item:
    """A proven wheel of a local project."""

    project: Project
    recipe: Recipe
    built: Built
    cache_blamed_for: Kind | None = None
    """What went wrong until pip's cache was done without."""
    asked_as: str = ""
    """The place that the requirement names, when it is another than the project's folder: a repository."""


@dataclass(frozen=True)
class Order:
    """All that is put into the target in one go."""

    items: tuple[Item, ...]
    request: Request
    beat: Callable[[], None]
    """Called whenever pip says something."""
    proven: tuple[Proven, ...] = ()
    """The wheels of requirements that pip could not build."""

    @property
    def stand_ins(self) -> StandIns:
        """Give what pip is handed instead of what was asked for."""
        wheels = {item.asked_as or str(item.project.path): item.built.wheel for item in self.items}
        return StandIns(wheels, {each.unbuilt.where: each.name for each in self.proven})

    @property
    def bounds(self) -> tuple[str, ...]:
        """Give the constraints under which the proven wheels run."""
        of_items = (bound for item in self.items for bound in runs_with(item.recipe, item.built))
        return tuple(dict.fromkeys((*of_items, *(bound for each in self.proven for bound in each.bounds))))

    @property
    def places_items(self) -> bool:
        """Tell whether the items themselves are to be in the target afterwards."""
        return not self.request.dry_run and not self.request.only_deps


def install(order: Order, recipe: Recipe, shop: Workshop, log: Log) -> Installed | Failure:
    """Have pip install everything, and set the metadata of local projects right.

    pip resolves, uninstalls and installs; `recipe` says which pip, and whether it may use its cache.
    """
    wheels = tuple(item.built.wheel for item in order.items)
    try:
        version = shop.target.pip() if recipe.pip is Pip.TARGET else pip_copy.version(pip_copy.runner(shop, recipe.pip))
        events.install_started(log, shop.target.executable, wheels, version)
        ran = _run(order, recipe, shop)
    except LookupError as error:
        return Failure(Stage.INSTALL, Cause.ENVIRONMENT, str(error), log=watched_pip.log(shop))
    if ran.finished.status == 0:
        for item in order.items if order.places_items else ():
            _set_origin(item, shop)
        return Installed(_installed(ran.finished.output))
    return Failure(
        Stage.INSTALL,
        _cause(ran, order),
        "pip install failed",
        ran.finished.output,
        ran.finished.status,
        watched_pip.log(shop),
        unbuilt=ran.unbuilt,
    )


def _cause(ran: Ran, order: Order) -> Cause:
    if ran.finished.status < 0:
        return Cause.SIGNAL
    handed = {each.unbuilt.where for each in order.proven}
    return Cause.WHEEL_IGNORED if any(each.where in handed for each in ran.unbuilt) else Cause.PIP_FAILED


def runs_with(recipe: Recipe, built: Built) -> tuple[str, ...]:
    """Give the bounds of a build that hold for its wheel, too: those of what it was compiled against."""
    if not recipe.constraints:
        return ()
    # Not without a bound: a healthy run must not pay for the tables.
    from safe_install import wheel
    from safe_install.knowledge import tables

    if not wheel.is_compiled(built.wheel):
        return ()
    binary = {row.constraint for row in tables().removals if row.binary}
    return tuple(each for each in recipe.constraints if each in binary)


def _run(order: Order, recipe: Recipe, shop: Workshop) -> Ran:
    paths = vector.Paths(shop.cwd, shop.environ, _folder(shop))
    asked = vector.written(order.request.arguments, order.stand_ins, paths)
    told = report.Report.wanted(order.request.report, shop.scratch, plans=order.request.dry_run)
    told.begin()
    words = (*asked.words, *_bounds(order, shop), *_cache(order, recipe, shop), *told.words)
    errand = Errand(words, recipe.pip, asked.copies, order.beat)
    ran = None
    if not (asked.replaced and _only_replaces(order, shop)):
        ran = watched_pip.run(errand, shop)
    # pip leaves a wheel alone whose version is installed; of a folder it installs it all the same.
    left = _left(order, told, shop)
    if ran is None or (ran.finished.status == 0 and left and order.request.placement.target is None):
        again = (*vector.options(order.request.arguments), "--force-reinstall", "--no-deps", *told.second.words, *left)
        ran = watched_pip.run(replace(errand, words=again), shop)
    if ran.finished.status == 0:
        told.write({item.built.wheel.as_uri(): item for item in order.items})
    return ran


def _left(order: Order, told: report.Report, shop: Workshop) -> tuple[str, ...]:
    """Give the wheels that pip has passed over, with the extras that were asked for."""
    request = order.request
    if request.only_deps:
        return ()
    extras = vector.extras(request.arguments, shop.cwd, shop.environ)
    return tuple(
        f"{item.built.wheel}{extras.get(str(item.project.path), '')}"
        for item in order.items
        if not (told.names(item.built.wheel.as_uri()) if request.dry_run else _is_in(item, shop))
    )


def _folder(shop: Workshop) -> Path:
    folder = shop.scratch / "requirements"
    folder.mkdir(exist_ok=True)
    return folder


def _bounds(order: Order, shop: Workshop) -> tuple[str, ...]:
    if not order.bounds:
        return ()
    file = _folder(shop) / "bounds.txt"
    file.write_text("".join(f"{bound}\n" for bound in order.bounds), encoding="utf-8")
    return ("--constraint", str(file))


def _cache(order: Order, recipe: Recipe, shop: Workshop) -> tuple[str, ...]:
    """Say which cache pip uses: where there are proven wheels, one of our own that holds them, too."""
    cache = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix) if recipe.cache else None
    if order.proven:
        return ("--cache-dir", str(wheel_cache.overlaid(cache, order.proven, shop.scratch)))
    return () if recipe.cache else ("--no-cache-dir",)


def _only_replaces(order: Order, shop: Workshop) -> bool:
    """Tell whether there is nothing to do but to replace local projects that are installed."""
    if not order.items or order.proven or not order.places_items:
        return False
    return all(_needs_nothing(item, shop) for item in order.items)


def _needs_nothing(item: Item, shop: Workshop) -> bool:
    """Tell whether the same version is installed and needs nothing: then it is only to be replaced."""
    from safe_install import wheel

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
