"""Have Cython generate C code anew that was generated for an older Python: a pure function."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from packaging.requirements import Requirement
from packaging.version import Version

from safe_install.declared.outdated import outdated
from safe_install.declared.providers import name_of
from safe_install.diagnosis.generated import REGENERATING
from safe_install.diagnosis.pip_faults import is_older
from safe_install.evidence import Evidence, GeneratedBy
from safe_install.knowledge import tables
from safe_install.ladder.inference import Named, Unnamed, provider
from safe_install.ladder.remedies import Answered, Declined, Proposal, adding, written
from safe_install.model import Diagnosis, Recipe

CYTHON: Final = "cython"
CYTHON_3: Final = Version("3")
BEFORE_3: Final = "Cython<3"
"""Keeps away from the release that took the most away (Cython changelog 3.0.0)."""
_LOWER: Final = frozenset({">=", ">", "==", "~="})


def regenerate(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Have Cython, which the project's `setup.py` knows of, generate its C code anew for this Python.

    What a Cython before 3 has generated, one before 3 generates again, if it is not too old for this Python.
    """
    made = evidence.answers.get(GeneratedBy(diagnosis.subject))
    if made is None:
        return GeneratedBy(diagnosis.subject)
    row = tables().variable(REGENERATING)
    forced = replace(recipe, variables=(*recipe.variables, (row.variable, row.value)), isolated=True)
    if any(is_older(each.version, CYTHON_3) for each in made) and _may_be_older(recipe, evidence):
        forced = replace(forced, constraints=(*recipe.constraints, BEFORE_3))
    if CYTHON in map(name_of, written(recipe)):
        return Proposal(forced, f"known: {row.source}")
    match found := provider("Cython", evidence):
        case Named():
            return adding(forced, [found.requirement], f"{found.source}; setup.py knows of it")
        case Unnamed():
            return Declined(found.reason)
        case _:
            return found


def _may_be_older(recipe: Recipe, evidence: Evidence) -> bool:
    """Tell whether a Cython before 3 will do, and is not bounded to already, asked against, or too old for the Python.

    Its `build_ext` does not heed the variable; only `cythonize` does.
    """
    if BEFORE_3 in recipe.constraints or outdated((BEFORE_3,), evidence.python):
        return False
    if "cythonize" not in evidence.project.source("setup.py"):
        return False
    asked = (bound for each in written(recipe) if name_of(each) == CYTHON for bound in Requirement(each).specifier)
    return not any(
        bound.operator in _LOWER and not is_older(bound.version.removesuffix(".*"), CYTHON_3) for bound in asked
    )
