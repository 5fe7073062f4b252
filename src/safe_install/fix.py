"""Prove a patch by building with it, and write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safe_install import events, git, patch
from safe_install.building import build
from safe_install.commit import Item
from safe_install.declared import build_system
from safe_install.environment.workshop import Workshop
from safe_install.errors import FileChanged, FixUnproven
from safe_install.events.log import Log
from safe_install.events.values import Change, Place
from safe_install.model import Failure, Project, Recipe
from safe_install.patch import write_fix
from safe_install.recovery import slug


@dataclass(frozen=True)
class Fix:
    """A text for a project's `pyproject.toml` that was proven by a build."""

    project: Project
    text: str

    def write(self, shop: Workshop, log: Log) -> None:
        """Write it; raises the errors of `write_fix.write`."""
        write_fix.write(self.project, self.text, lambda file: uncommitted(file, shop.environ))
        file = self.project.path / "pyproject.toml"
        events.change_committed(log, Change(Place.PYPROJECT, file, "written, as the patch shows"))


def proven(items: tuple[Item, ...], shop: Workshop) -> tuple[Fix, ...]:
    """Build each healed project as it would be declared, and give what is to be written.

    Raises FixUnproven when such a build fails, FileChanged when the file holds uncommitted
    changes.
    """
    return tuple(fix for item in items if (fix := _proven(item, shop)) is not None)


def uncommitted(file: Path, environ: Mapping[str, str]) -> bool:
    """Tell whether git knows a file and it differs from what is committed; raises FileChanged where it may."""
    try:
        return git.is_uncommitted(file, environ)
    except git.Unanswered as error:
        raise FileChanged(
            f"{file} may have uncommitted changes: {error}", "have git answer, or apply the patch by hand"
        ) from error


def _proven(item: Item, shop: Workshop) -> Fix | None:
    text = patch.propose(item.project, item.recipe)
    if text is None:
        return None
    write_fix.refuse_if_changed(item.project, lambda file: uncommitted(file, shop.environ))
    reading = build_system.parse(text, has_setup_py=item.project.has_setup_py)
    declared = Recipe(reading.system, item.recipe.wheel, config_settings=item.recipe.config_settings)
    log = shop.run_dir / f"{slug(item.project)}-fix.log"
    result = build(item.project, declared, shop, log, lambda *_: None)
    if isinstance(result, Failure):
        raise FixUnproven(
            f"{item.project.path} was healed, and with the patch its build still fails: {result.message}",
            f"leave out --write-fix to install it; the log is {log}",
        )
    return Fix(item.project, text)
