"""Offer the library: install and build projects, diagnose failures, and the values of all that."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from safe_install.building import build
    from safe_install.diagnosis import diagnose
    from safe_install.errors import (
        ExitStatus,
        ExternallyManaged,
        InternalError,
        Interrupted,
        ProjectUnreadable,
        SafeInstallError,
        TargetUnusable,
        Usage,
    )
    from safe_install.evidence import Evidence, Policy
    from safe_install.installation import Outcome, Surroundings, install
    from safe_install.kinds import Infer, Kind, Stage, Wheel
    from safe_install.model import Attempt, BuildSystem, Built, Diagnosis, Failure, Project, Recipe
    from safe_install.request import ProjectRequest, Request

_HOMES: Final = {
    "building": ("build",),
    "diagnosis": ("diagnose",),
    "errors": (
        "ExitStatus",
        "ExternallyManaged",
        "InternalError",
        "Interrupted",
        "ProjectUnreadable",
        "SafeInstallError",
        "TargetUnusable",
        "Usage",
    ),
    "evidence": ("Evidence", "Policy"),
    "installation": ("Outcome", "Surroundings", "install"),
    "kinds": ("Infer", "Kind", "Stage", "Wheel"),
    "model": (
        "Attempt",
        "BuildSystem",
        "Built",
        "Diagnosis",
        "Failure",
        "Project",
        "Recipe",
    ),
    "request": ("ProjectRequest", "Request"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562): `--help` must not pay for a build."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"safe_install.{module}"), name)
    raise AttributeError(f"module 'safe_install' has no attribute {name!r}")


__all__ = [
    "Attempt",
    "BuildSystem",
    "Built",
    "Diagnosis",
    "Evidence",
    "ExitStatus",
    "ExternallyManaged",
    "Failure",
    "Infer",
    "InternalError",
    "Interrupted",
    "Kind",
    "Outcome",
    "Policy",
    "Project",
    "ProjectRequest",
    "ProjectUnreadable",
    "Recipe",
    "Request",
    "SafeInstallError",
    "Stage",
    "Surroundings",
    "TargetUnusable",
    "Usage",
    "Wheel",
    "build",
    "diagnose",
    "install",
]
