"""Recipes and evidence that the tests of single remedies share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from safe_install.evidence import Evidence, InstalledProviders, Policy, Question
from safe_install.kinds import Kind
from safe_install.model import BuildSystem, Diagnosis, Distribution, Malformed, Project, Recipe

SYSTEM: Final = BuildSystem(("setuptools>=61",), "setuptools.build_meta")
RECIPE: Final = Recipe(SYSTEM)
UNISOLATED: Final = replace(RECIPE, isolated=False)
MALFORMED: Final = Recipe(Malformed(Kind.REQUIRES_ABSENT, "requires", "`requires` is missing"))
PROJECT: Final = Project(Path("/project"), SYSTEM, name="demo")
UNKNOWN: Final = Diagnosis(Kind.UNKNOWN, "", "boom")

SETUPTOOLS: Final = Distribution("setuptools", "70.1", ("_distutils_hack", "setuptools"))
NUMPY: Final = Distribution("numpy", "1.26.4", ("numpy",))
SIX: Final = Distribution("six", "1.16.0", ("six",))


def evidence(
    *held: Distribution,
    imported: tuple[Distribution, ...] = (),
    project: Project = PROJECT,
    target_pip: str | None = None,
    **policy: object,
) -> Evidence:
    """Give evidence; without any distribution the target has not been asked."""
    answers: dict[Question, tuple[Distribution, ...]] = {InstalledProviders(): held} if held else {}
    allowed = replace(Policy(frozenset()), **policy)  # type: ignore[arg-type]
    return Evidence(project, allowed, (3, 13), target_pip, answers, imported)
