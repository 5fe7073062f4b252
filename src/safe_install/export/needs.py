"""Say what a recipe needs besides what is declared, as requirements and as bounds."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from safe_install.export import Proven
from safe_install.model import BuildSystem


@dataclass(frozen=True)
class Needs:
    """Requirements of a build."""

    named: tuple[str, ...]
    """Further requirements and bounds for distributions that the build requires already."""
    more: tuple[str, ...]
    """Requirements for distributions that it does not require yet."""
    bounds: tuple[str, ...]
    """Bounds for what only the backend or another requirement asks for."""
    in_the_way: tuple[str, ...]
    """Declared requirements that must not be there, or not with their bounds."""


def needs(each: Proven) -> Needs:
    """Compare a recipe with what is declared."""
    system, declared = each.recipe.system, each.declared
    assert isinstance(system, BuildSystem)
    old = system.requires if declared is None else declared.requires
    names = {_name(text) for text in old}
    added = (*(text for text in system.requires if text not in old), *each.recipe.extra_requires)
    wanted = tuple(text for text in dict.fromkeys(added) if not _says_nothing(text, names))
    more = tuple(text for text in wanted if _name(text) not in names)
    known = names | {_name(text) for text in more}
    bounds = tuple(dict.fromkeys(each.recipe.constraints))
    return Needs(
        named=tuple(text for text in (*wanted, *bounds) if _name(text) in known and text not in more),
        more=more,
        bounds=tuple(text for text in bounds if _name(text) not in known),
        in_the_way=tuple(text for text in old if text not in system.requires and _is_in_the_way(text, system.requires)),
    )


def _says_nothing(text: str, names: set[str]) -> bool:
    """Tell whether a requirement is a mere name, and required already."""
    requirement = Requirement(text)
    return _name(text) in names and not (requirement.specifier or requirement.extras or requirement.url)


def _is_in_the_way(text: str, wanted: tuple[str, ...]) -> bool:
    same = [Requirement(other).specifier for other in wanted if _name(other) == _name(text)]
    old = set(Requirement(text).specifier)
    return not any(old <= set(bounds) for bounds in same)


def _name(text: str) -> str:
    return str(canonicalize_name(Requirement(text).name))
