"""What keeps build tools to the releases that can do the work, and why it may not be wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remediable import MALFORMED, NUMPY, PROJECT, RECIPE, SETUPTOOLS, UNISOLATED, UNKNOWN, evidence
from safe_install.declared.outdated import RAISABLE
from safe_install.kinds import Infer, Kind
from safe_install.knowledge import tables
from safe_install.ladder.constraints import (
    constrain_removal,
    constrain_to_what_the_probe_used,
    exclude_broken_release,
    raise_for_editable,
    raise_for_python,
)
from safe_install.ladder.inference import HASHES
from safe_install.ladder.remedies import Declined, Proposal
from safe_install.model import BuildSystem, Diagnosis, Distribution, Recipe


class TestWhatTheProbeUsed:
    def test_its_versions_bound_what_is_required(self) -> None:
        held = (SETUPTOOLS, NUMPY)
        assert constrain_to_what_the_probe_used(RECIPE, UNKNOWN, evidence(*held, imported=held)) == Proposal(
            replace(RECIPE, constraints=("setuptools<=70.1",)),
            "installed: versions that the build without isolation used",
        )

    @pytest.mark.parametrize(
        ("recipe", "imported", "told"),
        [
            (RECIPE, (), "no build without isolation has told which versions work"),
            (RECIPE, (NUMPY,), "the build without isolation used no build requirement whose version could be a bound"),
            (
                RECIPE,
                (replace(SETUPTOOLS, version="odd"),),
                "the build without isolation used no build requirement whose version could be a bound",
            ),
            (
                replace(RECIPE, constraints=("setuptools<=70.1",)),
                (SETUPTOOLS,),
                "the build without isolation used no build requirement whose version could be a bound",
            ),
        ],
        ids=["no probe", "not required", "no version", "bound already"],
    )
    def test_where_they_can(self, recipe: Recipe, imported: tuple[Distribution, ...], told: str) -> None:
        given = evidence(SETUPTOOLS, NUMPY, imported=imported)
        assert constrain_to_what_the_probe_used(recipe, UNKNOWN, given) == Declined(told)

    def test_a_folder_s_version_is_no_bound(self) -> None:
        given = evidence(NUMPY, imported=(SETUPTOOLS,))
        assert isinstance(constrain_to_what_the_probe_used(RECIPE, UNKNOWN, given), Declined)


class TestRemovals:
    row = next(row for row in tables().removals if row.distribution == "setuptools")

    def diagnosis(self) -> Diagnosis:
        return Diagnosis(Kind.API_REMOVED, "setuptools", "…", row=self.row.id)

    def test_the_build_tool_is_kept_below_the_release(self) -> None:
        source = f"known: {self.row.source} (setuptools {self.row.removed_in})"
        bounded = replace(RECIPE, constraints=(self.row.constraint,))
        assert constrain_removal(RECIPE, self.diagnosis(), evidence()) == Proposal(bounded, source)
        assert constrain_removal(UNISOLATED, self.diagnosis(), evidence()) == Proposal(bounded, source)
        assert constrain_removal(bounded, self.diagnosis(), evidence()) == Declined(
            f"{self.row.constraint} was a constraint of the build already"
        )

    def test_and_required_where_nothing_names_it(self) -> None:
        recipe = Recipe(BuildSystem(("hatchling",), "hatchling.build"))
        told = constrain_removal(recipe, self.diagnosis(), evidence())
        assert isinstance(told, Proposal)
        constraint = (self.row.constraint,)
        assert told.recipe == replace(recipe, extra_requires=constraint, constraints=constraint)
        assert constrain_removal(recipe, self.diagnosis(), evidence(hashes=True)) == Declined(HASHES)
        assert constrain_removal(recipe, self.diagnosis(), evidence(infer=Infer.INSTALLED)) == Declined(
            "only --infer known allows the evidence that there is"
        )

    def test_but_not_for_its_own_build(self) -> None:
        given = evidence(project=replace(PROJECT, name="SetupTools"))
        told = Declined("setuptools is the project itself")
        assert constrain_removal(Recipe(BuildSystem(())), self.diagnosis(), given) == told

    def test_a_bound_adds_no_name(self) -> None:
        assert isinstance(constrain_removal(RECIPE, self.diagnosis(), evidence(hashes=True)), Proposal)

    def test_what_no_table_knows_is_not_bound(self) -> None:
        told = Declined("no table knows which release removed it")
        assert (
            constrain_removal(RECIPE, Diagnosis(Kind.API_REMOVED, "setuptools", "…", row="--pre"), evidence()) == told
        )


class TestBrokenReleases:
    def test_they_are_excluded(self) -> None:
        row = next(row for row in tables().backends if row.broken)
        recipe = Recipe(BuildSystem((row.requires,), row.backend))
        broken = Diagnosis(Kind.BACKEND_RELEASE_BROKEN, row.distribution.upper(), "…")
        bounds = row.distribution + ",".join(f"!={version}" for version in row.broken)
        told = exclude_broken_release(recipe, broken, evidence())
        assert told == Proposal(replace(recipe, constraints=(bounds,)), f"known: {row.source}")

    def test_where_the_table_knows_any(self) -> None:
        broken = Diagnosis(Kind.BACKEND_RELEASE_BROKEN, "frobnicate", "…")
        told = Declined("no table knows a broken release of frobnicate")
        assert exclude_broken_release(RECIPE, broken, evidence()) == told


class TestEditable:
    absent = Diagnosis(Kind.EDITABLE_UNSUPPORTED, "setuptools", "…")
    row = next(row for row in tables().backends if row.backend == "setuptools.build_meta")
    wanted = f"setuptools>={row.editable_since}"

    @pytest.mark.parametrize("backend", ["setuptools.build_meta", "setuptools.build_meta:__legacy__"])
    @pytest.mark.parametrize(
        ("pin", "wanted"),
        [
            ("setuptools", "setuptools>=64.0.0"),
            ("setuptools<60", "setuptools>=64.0.0"),
            ("Setuptools == 58.0 ; python_version > '3'", "Setuptools >= 64.0.0 ; python_version > '3'"),
        ],
    )
    def test_the_backend_is_raised_in_its_place_to_the_release_that_can(
        self, pin: str, wanted: str, backend: str
    ) -> None:
        recipe = Recipe(BuildSystem((pin, "wheel"), backend), isolated=False)
        raised = Recipe(BuildSystem((wanted, "wheel"), backend))
        assert raise_for_editable(recipe, self.absent, evidence(hashes=True)) == Proposal(
            raised, f"known: {self.row.source}"
        )
        told = Declined(f"{self.wanted} is required already")
        assert raise_for_editable(raised, self.absent, evidence()) == told

    def test_under_hash_checking_it_has_to_be_required_already(self) -> None:
        recipe = Recipe(BuildSystem(("wheel",), "setuptools.build_meta"))
        assert raise_for_editable(recipe, self.absent, evidence(hashes=True)) == Declined(HASHES)
        assert isinstance(raise_for_editable(recipe, self.absent, evidence()), Proposal)

    def test_no_release_of_an_unknown_backend_can(self) -> None:
        recipe = Recipe(BuildSystem((), "frobnicate.build"))
        told = Declined("no release of frobnicate.build is known to build editable wheels")
        assert raise_for_editable(recipe, self.absent, evidence()) == told
        assert raise_for_editable(MALFORMED, self.absent, evidence()) == Declined("there is no backend to call")


class TestTooOldForThePython:
    cause = Diagnosis(Kind.PYTHON_UNSUPPORTED, "setuptools<60", "…", row=RAISABLE)

    def test_the_bound_is_replaced_where_it_stands(self) -> None:
        recipe = Recipe(BuildSystem(("setuptools<60", "wheel"), "setuptools.build_meta"), extra_requires=("six",))
        told = raise_for_python(recipe, self.cause, evidence())
        assert isinstance(told, Proposal)
        assert told.recipe == replace(recipe, system=replace(recipe.system, requires=("setuptools>=66.1", "wheel")))
        assert raise_for_python(told.recipe, self.cause, evidence()) == Declined("setuptools>=66.1 is required already")

    def test_also_where_it_was_inferred(self) -> None:
        recipe = replace(RECIPE, extra_requires=("numpy==1.19.5",))
        told = raise_for_python(recipe, replace(self.cause, subject="numpy==1.19.5"), evidence())
        assert isinstance(told, Proposal)
        assert told.recipe.extra_requires == ("numpy>=2.1",)

    def test_nothing_is_known_of_another(self) -> None:
        told = Declined("no table knows a release of it for this Python")
        assert raise_for_python(RECIPE, replace(self.cause, row=""), evidence()) == told
        assert raise_for_python(RECIPE, replace(self.cause, subject="six<1"), evidence()) == told
        unreadable = Declined("the table has to be readable first")
        assert raise_for_python(MALFORMED, self.cause, evidence()) == unreadable
