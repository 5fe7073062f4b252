"""What is tried next: the mildest remedy that may help, within the limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attempted import (
    ALL,
    BUILT,
    HELD,
    NUMPY,
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
from safe_install.evidence import Evidence, IndexProviders, InstalledProviders
from safe_install.kinds import Infer, Kind, Pip, Stage
from safe_install.ladder import LADDER, NAMES, Accept, Ask, GiveUp, Try
from safe_install.ladder.inference import HASHES
from safe_install.ladder.progress import Rejection, furthest
from safe_install.model import (
    PROBE,
    Attempt,
    BuildSystem,
    Diagnosis,
    Distribution,
    Installed,
    Malformed,
    Recipe,
    Result,
)

PROBED = replace(BUILT, imported=(SETUPTOOLS, NUMPY))
NOT_ALLOWED = "it is not among the remedies that may be tried here"


class TestTheFirstAttempt:
    @pytest.mark.parametrize("result", [BUILT, Installed(("demo-1",))])
    def test_what_holds_is_taken(self, result: Result) -> None:
        assert step(Attempt(START, result)) == Accept(0)

    def test_what_nothing_can_cure_ends_at_once(self) -> None:
        """Even though remedies for that kind exist."""
        broken = failed(replace(missing("numpy"), curable=False))
        assert step(broken, given=evidence(*HELD)) == GiveUp(0, "no change of the build system can cure it")

    def test_a_kind_without_remedies_ends_with_nothing_left(self) -> None:
        assert step(failed(Diagnosis(Kind.WHEEL_ABSENT, "x", "…"))) == GiveUp(0, "nothing is left to try")

    def test_the_target_is_asked_when_a_remedy_needs_it_and_not_before(self) -> None:
        unasked = Evidence(PROJECT, ALL, (3, 13))
        assert step(failed(missing("numpy")), given=unasked) == Ask(InstalledProviders())
        assert isinstance(step(failed(UNKNOWN), given=unasked), Try)


class TestTheMildestComesFirst:
    def test_the_ladder_goes_up(self) -> None:
        rungs = [remedy.rung for remedy in LADDER]
        assert rungs == sorted(rungs)
        milder = "repair-build-system fresh-caches newer-pip no-isolation-probe infer-requires"
        assert " ".join(NAMES) == f"{milder} constrain-requires set-variables as-of-date"

    def test_each_declined_remedy_on_the_way_says_why(self) -> None:
        taken = step(failed(missing("numpy")), given=evidence(SETUPTOOLS, project=declaring("numpy>=1.20")))
        assert isinstance(taken, Try)
        assert (taken.remedy.name, taken.base, taken.source) == ("infer-requires", 0, "declared: setup.py")
        assert taken.recipe == replace(START, extra_requires=("numpy>=1.20",))
        assert taken.rejected == (Rejection(PROBE, "the target has no distribution that provides numpy"),)

    def test_one_rung_after_another(self) -> None:
        project = replace(PROJECT, artefacts=("build",))
        recipes, attempts = [], [failed(UNKNOWN)]
        while isinstance(taken := step(*attempts, given=evidence(*HELD, project=project)), Try):
            recipes.append((taken.remedy.name, taken.recipe))
            attempts.append(tried(taken, UNKNOWN))
        assert recipes == [
            ("fresh-caches", replace(START, set_aside=("build",))),
            ("fresh-caches", replace(START, cache=False)),
            (PROBE, replace(START, isolated=False)),
        ]
        same = "the build fails with it as it did without it"
        assert taken == GiveUp(
            0,
            "nothing is left to try",
            (
                Rejection("fresh-caches", same, 1),
                Rejection("fresh-caches", same, 2),
                Rejection(PROBE, "the build fails without isolation, too", 3),
            ),
        )

    def test_pip_is_replaced_step_by_step(self) -> None:
        crashed = Diagnosis(Kind.PIP_CRASHED, "KeyError", "…")
        attempts = [failed(crashed, Stage.INSTALL, replace(START, pip=Pip.TARGET))]
        used = []
        while isinstance(taken := step(*attempts), Try):
            used.append(taken.recipe.pip)
            attempts.append(tried(taken, crashed, Stage.INSTALL))
        assert used == [Pip.CARRIED, Pip.NEWEST]

    def test_an_old_pip_is_suspected_of_what_nothing_explains(self) -> None:
        first = failed(UNKNOWN, Stage.INSTALL, replace(START, pip=Pip.TARGET, cache=False))
        at_install = replace(ALL, remedies=frozenset({"fresh-caches", "newer-pip"}))
        taken = step(first, given=evidence(policy=at_install, target_pip="21.2.4"))
        assert isinstance(taken, Try)
        assert (taken.remedy.name, taken.recipe.pip) == ("newer-pip", Pip.CARRIED)
        assert isinstance(step(first, given=evidence(policy=at_install, target_pip="25.0")), GiveUp)

    def test_a_remedy_that_may_not_be_used_is_not_tried(self) -> None:
        policy = replace(ALL, remedies=frozenset(NAMES) - {"infer-requires"})
        taken = step(failed(missing("numpy")), given=evidence(SETUPTOOLS, project=declaring("numpy"), policy=policy))
        assert taken == GiveUp(
            0,
            "nothing is left to try",
            (
                Rejection(PROBE, "the target has no distribution that provides numpy"),
                Rejection("infer-requires", NOT_ALLOWED),
            ),
        )


class TestLimits:
    def test_attempts(self) -> None:
        few = replace(ALL, max_attempts=1)
        assert step(failed(UNKNOWN), given=evidence(policy=few)) == GiveUp(0, "attempts made: 1 (--max-attempts)")

    def test_time(self) -> None:
        assert step(failed(UNKNOWN), spent=True) == GiveUp(0, "the time is up (--max-seconds)")

    def test_a_wheel_in_hand_is_not_given_away(self) -> None:
        assert step(failed(UNKNOWN), Attempt(START, BUILT, "fresh-caches", 0), spent=True) == Accept(1)
        probed = Attempt(replace(START, isolated=False), PROBED, PROBE, 0)
        assert step(failed(UNKNOWN), probed, spent=True) == Accept(1)
        assert step(failed(UNKNOWN), probed, probed, spent=True) == Accept(2)


class TestTheProbe:
    def probing(self, diagnosis: Diagnosis, given: Evidence) -> tuple[Attempt, ...]:
        """Let everything fail with one cause until it is the probe's turn, which succeeds."""
        attempts = [failed(diagnosis)]
        while isinstance(taken := step(*attempts, given=given), Try):
            if taken.remedy.name == PROBE:
                return (*attempts, Attempt(taken.recipe, PROBED, PROBE, taken.base))
            attempts.append(tried(taken, diagnosis))
        raise AssertionError(taken)

    def test_what_it_used_is_required_next(self) -> None:
        given = evidence(*HELD)
        attempts = self.probing(missing("numpy"), given)
        taken = step(*attempts, given=given)
        assert isinstance(taken, Try)
        assert (taken.base, taken.recipe) == (0, replace(START, extra_requires=("numpy<=1.26.4",)))
        assert taken.source == "installed: imported by the build without isolation"

    def test_an_isolated_wheel_is_preferred_to_its_own(self) -> None:
        given = evidence(*HELD)
        attempts = self.probing(missing("numpy"), given)
        taken = step(*attempts, given=given)
        assert isinstance(taken, Try)
        proven = Attempt(taken.recipe, BUILT, taken.remedy.name, taken.base)
        assert step(*attempts, proven, given=given) == Accept(len(attempts))

    def test_its_own_wheel_is_the_last_resort(self) -> None:
        given = evidence(*HELD)
        attempts = self.probing(missing("numpy"), given)
        while isinstance(taken := step(*attempts, given=given), Try):
            attempts += (tried(taken, missing("numpy")),)
        assert isinstance(taken, Accept)
        assert attempts[taken.attempt].remedy == PROBE
        assert Rejection("infer-requires", "the build fails with it as it did without it", 2) in taken.rejected

    def test_its_versions_become_bounds_where_nothing_tells_the_cause(self) -> None:
        given = evidence(*HELD)
        attempts = self.probing(UNKNOWN, given)
        taken = step(*attempts, given=given)
        assert isinstance(taken, Try)
        assert taken.recipe == replace(START, constraints=("setuptools<=70.0",))

    def test_it_is_never_built_on_and_never_reported(self) -> None:
        further = failed(Diagnosis(Kind.COMPILER_MISSING, "cc", "…", curable=False), Stage.WHEEL)
        probed = replace(further, recipe=replace(START, isolated=False), remedy=PROBE, base=0)
        assert furthest((failed(missing("numpy")), probed)) == 0
        assert isinstance(step(failed(missing("numpy")), probed, given=evidence(*HELD)), Try)

    def test_it_is_not_made_again_for_what_only_isolation_would_use(self) -> None:
        given = evidence(*HELD, project=declaring("numpy"))
        attempts = self.probing(missing("numpy"), given)
        # Since then the environment has got more, another pip and no cache: nothing that it would use.
        more = replace(START, extra_requires=("numpy",), constraints=("numpy<2",), cache=False, pip=Pip.NEWEST)
        attempts += (failed(missing("six"), recipe=more, remedy="infer-requires", base=0),)
        taken = step(*attempts, given=given)
        assert isinstance(taken, Try)
        assert taken.remedy.name == "infer-requires"


