"""Say recipes as a file of build constraints for pip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install.export import Document, Proven, differences
from safe_install.export.needs import needs

HEAD: Final = """\
# What safe-install has proven, as build constraints: pip install --build-constraint FILE ... (pip 25.3 and newer).
# An older pip takes PIP_CONSTRAINT=FILE in its environment, which then constrains what is installed, too."""

LOWER: Final = frozenset({">", ">=", "==", "~="})
UPPER: Final = frozenset({"<", "<=", "=="})
ENDS: Final = LOWER | UPPER
"""The operators that say where a range begins or ends (PEP 440)."""


def document(proven: tuple[Proven, ...]) -> Document:
    """Give the bounds of all that was proven, each once; they hold for every build that pip does."""
    bounds = dict.fromkeys(bound for each in proven for bound in _bounds(each))
    unsaid = [f"{each.name} {each.version}: {words}" for each in proven for words in _unsaid(each)]
    unsaid += [f"{words}: they need a file each" for words in _contradictions(tuple(bounds))]
    return Document("".join(f"{bound}\n" for bound in bounds), tuple(unsaid))


def _bounds(each: Proven) -> Iterator[str]:
    wanted = needs(each)
    for text in (*wanted.named, *wanted.bounds):
        requirement = Requirement(text)
        if requirement.specifier:
            # Extras are none of a constraint's.
            marker = f" ; {requirement.marker}" if requirement.marker else ""
            yield f"{requirement.name}{requirement.specifier}{marker}"


def _unsaid(each: Proven) -> Iterator[str]:
    yield from differences(each)
    wanted = needs(each)
    for text in wanted.more:
        yield f"it also needs {text} in its build environment, which no constraint adds"
    for text in wanted.named:
        requirement = Requirement(text)
        if requirement.extras or requirement.url:
            yield f"it needs {text}, of which a constraint says the version at most"
    for text in wanted.in_the_way:
        yield f"it must not require {text}, which no constraint takes away"
    for name, value in each.recipe.variables:
        yield f"it is built with {name}={value} in the environment"
    if not each.recipe.isolated:
        yield "it is built with --no-build-isolation: what it needs has to be installed before it"


def _contradictions(bounds: tuple[str, ...]) -> Iterator[str]:
    """Give the pairs that no version fulfils, as far as the ends of their ranges tell."""
    for index, one in enumerate(bounds):
        for other in bounds[index + 1 :]:
            first, second = Requirement(one), Requirement(other)
            same = canonicalize_name(first.name) == canonicalize_name(second.name)
            if same and first.marker == second.marker and _is_empty(first.specifier & second.specifier):
                yield f"{one} and {other} contradict each other"


def _is_empty(bounds: SpecifierSet) -> bool:
    """Tell whether the lower ends lie above the upper ones; what is no range is left alone."""
    ends = [
        (each.operator, Version(each.version)) for each in bounds if each.operator in ENDS and "*" not in each.version
    ]
    lower = [(version, operator == ">") for operator, version in ends if operator in LOWER]
    upper = [(version, operator == "<") for operator, version in ends if operator in UPPER]
    return any(
        least > most or (least == most and (open_below or open_above))
        for least, open_below in lower
        for most, open_above in upper
    )
