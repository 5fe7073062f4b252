"""Keep build tools to the releases of the sources' own time: rung 7, a pure function."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from packaging.requirements import Requirement

from safe_install.declared.providers import name_of
from safe_install.evidence import Evidence, ReleasesAsOf, SourcesDate
from safe_install.kinds import Kind
from safe_install.knowledge import tables
from safe_install.ladder.inference import bounded, proper
from safe_install.ladder.remedies import Answered, Declined, Proposal, written
from safe_install.model import Diagnosis, Malformed, Recipe

SETTLED: Final = timedelta(weeks=10)
"""How long after a Python's release the build tools have wheels for it."""
FRESH: Final = timedelta(days=30)
"""In so little time an index hardly changes."""


def as_of_date(recipe: Recipe, diagnosis: Diagnosis, evidence: Evidence) -> Answered:
    """Bound the build tools to what the index had when the sources were made, or soon after the Python's release.

    The day of the sources alone would give tools that do not run on a newer Python.
    """
    if isinstance(recipe.system, Malformed):
        return Declined("the table has to be readable first")
    if diagnosis.kind is Kind.MODULE_MISSING and "." not in diagnosis.subject:
        return Declined("an older release of a tool does not bring another one", telling=False)
    if evidence.dated is None:
        return SourcesDate()
    made, today = evidence.dated.sources, evidence.dated.today
    if made is None:
        return Declined("nothing tells how old the sources are", telling=False)
    day = max([made, *(row.released + SETTLED for row in tables().eras if row.python == evidence.python)])
    if day + FRESH > today:
        return Declined(f"the index has hardly changed since {day}", telling=False)
    question = ReleasesAsOf(day, _asked(recipe, evidence))
    held = evidence.answers.get(question)
    if held is None:
        return question
    known = {proper(row.distribution) for row in tables().removals} | {name_of(each) for each in question.requirements}
    bounds = (bounded(each) for each in held if proper(each.name) in known)
    new = tuple(each for each in bounds if Requirement(each).specifier and each not in recipe.constraints)
    if not new:
        return Declined(f"the index does not tell what it had on {day}")
    changed = replace(recipe, constraints=recipe.constraints + new, isolated=True)
    return Proposal(changed, f"the index as of {day}")


def _asked(recipe: Recipe, evidence: Evidence) -> tuple[str, ...]:
    """Give what the build asks for, and what its `setup.py` or `setup.cfg` says that it will ask for."""
    later = (each.requirement for each in evidence.project.mentions if each.where.endswith(" setup_requires"))
    return tuple(dict.fromkeys((*written(recipe), *later)))