class TestWithoutIsolationFromTheStart:
    start = replace(START, isolated=False)

    def test_isolation_is_tried_before_the_index_is(self) -> None:
        taken = step(failed(missing("numpy"), recipe=self.start), given=evidence(project=declaring("numpy")))
        assert isinstance(taken, Try)
        assert (taken.remedy.name, taken.recipe) == ("fresh-caches", START)

    def test_what_is_added_then_comes_with_it(self) -> None:
        given = evidence(project=declaring("numpy"))
        first = failed(missing("numpy"), recipe=self.start)
        taken = step(first, tried(step(first, given=given), missing("numpy")), given=given)
        assert isinstance(taken, Try)
        assert (taken.base, taken.recipe) == (0, replace(START, extra_requires=("numpy",)))

    def test_a_build_that_would_be_the_same_is_not_made(self) -> None:
        """No cache, no pip is used when nothing is installed."""
        policy = replace(ALL, remedies=frozenset({"fresh-caches"}))
        taken = step(failed(UNKNOWN, recipe=self.start), given=evidence(policy=policy))
        assert isinstance(taken, Try)
        assert taken.recipe == START

    def test_nor_is_a_probe_that_would_be(self) -> None:
        first = failed(UNKNOWN, recipe=replace(self.start, extra_requires=("six",), constraints=("six<2",)))
        isolated = replace(first.recipe, isolated=True, cache=False)
        second = failed(missing("numpy"), recipe=isolated, remedy="fresh-caches", base=0)
        taken = step(first, second, given=evidence(*HELD))
        assert isinstance(taken, Try)
        assert taken.remedy.name == "infer-requires"

    def test_a_table_that_cannot_be_read_is_no_build(self) -> None:
        wrong = Malformed(Kind.REQUIRES_ABSENT, "requires", "…", backend="hatchling.build")
        text = '[build-system]\nbuild-backend = "hatchling.build"'
        given = evidence(project=replace(PROJECT, system=wrong, text=text))
        recipe = Recipe(wrong, isolated=False)
        taken = step(failed(Diagnosis(Kind.REQUIRES_ABSENT, "requires", "…"), Stage.READ, recipe), given=given)
        assert isinstance(taken, Try)
        assert taken.recipe == Recipe(BuildSystem(("hatchling",), "hatchling.build"), isolated=False)


def test_each_question_is_one_that_somebody_can_answer() -> None:
    given = replace(evidence(SETUPTOOLS), policy=replace(ALL, infer=Infer.VERIFIED))
    first = failed(missing("frobnicate.sub"))
    assert step(first, given=given) == Ask(IndexProviders("frobnicate"))
    proven = replace(
        given, answers={**given.answers, IndexProviders("frobnicate"): (Distribution("Frob", "1", ("frobnicate",)),)}
    )
    taken = step(first, given=proven)
    assert isinstance(taken, Try)
    assert taken.recipe.extra_requires == ("Frob",)


def test_hash_checking_leaves_what_adds_no_name() -> None:
    given = evidence(*HELD, policy=replace(ALL, hashes=True), project=declaring("numpy"))
    first = failed(missing("numpy"))
    probed = step(first, given=given)
    assert isinstance(probed, Try)
    assert probed.remedy.name == PROBE
    end = step(first, tried(probed, missing("numpy")), given=given)
    assert isinstance(end, GiveUp)
    assert end.rejected[-1] == Rejection("infer-requires", HASHES)
