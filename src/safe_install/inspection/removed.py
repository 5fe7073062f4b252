"""Find requirements whose newest releases no longer have what the project uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from safe_install.declared.misspelling import TABLE
from safe_install.declared.places import Place
from safe_install.declared.providers import is_standard
from safe_install.declared.python_source import Import
from safe_install.declared.spelling import names_in
from safe_install.inspection.corrections import difference
from safe_install.inspection.provision import admits
from safe_install.inspection.values import PYPROJECT, Finding, Ground, Script
from safe_install.kinds import Kind
from safe_install.knowledge import Removal, tables
from safe_install.model import BuildSystem, Recipe

_ORDINARY: Final = frozenset(
    {"setup", "find_packages", "find_namespace_packages", "Command", "Distribution", "Extension"}
    | {"name", "version", "description", "long_description", "long_description_content_type", "url", "project_urls"}
    | {"author", "author_email", "maintainer", "maintainer_email", "license", "keywords", "classifiers", "platforms"}
    | {"packages", "package_dir", "package_data", "py_modules", "ext_modules", "scripts", "entry_points", "cmdclass"}
    | {"include_package_data", "zip_safe", "python_requires", "install_requires", "extras_require", "setup_requires"}
)
"""What nearly every setup.py uses and no release has removed: the table need not be read for it."""
_ANY_LATER: Final = "9999"
"""A release that every open range admits."""


@dataclass(frozen=True)
class Use:
    """Where a project uses what was removed."""

    file: str
    place: Place
    what: str
    """`imports …`, to follow the place."""


def removal_finding(each: Import, script: Script, ground: Ground) -> Finding | None:
    """Say whether a release that `requires` admits has removed what is imported."""
    if each.top != "distutils" and is_standard(each.module):
        return None
    if each.module == "setuptools" and each.name in {*_ORDINARY, None}:
        return None
    what = f"imports {each.module}" if each.name is None else f"imports {each.name} from {each.module}"
    return _finding(tuple(_complaints(each)), Use(script.file, each.place, what), ground)


def keyword_findings(ground: Ground) -> Iterator[Finding]:
    """Give the arguments of `setup()` that a release which `requires` admits no longer takes."""
    for script in ground.tree.scripts:
        for each in script.source.keywords:
            # setuptools' own words, of which the sign is a part.
            complaints = (f"error in demo setup command: {each.name} is invalid.",)
            used = Use(script.file, each.place, f"calls setup() with {each.name}")
            if not each.empty and each.name not in _ORDINARY and (found := _finding(complaints, used, ground)):
                yield found


def _complaints(each: Import) -> Iterator[str]:
    """Give what Python says where what is imported is not there: the signs of a removal know its words."""
    yield f"No module named '{each.module}'"
    if each.module != each.top:
        yield from (f"No module named '{parent}'" for parent in _parents(each.module))
    if each.name:
        yield f"No module named '{each.module}.{each.name}'"
        yield f"cannot import name '{each.name}' from '{each.module}' (unknown location)"


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _finding(complaints: tuple[str, ...], used: Use, ground: Ground) -> Finding | None:
    for row in tables().removals:
        if _lasts(row) and any(sign.search(line) for sign in row.signs for line in complaints):
            found = _gone(row, used, ground) or _told(row, used, ground)
            if found is not None:
                return found
    return None


def _lasts(row: Removal) -> bool:
    """Tell whether the newest releases lack it, too."""
    return not row.constraint or any(bound.operator == "<" for bound in Requirement(row.constraint).specifier)


def _gone(row: Removal, used: Use, ground: Ground) -> Finding | None:
    """Tell what nothing brings back: for a Python that the project admits, no release has it."""
    if row.gone_since is None or not admits(ground.tree.requires_python, row.gone_since):
        return None
    if canonicalize_name(row.distribution) not in names_in(ground.system.requires):
        return None
    python = ".".join(map(str, row.gone_since))
    step = row.advice or f"do without it, or keep requires-python below {python}"
    message = f"{used.what}, which no release of {row.distribution} has for Python {python} and later; {step}"
    return Finding(used.file, used.place, Kind.API_REMOVED, message)


def _told(row: Removal, used: Use, ground: Ground) -> Finding | None:
    """Place a finding at the requirement that has to be bounded, or at the use where that is pip's own."""
    index = _unbounded(row, ground.system) if row.constraint else None
    if index is None:
        return None
    # Not before something was found: what writes patches is slow to import.
    from safe_install.patch.effective import effective

    bounded = effective(Recipe(ground.system, constraints=(row.constraint,)))
    assert isinstance(bounded, BuildSystem)
    correction = difference(ground.system, bounded)
    told = f"which {row.distribution} has removed in {row.removed_in}"
    written = ground.places.values.get((TABLE, "requires", index))
    if written is None:
        message = f"{used.what}, {told}, and the build requires the newest where pyproject.toml says nothing"
        return Finding(used.file, used.place, Kind.API_REMOVED, message, f"[build-system] {correction}")
    where, admitting = f"{used.file}:{used.place.line}", ground.system.requires[index]
    message = f"{where} {used.what}, {told}, and {admitting} admits that release"
    if _is_above(Requirement(admitting), row):
        message += f"; require {row.constraint}, for which its own lower bound has to go"
        correction = ""
    return Finding(PYPROJECT, written, Kind.API_REMOVED, message, correction)


def _unbounded(row: Removal, system: BuildSystem) -> int | None:
    """Give the requirement that admits the release which removed it, if none keeps to an older one."""
    name = canonicalize_name(row.distribution)
    found = [
        (index, requirement)
        for index, requirement in enumerate(map(Requirement, system.requires))
        if canonicalize_name(requirement.name) == name
    ]
    if not found or not all(_admits(requirement, row) for _, requirement in found):
        return None
    return found[0][0]


def _is_above(requirement: Requirement, row: Removal) -> bool:
    """Tell whether a requirement admits none of the releases that still have it."""
    floors = (each.version for each in requirement.specifier if each.operator in {">=", ">", "~="})
    return not all(Requirement(row.constraint).specifier.contains(floor, prereleases=True) for floor in floors)


def _admits(requirement: Requirement, row: Removal) -> bool:
    versions = (row.removed_in, _ANY_LATER)
    return requirement.url is None and any(requirement.specifier.contains(each, prereleases=True) for each in versions)
