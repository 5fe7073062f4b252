"""Put proven wheels into the target: the loop, with real installs as its attempts."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from safe_install import commit, events
from safe_install.commit import Item, Order
from safe_install.environment.workshop import Workshop
from safe_install.errors import TargetUnusable
from safe_install.events.log import Log
from safe_install.heal import Effects, Healing, heal
from safe_install.journal.kept import Kept
from safe_install.journal.safekeeping import journal_store, kept_target, locked, recover
from safe_install.kinds import Pip
from safe_install.model import Attempt, Evidence, Failure, Recipe, Result
from safe_install.request import Request

AT_INSTALL: Final = frozenset({"fresh-caches", "newer-pip"})
"""The remedies that change how pip installs; the others change how a project is built."""


def installed(items: tuple[Item, ...], request: Request, shop: Workshop, log: Log) -> Healing:
    """Install all wheels or none, under the target's lock.

    Raises TargetUnusable when the target cannot be kept safe.
    """
    store = journal_store(shop.state, shop.target.prefix)
    with ExitStack() as stack:
        stack.enter_context(locked(shop.state, shop.target.prefix))
        recover(store, shop.target, log)
        try:
            keeping = stack.enter_context(kept_target(shop.target, store, shop.run_dir, log))
        except OSError as error:
            message = f"{shop.target.prefix} cannot be kept safe: {error}"
            raise TargetUnusable(message, "see that all of it can be read, and that the disk is not full") from error
        order = Order(items, request.install_options, quiet=request.verbosity < -1, beat=keeping.beat)
        healing = _healed(order, keeping, request, shop, log)
        if not isinstance(healing.attempt.result, Failure):
            if "newer-pip" in healing.remedies:
                commit.upgrade_pip(healing.attempt.recipe, shop, log)
            keeping.declare_good()
        return healing


def _healed(order: Order, keeping: Kept, request: Request, shop: Workshop, log: Log) -> Healing:
    first = order.items[0]

    def attempt(number: int, recipe: Recipe, _remedy: str | None) -> Result:
        if number > 1:
            keeping.put_back()
        return commit.install(order, recipe, shop, log)

    def ended(_number: int, attempt: Attempt, milliseconds: int) -> None:
        events.install_finished(log, shop.target.executable, attempt, milliseconds)

    # At this stage nothing of the project's own is left to change.
    project = replace(first.project, artefacts=(), mentions=())
    pip = shop.target.pip()
    start = Recipe(first.recipe.system, pip=Pip.TARGET if pip else Pip.CARRIED, cache=first.recipe.cache)
    policy = replace(request.policy, remedies=request.policy.remedies & AT_INSTALL)
    evidence = Evidence(project, policy, shop.target.python, pip)
    effects = Effects(attempt, ended, lambda _question: (), time.monotonic, request.max_seconds)
    return heal(project, start, evidence, effects, log)
