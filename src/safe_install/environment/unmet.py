"""Tell which build requirements an environment does not meet, for pip's `--check-build-dependencies`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from packaging.markers import UndefinedComparison
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from safe_install.model import Distribution


def unmet(requirements: Iterable[str], held: Iterable[Distribution], python: tuple[int, int]) -> tuple[str, ...]:
    """Say for each requirement that is not met what there is instead.

    As in pip (26.3), none is needed whose marker does not hold on the Python, extras are not looked at, and a
    pre-release that is there will do. What is no requirement is for the build to find.
    """
    versions: dict[str, str] = {canonicalize_name(each.name): each.version for each in held}
    return tuple(told for each in requirements if (told := _told(each, versions, python)))


def _told(text: str, versions: Mapping[str, str], python: tuple[int, int]) -> str:
    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        return ""
    if not _is_needed(wanted, python):
        return ""
    version = versions.get(canonicalize_name(wanted.name))
    if version is None:
        return f"{text} is not there"
    try:
        fits = wanted.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        # The systems' own packages have such.
        fits = not wanted.specifier
    return "" if fits else f"{wanted.name}=={version} is there, not {text}"


def _is_needed(wanted: Requirement, python: tuple[int, int]) -> bool:
    version = ".".join(map(str, python))
    try:
        target = {"python_version": version, "python_full_version": f"{version}.0"}
        return wanted.marker is None or wanted.marker.evaluate(target)
    except UndefinedComparison:
        return True
