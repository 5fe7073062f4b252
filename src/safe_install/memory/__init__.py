"""Remember which recipe was proven for which sources, Python and platform."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from safe_install.declared.providers import name_of
from safe_install.environment.workshop import Workshop
from safe_install.evidence import Policy
from safe_install.kinds import Infer
from safe_install.ladder.inference import proper
from safe_install.model import Project, Proof, Recipe
from safe_install.recipe_data import as_data, recipe_of
from safe_install.replacing import replace as write
from safe_install.target.distributions import from_an_index
from safe_install.version import version

SCHEMA: Final = 1
"""The version of what is written; another one is not read."""
RECIPES: Final = "recipes"
"""The folder of the state directory that holds them."""
KEPT: Final = 500
"""Recipes that stay."""


@dataclass(frozen=True)
class Memory:
    """What is remembered for one project that is to be built in one way."""

    project: Project
    start: Recipe
    """The recipe as declared and as asked for."""
    policy: Policy
    shop: Workshop
    source: Callable[[], str]
    """Tell the project's sources from all others; it reads them once, when it is first called."""

    @property
    def is_open(self) -> bool:
        """Tell whether anything may be remembered: not without caches, remedies or isolation."""
        return self.start.cache and self.start.isolated and self.policy.remedies != frozenset()

    def see(self) -> None:
        """Look at the sources while they are as they were found: what is built next changes them."""
        if self.is_open:
            self.source()

    def find(self) -> Proof | None:
        """Give what an earlier run has proven for these sources, if the user still allows what led to it."""
        if not self.is_open:
            return None
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
            # The sources last: reading them all takes longest.
            if told["schema"] != SCHEMA or told["source"] != self.source():
                return None
            proof = self._proof(told)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # None, or none that was written here: the next proof takes its place.
            return None
        return proof if self._is_allowed(proof) else None

    def keep(self, proof: Proof) -> None:
        """Keep a recipe that was just proven, if it says something of the project and not of this machine."""
        if not self.is_open or not _is_general(proof.recipe):
            return
        recipe = as_data(replace(proof.recipe, config_settings=()))
        told = {"schema": SCHEMA, "source": self.source(), "recipe": recipe}
        text = json.dumps(told | {"remedies": proof.remedies, "sources": proof.sources})
        # What must not be told to anyone is not kept, either; and where nothing can be written, the install goes on.
        if self.shop.redact(text) == text:
            with suppress(OSError):
                self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write(self._file, text.encode())
                _forget_the_oldest(self._file.parent)

    def forget(self) -> None:
        """Forget it: it does not hold any more."""
        with suppress(OSError):
            self._file.unlink()

    @property
    def _file(self) -> Path:
        """Give the file for this way to build, on this Python; what the build files say is part of the name."""
        target, policy = self.shop.target, self.policy
        about = (
            *(version(), target.python, target.platform, self.shop.build_constraints),
            *(policy.infer, sorted(policy.allow), policy.hashes),
            *(as_data(self.start), self.project.text, self.project.sources),
        )
        key = hashlib.sha256(json.dumps(about).encode()).hexdigest()
        return self.shop.state / RECIPES / f"{key}.json"

    def _proof(self, told: Any) -> Proof:
        recipe = replace(recipe_of(told["recipe"]), wheel=self.start.wheel, config_settings=self.start.config_settings)
        return Proof(self.start, recipe, tuple(map(str, told["remedies"])), tuple(map(str, told["sources"])))

    def _is_allowed(self, proof: Proof) -> bool:
        """Tell whether the remedies may be used, and whether what vouched for names still does."""
        if not self.policy.admits(*proof.remedies):
            return False
        if not any(source.startswith(Infer.INSTALLED.value) for source in proof.sources):
            return True
        held = {proper(each.name) for each in from_an_index(self.shop.target.path)}
        return {name_of(each) for each in _added(proof)} <= held


def _added(proof: Proof) -> tuple[str, ...]:
    return tuple(each for each in proof.recipe.extra_requires if each not in proof.declared.extra_requires)


def _is_general(recipe: Recipe) -> bool:
    """Tell whether a recipe is about the project alone: a bad cache and leftovers are gone the next time."""
    return recipe.isolated and recipe.cache and not recipe.set_aside


def _forget_the_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)
