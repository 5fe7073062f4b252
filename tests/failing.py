"""Failures as plain values, for the tests of what they mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from safe_install.diagnosis import diagnose
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Cause, Stage
from safe_install.model import BuildSystem, Diagnosis, Distribution, Failure, Malformed, Project, Recipe

SYSTEM = BuildSystem(("setuptools",), "setuptools.build_meta")
PROJECT = Project(
    Path("/project"), SYSTEM, name="demo", names_backend=True, has_table=True, modules=frozenset({"demo"})
)
EVIDENCE = Evidence(PROJECT, Policy(frozenset()), (3, 13))
SETUPTOOLS = Distribution("setuptools", "84.2.1", ("_distutils_hack", "setuptools"))


def hook_failed(output: str, *environment: Distribution) -> Failure:
    """Give the failure of a hook that printed this."""
    return Failure(Stage.BUILD, Cause.HOOK_FAILED, "build_wheel failed", output, 1, environment=environment)


def unavailable(message: str, *environment: Distribution) -> Failure:
    """Give the failure of a backend that pyproject-hooks could not import."""
    return Failure(Stage.IMPORT, Cause.BACKEND_UNAVAILABLE, message, environment=environment)


def raised(line: str, *files: str) -> str:
    """Give a traceback through these files, the innermost last."""
    frames = "".join(f'  File "{file}", line 1, in <module>\n' for file in files or ("/env/lib/x.py",))
    return f"Traceback (most recent call last):\n{frames}{line}\n"


def told(failure: Failure, project: Project = PROJECT, **recipe: tuple[str, ...]) -> Diagnosis:
    """Diagnose a failure of a project as it is declared, with what the recipe adds."""
    used = Recipe(project.system, extra_requires=recipe.get("extra", ()), constraints=recipe.get("constraints", ()))
    return diagnose(failure, used, replace(EVIDENCE, project=project))


def building(system: BuildSystem | Malformed, **changes: object) -> Project:
    """Give the project with another build system."""
    return replace(PROJECT, system=system, **changes)  # type: ignore[arg-type]
