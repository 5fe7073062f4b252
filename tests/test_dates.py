"""Build tools are bounded to those of the sources' time, or of the time soon after the Python's release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from remediable import MALFORMED, PROJECT, RECIPE, UNKNOWN, evidence
from safe_install.evidence import Dated, Evidence, ReleasesAsOf, SourcesDate
from safe_install.kinds import Kind
from safe_install.ladder.dates import as_of_date
from safe_install.ladder.remedies import Declined, Proposal
from safe_install.model import Diagnosis, Distribution, Mention, Project

TODAY = date(2026, 11, 24)
SETTLED = date(2024, 12, 16)
"""Ten weeks after Python 3.13, which the evidence is about."""


def made(sources: date | None, today: date = TODAY, project: Project = PROJECT) -> Evidence:
    return replace(evidence(project=project), dated=Dated(sources, today))


def asked(sources: date, project: Project = PROJECT) -> ReleasesAsOf:
    question = as_of_date(RECIPE, UNKNOWN, made(sources, project=project))
    assert isinstance(question, ReleasesAsOf)
    return question


def test_first_it_is_asked_how_old_the_sources_are() -> None:
    assert as_of_date(RECIPE, UNKNOWN, evidence()) == SourcesDate()
    assert evidence().answered(SourcesDate(), Dated(None, TODAY)).dated == Dated(None, TODAY)


def test_nobody_knows_how_old_they_are() -> None:
    assert as_of_date(RECIPE, UNKNOWN, made(None)) == Declined("nothing tells how old the sources are")


@pytest.mark.parametrize(("sources", "day"), [(date(2019, 1, 1), SETTLED), (date(2025, 3, 1), date(2025, 3, 1))])
def test_the_day_is_one_of_the_python_s_own_era(sources: date, day: date) -> None:
    assert asked(sources) == ReleasesAsOf(day, ("setuptools>=61",))


def test_what_was_made_just_now_has_nothing_to_go_back_to() -> None:
    assert isinstance(as_of_date(RECIPE, UNKNOWN, made(date(2026, 11, 1))), Declined)
    assert isinstance(as_of_date(RECIPE, UNKNOWN, made(date(2019, 1, 1), today=date(2025, 1, 1))), Declined)


def test_what_setup_py_asks_for_later_is_asked_for_now() -> None:
    mentions = (Mention("numpy", "setup.py setup_requires"), Mention("requests", "setup.py install_requires"))
    project = replace(PROJECT, mentions=mentions)
    assert asked(date(2019, 1, 1), project=project).requirements == ("setuptools>=61", "numpy")


def test_what_the_index_had_is_the_bound() -> None:
    question = asked(date(2019, 1, 1))
    held = (Distribution("setuptools", "75.6.0"), Distribution("wheel", "0.45.1"), Distribution("stranger", "1.0"))
    known = made(date(2019, 1, 1)).answered(question, held)
    bounds = ("setuptools<=75.6.0", "wheel<=0.45.1")
    changed = replace(RECIPE, constraints=bounds)
    assert as_of_date(RECIPE, UNKNOWN, known) == Proposal(changed, "the index as of 2024-12-16")
    assert as_of_date(changed, UNKNOWN, known) == Declined("the index does not tell what it had on 2024-12-16")


def test_an_index_without_times_is_told() -> None:
    known = made(date(2019, 1, 1)).answered(asked(date(2019, 1, 1)), ())
    assert as_of_date(RECIPE, UNKNOWN, known) == Declined("the index does not tell what it had on 2024-12-16")


def test_only_a_part_of_a_tool_can_have_been_there_once() -> None:
    def missing(module: str) -> Diagnosis:
        return Diagnosis(Kind.MODULE_MISSING, module, f"No module named {module!r}")

    assert as_of_date(RECIPE, missing("setuptools.gone"), evidence()) == SourcesDate()
    assert isinstance(as_of_date(RECIPE, missing("yaml"), evidence()), Declined)


def test_a_table_that_cannot_be_read_has_no_tools() -> None:
    assert as_of_date(MALFORMED, UNKNOWN, evidence()) == Declined("the table has to be readable first")
