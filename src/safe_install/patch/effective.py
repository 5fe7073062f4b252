"""Say a recipe's requirements and constraints as the one `requires` that means the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import Specifier
from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install.model import BuildSystem, Malformed, Recipe

_BOUNDS: Final = ("<", ">")


def effective(recipe: Recipe) -> BuildSystem | Malformed:
    """Give the build system that builds as the recipe does, where only pip's defaults are used.

    A further requirement or constraint is merged into the requirement of the same distribution, in
    the author's spelling, or stands on its own. A constraint on what is required by URL is dropped:
    there is no version to choose. Raises packaging's `InvalidRequirement` for an extra requirement
    or constraint that is none (PEP 508).
    """
    system = recipe.system
    if isinstance(system, Malformed):
        return system
    requires = system.requires
    for addition in recipe.extra_requires:
        requires = _merged(requires, addition, _takes_requirement)
    for constraint in recipe.constraints:
        requires = _merged(requires, constraint, _takes_constraint)
    return replace(system, requires=requires)


def distribution(requirement: str) -> str:
    """Give the canonical name (PEP 503) of what a valid requirement asks for."""
    return canonicalize_name(Requirement(requirement).name)


def _merged(requires: tuple[str, ...], text: str, takes: Callable[[Requirement, Requirement], bool]) -> tuple[str, ...]:
    addition = Requirement(text)
    name = canonicalize_name(addition.name)
    taken = {
        present: _narrowed(present, addition)
        for present in requires
        if distribution(present) == name and takes(Requirement(present), addition)
    }
    return tuple(taken.get(present, present) for present in requires) if taken else (*requires, text)


def _takes_requirement(present: Requirement, addition: Requirement) -> bool:
    return (
        present.marker == addition.marker and addition.extras <= present.extras and addition.url in (None, present.url)
    )


def _takes_constraint(present: Requirement, constraint: Requirement) -> bool:
    return present.url is not None or constraint.marker in (None, present.marker)


def _narrowed(text: str, addition: Requirement) -> str:
    """Write the addition's bounds behind the requirement's own, those it implies left out."""
    present = Requirement(text)
    if present.url is not None:
        return text
    missing = [
        bound for bound in addition.specifier if not any(_implies(written, bound) for written in present.specifier)
    ]
    if not missing:
        return text
    head, semicolon, marker = text.partition(";")
    stem = head.rstrip()
    closing = ")" if stem.endswith(")") else ""
    comma = ", " if ", " in stem.rpartition("]")[2] else ","
    bounds = comma.join(str(bound) for bound in sorted(missing, key=_lower_first))
    joint = comma if present.specifier else ""
    space = head[len(stem) :]
    return f"{stem.removesuffix(closing)}{joint}{bounds}{closing}{space}{semicolon}{marker}"


def _implies(written: Specifier, bound: Specifier) -> bool:
    if written == bound:
        return True
    if written.operator == "==" and not written.version.endswith(".*"):
        return bound.contains(written.version, prereleases=True)
    side = bound.operator[0]
    if side not in _BOUNDS or written.operator[0] != side:
        return False
    ours, theirs = Version(written.version), Version(bound.version)
    if ours == theirs:
        return written.operator == side
    return ours < theirs if side == "<" else ours > theirs


def _lower_first(bound: Specifier) -> tuple[bool, str]:
    return bound.operator.startswith("<"), str(bound)
