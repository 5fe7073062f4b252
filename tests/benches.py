"""A place where the hooks of a backend are called."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

from safe_install import hooks
from safe_install.environment import Environment
from safe_install.environment.workshop import Workshop
from safe_install.hooks import Bench
from safe_install.model import BuildSystem, Failure, Recipe
from safe_install.process import Finished
from trees import a_shop, tree

SYSTEM = BuildSystem((), "bk", (".",))


class Place:
    """A tree with a backend, and what is needed to call its hooks."""

    def __init__(self, path: Path, environment: Environment) -> None:
        self.path, self._environment = path, environment
        self.heard: list[tuple[str, Finished]] = []
        (path / "wheels").mkdir()

    def bench(self, backend: str, system: BuildSystem = SYSTEM, **changes: Any) -> Bench:
        """Give a bench for a backend with this text; changes are of the recipe, the shop or the bench."""
        tree(self.path / "tree", {"bk.py": textwrap.dedent(backend)})
        of_recipe = {name: changes.pop(name) for name in set(changes) & set(Recipe.__dataclass_fields__)}
        of_shop = {name: changes.pop(name) for name in set(changes) & set(Workshop.__dataclass_fields__)}
        bench = Bench(
            shop=a_shop(self.path, **of_shop),
            tree=self.path / "tree",
            system=system,
            recipe=Recipe(system, **of_recipe),
            environment=self._environment,
            log=self.path / "log",
            audit=self.path / "audit",
            finished=lambda hook, finished: self.heard.append((hook, finished)),
        )
        return replace(bench, **changes)

    def build(self, backend: str, **changes: Any) -> str | Failure:
        """Call the build hook."""
        return hooks.build(self.bench(backend, **changes), self.path / "wheels")

    def hooked(self, body: str, **changes: Any) -> Failure:
        """Call a build hook with this body, which must not succeed."""
        head = "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        failure = self.build(head + textwrap.indent(textwrap.dedent(body).strip(), "    "), **changes)
        assert isinstance(failure, Failure)
        assert failure.log == self.path / "log"
        return failure
