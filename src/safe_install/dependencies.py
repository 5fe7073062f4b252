"""Build what pip could not: each requirement's sources become a project, and go through the loop."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.utils import canonicalize_name

from safe_install import events, wheel_cache
from safe_install.commit import Item, runs_with
from safe_install.environment.workshop import Workshop
from safe_install.errors import ProjectUnreadable
from safe_install.events.log import Log
from safe_install.heal import Healing
from safe_install.kinds import Wheel
from safe_install.model import PROBE, Built
from safe_install.recovery import Found, found, heal_found
from safe_install.request import ProjectRequest, Request
from safe_install.target import pip_cache
from safe_install.unbuilt import Unbuilt
from safe_install.wheel_cache import Proven


@dataclass(frozen=True)
class Dependency:
    """A requirement that pip could not build, and what the loop came to."""

    unbuilt: Unbuilt
    found: Found
    healing: Healing

    @property
    def item(self) -> Item | None:
        """Give the wheel that stands in for a folder of the user's; `None` for sources of pip's, or no wheel."""
        built = self.healing.attempt.result
        if not isinstance(built, Built) or not self.unbuilt.is_folder:
            return None
        recipe = self.healing.attempt.recipe
        return Item(self.found.project, recipe, built, self.healing.cache_blamed_for, self.unbuilt.where)

    @property
    def proven(self) -> Proven | None:
        """Give the wheel that pip is to find in its cache; `None` for a folder of the user's, or no wheel."""
        built = self.healing.attempt.result
        if not isinstance(built, Built) or self.unbuilt.is_folder or not self._is_named(built):
            return None
        return Proven(self.unbuilt, built.wheel, built.name, runs_with(self.healing.attempt.recipe, built))

    def _is_named(self, built: Built) -> bool:
        """Tell whether it is the distribution that was asked for: pip takes no other."""
        asked = self.unbuilt.name
        return asked is None or canonicalize_name(asked) == canonicalize_name(built.name)


def healed(unbuilt: Unbuilt, request: Request, shop: Workshop, log: Log) -> Dependency | Proven | None:
    """Bring a requirement to a wheel; or find the one that an earlier run has proven.

    `None`: what pip unpacked is no project at all.
    """
    caching = pip_cache.folder(shop.pip_options, shop.environ, shop.target.prefix) is not None
    known = wheel_cache.remembered(unbuilt, request.policy, shop) if caching else None
    events.dependency_failed(log, unbuilt, known)
    if known is not None:
        return Proven(unbuilt, known.wheel, unbuilt.name or known.wheel.name.partition("-")[0], known.bounds)
    identity = wheel_cache.identity(unbuilt)
    wheel = Wheel.EDITABLE if unbuilt.editable else Wheel.REGULAR
    asked = ProjectRequest(unbuilt.tree, wheel, unbuilt.config_settings)
    try:
        with found(asked, shop, log, name=unbuilt.name) as tree:
            dependency = Dependency(unbuilt, tree, heal_found(tree, request, shop, log, identity))
            if dependency.item is not None:
                tree.tree.declare_good()
    except ProjectUnreadable:
        # pip has said what it did not find.
        return None
    if dependency.proven is not None and caching:
        wheel_cache.remember(dependency.proven, dependency.healing.proof, _patch(dependency), request.policy, shop)
    return dependency


def _patch(dependency: Dependency) -> str | None:
    healing = dependency.healing
    if not healing.remedies or healing.attempt.remedy == PROBE:
        return None
    # Not before a recovery: a healthy run must not pay for tomlkit.
    from safe_install import patch

    return patch.diff(dependency.found.project, healing.attempt.recipe)
