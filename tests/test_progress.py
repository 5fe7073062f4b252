"""What counts as progress, what is built on, what is dropped, and which failure is reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from attempted import (
    ALL,
    BUILT,
    HELD,
    PROJECT,
    SETUPTOOLS,
    START,
    UNKNOWN,
    declaring,
    evidence,
    failed,
    missing,
    step,
    tried,
)
from safe_install.diagnosis.generated import UNGENERATED
from safe_install.evidence import Dated, Policy, ReleasesAsOf
from safe_install.kinds import Kind, Pip, Stage
from safe_install.ladder import Ask, GiveUp, Try
from safe_install.ladder.progress import Rejection, furthest, moved
from safe_install.model import PROBE, Attempt, Diagnosis


class TestProgress:
    early, late = failed(UNKNOWN, Stage.REQUIRES), failed(UNKNOWN, Stage.BUILD)

    def test_a_later_stage_is_progress_and_an_earlier_is_none(self) -> None:
        assert moved(self.early, self.late)
        assert not moved(self.late, self.early)
        assert not moved(self.late, failed(missing("six"), Stage.FILL))

    def test_another_cause_is_progress_at_the_same_stage(self) -> None:
        assert moved(self.late, failed(missing("six")))
        assert moved(failed(missing("numpy")), failed(missing("six")))
        assert not moved(failed(missing("six")), failed(replace(missing("six"), evidence="another line")))

    def test_only_failures_are_compared(self) -> None:
        assert not moved(self.late, Attempt(START, BUILT))
        assert not moved(Attempt(START, BUILT), self.late)

    @pytest.mark.parametrize(
        "first",
        [
            replace(missing("Cython"), row=UNGENERATED),
            Diagnosis(Kind.GENERATED_OUTDATED, "x.c", "…"),
        ],
    )
    def test_what_is_generated_is_generated_at_an_earlier_stage(self, first: Diagnosis) -> None:
        late, early = failed(first, Stage.BUILD), failed(missing("numpy"), Stage.REQUIRES)
        assert moved(late, early)
        assert not moved(late, failed(first, Stage.REQUIRES))
        assert not moved(late, failed(missing("numpy"), Stage.FILL))

    def test_and_what_came_before_is_not_gone_back_to(self) -> None:
        given = evidence(SETUPTOOLS, project=declaring("numpy", "six"))
        first = failed(missing("numpy"))
        second = tried(step(first, given=given), replace(missing("Cython"), row=UNGENERATED))
        third = tried(step(first, second, given=given), missing("six"), Stage.REQUIRES)
        assert furthest((first, second, third)) == 2
        taken = step(first, second, third, given=given)
        assert isinstance(taken, Try)
        assert (taken.base, taken.recipe.extra_requires) == (2, ("numpy", "Cython", "six"))
        again = tried(taken, missing("numpy"), Stage.REQUIRES)
        assert furthest((first, second, third, again)) == 2

    def test_what_made_progress_is_built_on(self) -> None:
        given = evidence(SETUPTOOLS, project=declaring("numpy", "six"))
        first = failed(missing("numpy"))
        second = tried(step(first, given=given), missing("six"))
        taken = step(first, second, given=given)
        assert isinstance(taken, Try)
        assert (taken.base, taken.recipe.extra_requires) == (1, ("numpy", "six"))
        assert Rejection("infer-requires", "the build fails with it as it did without it", 1) not in taken.rejected

    def test_what_made_none_is_dropped(self) -> None:
        given = evidence(SETUPTOOLS, project=declaring("numpy"))
        first = failed(missing("numpy"))
        worse = tried(step(first, given=given), Diagnosis(Kind.REQUIREMENTS_CONFLICT, "numpy", "…"), Stage.FILL)
        # There was evidence, so it is the install of what it names that is told.
        assert step(first, worse, given=given) == GiveUp(
            1,
            "nothing is left to try",
            (
                Rejection("infer-requires", "the build fails at an earlier stage with it", 1),
                Rejection(PROBE, "the target has no distribution that provides numpy"),
            ),
        )

    def test_to_be_back_at_a_former_cause_is_none(self) -> None:
        first = failed(UNKNOWN)
        second = failed(missing("six"), recipe=replace(START, cache=False), remedy="fresh-caches", base=0)
        third = failed(UNKNOWN, recipe=replace(second.recipe, extra_requires=("six",)), remedy="infer-requires", base=1)
        assert moved(second, third)
        assert furthest((first, second, third)) == 1
        end = step(first, second, third, given=evidence(policy=replace(ALL, max_attempts=3)))
        assert end == GiveUp(
            1,
            "attempts made: 3 (--max-attempts)",
            (Rejection("infer-requires", "the build fails with it as it did before an earlier remedy", 2),),
        )

    def test_where_nothing_is_left_the_next_best_is_taken_up(self) -> None:
        """The artefacts were out of the way, and the build missed something else: the cache is still to try."""
        given = evidence(project=replace(PROJECT, artefacts=("build",)))
        first = failed(UNKNOWN)
        second = tried(step(first, given=given), Diagnosis(Kind.WHEEL_ABSENT, "x", "…"))
        taken = step(first, second, given=given)
        assert isinstance(taken, Try)
        assert (taken.base, taken.recipe) == (0, replace(START, cache=False))

    def test_the_failure_that_came_furthest_is_reported(self) -> None:
        second = failed(
            Diagnosis(Kind.WHEEL_ABSENT, "x", "…"), Stage.WHEEL, replace(START, cache=False), "fresh-caches", 0
        )
        third = failed(
            Diagnosis(Kind.INDEX_UNREACHABLE, "", "…"), Stage.FILL, replace(START, pip=Pip.NEWEST), "newer-pip", 0
        )
        end = step(failed(UNKNOWN), second, third, given=evidence(policy=Policy(frozenset())))
        assert isinstance(end, GiveUp)
        assert end.attempt == 1


class TestWhatNothingCanCure:
    first = failed(UNKNOWN, Stage.REQUIRES)

    def second(self, stage: Stage) -> Attempt:
        header = Diagnosis(Kind.HEADER_MISSING, "libpq-fe.h", "…", curable=False)
        return failed(header, stage, replace(START, cache=False), "fresh-caches", 0)

    def test_it_would_be_met_again_by_whatever_comes_that_far(self) -> None:
        assert step(self.first, self.second(Stage.BUILD), given=evidence(*HELD)) == GiveUp(
            1, "no change of the build system can cure it"
        )

    def test_at_the_same_stage_the_remedy_may_have_made_it(self) -> None:
        taken = step(self.first, self.second(Stage.REQUIRES), given=evidence(*HELD))
        assert isinstance(taken, Try)
        assert (taken.base, taken.remedy.name) == (0, PROBE)

    @pytest.mark.parametrize(
        "kind", [Kind.TOOL_MISSING, Kind.HEADER_MISSING, Kind.FILE_MISSING, Kind.NETWORK_NEEDED, Kind.PYTHON_2_SOURCE]
    )
    def test_behind_what_was_cured_it_would_be_met_again_at_the_same_stage(self, kind: Kind) -> None:
        """The module is there now, and the sources are at fault: another way to bring the module changes nothing."""
        given = evidence(*HELD, project=declaring("numpy==1.0"))
        first = failed(missing("numpy"), Stage.REQUIRES)
        second = failed(
            Diagnosis(kind, "x", "…", curable=False),
            Stage.REQUIRES,
            replace(START, extra_requires=("numpy==1.0",)),
            "infer-requires",
            0,
        )
        end = step(first, second, given=given)
        assert isinstance(end, GiveUp)
        assert (end.attempt, end.reason) == (1, "no change of the build system can cure it")

    def test_a_release_of_a_tool_that_is_too_old_was_chosen_and_another_may_do(self) -> None:
        given = evidence(*HELD, project=declaring("numpy==1.0"))
        first = failed(missing("numpy"), Stage.REQUIRES)
        second = failed(
            Diagnosis(Kind.PYTHON_UNSUPPORTED, "numpy", "…", curable=False),
            Stage.REQUIRES,
            replace(START, extra_requires=("numpy==1.0",)),
            "infer-requires",
            0,
        )
        taken = step(first, second, given=given)
        assert isinstance(taken, Try)
        assert (taken.base, taken.remedy.name) == (0, PROBE)

    def test_the_limits_are_not_blamed_for_it(self) -> None:
        last = self.second(Stage.BUILD)
        few = evidence(policy=replace(ALL, max_attempts=2))
        for end in (step(self.first, last, given=few), step(self.first, last, spent=True)):
            assert end == GiveUp(1, "no change of the build system can cure it")


def test_another_thing_that_the_same_tool_has_removed_is_another_cause() -> None:
    first = Diagnosis(Kind.API_REMOVED, "setuptools", "…", row="setuptools-package-index")
    assert first.is_like(replace(first, evidence="another line"))
    assert not first.is_like(replace(first, row="setuptools-extern-six"))
    assert not first.is_like(replace(first, subject="numpy"))


class TestASkewedRelease:
    """A release that lacks what is wanted of it: other releases are tried, and nothing of the caches."""

    SKEWED = Diagnosis(Kind.VERSION_SKEW, "numpy", "ImportError: cannot import name 'x' from 'numpy'")

    def test_the_target_s_own_may_have_it(self) -> None:
        taken = step(failed(self.SKEWED), given=evidence(SETUPTOOLS))
        assert isinstance(taken, Try)
        assert taken.remedy.name == PROBE

    def test_or_one_of_the_sources_time(self) -> None:
        given = replace(evidence(), dated=Dated(date(2020, 1, 1), date(2026, 1, 1)))
        taken = step(failed(self.SKEWED), given=given)
        assert isinstance(taken, Ask)
        assert isinstance(taken.question, ReleasesAsOf)

    def test_or_a_fresh_environment(self) -> None:
        taken = step(failed(self.SKEWED, recipe=replace(START, isolated=False)), given=evidence())
        assert isinstance(taken, Try)
        assert taken.recipe.isolated
