"""Put proven wheels and all else into the target: the loop, with real installs as its attempts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from safe_install import commit, events, settling
from safe_install.commit import Item, Order
from safe_install.environment.workshop import Workshop
from safe_install.errors import TargetUnusable
from safe_install.events.log import Log
from safe_install.evidence import Evidence
from safe_install.heal import Effects, Healing, heal
from safe_install.journal.kept import Kept
from safe_install.journal.safekeeping import journal_store, kept_target, locked, recover
from safe_install.kinds import Pip
from safe_install.model import DEFAULT, Attempt, Failure, Project, Recipe, Result
from safe_install.request import Request
from safe_install.target import pip_cache
from safe_install.unbuilt import Unbuilt
from safe_install.wheel_cache import Proven

if TYPE_CHECKING:
    from safe_install.dependencies import Dependency

AT_INSTALL: Final = frozenset({"fresh-caches", "newer-pip"})
"""The remedies that change how pip installs; the others change how a project is built."""


@dataclass(frozen=True)
class Installing:
    """What the installs came to, and what became of the requirements that pip could not build."""

    healing: Healing
    dependencies: tuple[Dependency, ...] = ()
    remembered: tuple[Proven, ...] = ()
    """Those for which an earlier run has proven a wheel."""

    @property
    def failed(self) -> tuple[Healing, ...]:
        """Give the loops that ended without what they were for: the dependencies' tell more than pip's."""
        if not isinstance(self.healing.attempt.result, Failure):
            return ()
        return tuple(each.healing for each in self.refused) or (self.healing,)

    @property
    def refused(self) -> tuple[Dependency, ...]:
        """Give the requirements that no remedy could bring to a wheel."""
        return tuple(each for each in self.dependencies if isinstance(each.healing.attempt.result, Failure))


def installed(items: tuple[Item, ...], request: Request, shop: Workshop, log: Log) -> Installing:
    """Install everything or nothing, under the target's lock; what pip cannot build goes through the loop.

    There are as many rounds as pip meets requirements that it cannot build; one that brings no wheel for
    something new ends them. Raises TargetUnusable when the target cannot be kept safe.
    """
    with _kept_target(shop, log) as keeping:
        order = Order(items, request, keeping.beat)
        known: list[Dependency | Proven] = []
        met: set[str] = set()
        while True:
            healing = _healed(order, keeping, shop, log)
            new = tuple(each for each in _unbuilt(healing) if each.where not in met)
            met |= {each.where for each in new}
            outcomes = _outcomes(new, request, shop, log)
            known += [each for each in outcomes if each is not None]
            bigger = _with(order, outcomes)
            if bigger.stand_ins == order.stand_ins:
                break
            order = bigger
            # What pip has checked out there is what an editable install of it leads to.
            if not any(shop.target.prefix in each.tree.parents for each in new):
                keeping.put_back()
        if not isinstance(healing.attempt.result, Failure) and not request.dry_run:
            if "newer-pip" in healing.remedies:
                settling.upgrade_pip(healing.attempt.recipe, shop, log)
            keeping.declare_good()
        dependencies = tuple(each for each in known if not isinstance(each, Proven))
        return Installing(healing, dependencies, tuple(each for each in known if isinstance(each, Proven)))


@contextmanager
def _kept_target(shop: Workshop, log: Log) -> Iterator[Kept]:
    store = journal_store(shop.state, shop.target.prefix)
    with ExitStack() as stack:
        stack.enter_context(locked(shop.state, shop.target.prefix))
        recover(store, shop.target, log)
        try:
            keeping = stack.enter_context(kept_target(shop.target, store, shop.run_dir, log))
        except OSError as error:
            message = f"{shop.target.prefix} cannot be kept safe: {error}"
            raise TargetUnusable(message, "see that all of it can be read, and that the disk is not full") from error
        yield keeping


def _healed(order: Order, keeping: Kept, shop: Workshop, log: Log) -> Healing:
    request = order.request

    def attempt(number: int, recipe: Recipe, _remedy: str | None) -> Result:
        if number > 1:
            keeping.put_back()
        return commit.install(order, recipe, shop, log)

    def ended(_number: int, attempt: Attempt, milliseconds: int) -> None:
        events.install_finished(log, shop.target.executable, attempt, milliseconds)

    # At this stage nothing of a project's own is left to change.
    project = Project(shop.cwd, DEFAULT)
    pip = shop.target.pip()
    cache = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix) is not None
    start = Recipe(DEFAULT, pip=Pip.TARGET if pip else Pip.CARRIED, cache=cache)
    policy = replace(request.policy, reach=AT_INSTALL)
    evidence = Evidence(project, policy, shop.target.python, pip)
    effects = Effects(attempt, ended, lambda _question: (), time.monotonic, request.max_seconds)
    return heal(project, start, evidence, effects, log)


def _unbuilt(healing: Healing) -> tuple[Unbuilt, ...]:
    result = healing.attempt.result
    return result.unbuilt if isinstance(result, Failure) else ()


def _outcomes(
    new: tuple[Unbuilt, ...], request: Request, shop: Workshop, log: Log
) -> tuple[Dependency | Proven | None, ...]:
    if not new:
        return ()
    # Not before a failure: what only passes through must not pay for it.
    from safe_install.dependencies import healed

    return tuple(healed(each, request, shop, log) for each in new)


def _with(order: Order, outcomes: tuple[Dependency | Proven | None, ...]) -> Order:
    """Give the order with the wheels that were proven; those for folders stand in as local projects do."""
    proven = tuple(each for each in outcomes if isinstance(each, Proven))
    dependencies = [each for each in outcomes if each is not None and not isinstance(each, Proven)]
    items = tuple(each.item for each in dependencies if each.item is not None)
    proven += tuple(each.proven for each in dependencies if each.proven is not None)
    return replace(order, items=order.items + items, proven=order.proven + proven)


def other_releases(installing: Installing, shop: Workshop) -> dict[Path, str]:
    """Give, by its tree, the step that leads to a release of a requirement that needs no build."""
    # Not before a failure, as the tables.
    from safe_install import releases

    return {
        each.found.project.path: releases.step(each.unbuilt, each.healing.attempt.diagnosis, shop)
        for each in installing.refused
        if each.healing.attempt.diagnosis is not None
    }
