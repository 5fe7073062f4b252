"""What holds for every sequence of results: whatever an attempt comes to, the loop keeps its promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from attempted import BUILT, NUMPY, SETUPTOOLS, SIX, failed
from played import VOUCHED, Played, play
from safe_install.declared.providers import name_of
from safe_install.evidence import Answer, Dated, Evidence, Policy, Question, SourcesDate
from safe_install.kinds import Infer, Kind, Stage
from safe_install.knowledge import tables
from safe_install.ladder import NAMES, Accept, GiveUp
from safe_install.model import (
    LEGACY_BACKEND,
    PROBE,
    Attempt,
    BuildSystem,
    Built,
    Diagnosis,
    Distribution,
    Failure,
    Malformed,
    Mention,
    Project,
    Recipe,
)

HOSTILE: Final = ("--index-url=https://evil.example", "evil @ https://evil.example/x.whl", "evil\n--pre", "evil", "")
SUBJECTS: Final = (*HOSTILE, "numpy", "six.moves", "yaml", "setuptools", "hatchling", "hatchlin", "demo", "distutils")
BACKENDS: Final = (*(row.backend for row in tables().backends), "evil.build", "hatchlin.build")
ROWS: Final = ("", *(row.id for row in tables().removals))
TEXT: Final = '[build-system]\nrequires = ["hatchling", "not >> 1"]\nbuild_backend = "hatchling.build"\n'
diagnoses = st.builds(
    Diagnosis,
    kind=st.sampled_from(Kind),
    subject=st.sampled_from(SUBJECTS),
    evidence=st.just("…"),
    curable=st.sampled_from((True, True, True, False)),
    candidates=st.lists(st.sampled_from(BACKENDS), max_size=2, unique=True).map(tuple),
    row=st.sampled_from(ROWS),
)
distributions = st.lists(
    st.sampled_from((SETUPTOOLS, NUMPY, SIX, Distribution("frob", "1.0+local", ("yaml", "evil")))), unique=True
).map(tuple)
systems = st.builds(
    BuildSystem,
    st.lists(st.sampled_from(("setuptools", "six", "hatchlin", "hatchling<2")), max_size=3, unique=True).map(tuple),
    st.sampled_from((LEGACY_BACKEND, *BACKENDS)),
    st.sampled_from(((), ("_build",))),
)
malformed = st.builds(
    Malformed, st.sampled_from((Kind.REQUIRES_ABSENT, Kind.REQUIRES_INVALID)), st.just("requires"), st.just("…")
)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    project = Project(
        Path("/project"),
        draw(systems | malformed),
        text=draw(st.sampled_from((None, TEXT))),
        name="demo",
        mentions=draw(st.sampled_from(((), (Mention("numpy>=1.20", "setup.py"),)))),
        homes=draw(st.sampled_from(((), (("demo", "."), ("evil", "_build"))))),
        artefacts=draw(st.sampled_from(((), ("build",)))),
    )
    policy = Policy(
        remedies=draw(st.frozensets(st.sampled_from(NAMES))) if draw(st.booleans()) else frozenset(NAMES),
        max_attempts=draw(st.integers(1, 12)),
        infer=draw(st.sampled_from(Infer)),
        hashes=draw(st.booleans()),
    )
    return Evidence(project, policy, (3, 13), draw(st.sampled_from((None, "21.2", "25.0"))))


@st.composite
def plays(draw: st.DrawFn) -> tuple[Played, Evidence]:
    given = draw(evidences())
    start = Recipe(given.project.system, isolated=draw(st.sampled_from((True, True, False))))

    def came(recipe: Recipe) -> Attempt:
        if draw(st.integers(0, 9)) == 0:
            return Attempt(recipe, replace(BUILT, imported=draw(distributions)))
        return failed(draw(diagnoses), draw(st.sampled_from(Stage)), recipe)

    def answer(question: Question) -> Answer:
        if isinstance(question, SourcesDate):
            return Dated(draw(st.none() | st.just(date(2020, 1, 1))), date(2026, 1, 1))
        return draw(distributions)

    return play(start, given, came, answer), given


def names_in(requirements: tuple[str, ...]) -> set[str]:
    return {name_of(each) for each in requirements}


@given(plays())
def test_the_loop_ends_within_its_limit_and_repeats_nothing(drawn: tuple[Played, Evidence]) -> None:
    played, given = drawn
    recipes = [attempt.recipe for attempt in played.attempts]
    assert len(recipes) == len(set(recipes)) <= given.policy.max_attempts


@given(plays())
def test_the_loop_ends_with_what_holds_or_with_the_furthest_failure(drawn: tuple[Played, Evidence]) -> None:
    played, _ = drawn
    holding = [number for number, each in enumerate(played.attempts) if isinstance(each.result, Built)]
    isolated = [number for number in holding if played.attempts[number].remedy != PROBE]
    match played.end:
        case Accept(number):
            assert number == holding[-1]
            assert isolated in ([], [number])
        case GiveUp(number):
            assert not holding
            ranks = [
                each.result.stage.rank
                for each in played.attempts
                if isinstance(each.result, Failure) and each.remedy != PROBE
            ]
            reported = played.attempts[number]
            base = reported if reported.base is None else played.attempts[reported.base]
            # Or the one, built on it, whose environment could not have what evidence names.
            unfilled = isinstance(reported.result, Failure) and reported.result.stage in (Stage.FILL, Stage.FILL_MORE)
            told = base.result if unfilled and base.recipe.extra_requires != reported.recipe.extra_requires else None
            assert max(ranks) in {each.stage.rank for each in (reported.result, told) if isinstance(each, Failure)}


@given(plays())
def test_only_a_remedy_that_is_wanted_and_cures_is_tried(drawn: tuple[Played, Evidence]) -> None:
    played, given = drawn
    for taken in played.steps:
        cause = played.attempts[taken.base].diagnosis
        assert cause is not None
        assert cause.curable
        assert cause.kind in taken.remedy.cures
        assert given.policy.admits(taken.remedy.name)
        assert played.attempts[taken.base].remedy != PROBE


@given(plays())
def test_no_name_is_added_that_nobody_vouches_for(drawn: tuple[Played, Evidence]) -> None:
    """Above all none that stands in a log."""
    played, given = drawn
    start = played.attempts[0].recipe.system
    # What the author wrote, as it is and as it was meant.
    written = names_in(start.requires) | ({"hatchling", "not"} if given.project.text else set())
    for taken in played.steps:
        recipe = taken.recipe
        added = recipe.system.requires + recipe.extra_requires + recipe.constraints
        assert all(Requirement(each).url is None for each in added)
        assert names_in(added) <= VOUCHED | written
        required = names_in(recipe.system.requires + recipe.extra_requires)
        if given.policy.hashes:
            assert required <= written
        if given.policy.infer is Infer.DECLARED:
            assert names_in(recipe.extra_requires) <= {"numpy"}
        if given.policy.infer is Infer.INSTALLED:
            assert names_in(recipe.extra_requires) <= {"numpy", "six", "setuptools", "frob"}


@given(plays())
def test_what_a_recipe_adds_has_an_environment_to_be_in(drawn: tuple[Played, Evidence]) -> None:
    played, given = drawn
    for taken in played.steps:
        if taken.recipe.extra_requires or taken.recipe.constraints:
            assert taken.recipe.isolated
        assert taken.recipe.set_aside in ((), given.project.artefacts)
