"""What each remedy makes of a recipe, and why it declines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remediable import MALFORMED, NUMPY, PROJECT, RECIPE, SETUPTOOLS, SIX, UNISOLATED, UNKNOWN, evidence
from safe_install.evidence import Evidence, InstalledProviders
from safe_install.kinds import Infer, Kind, Pip
from safe_install.ladder.inference import HASHES
from safe_install.ladder.remedies import (
    Declined,
    Proposal,
    bypass_cache,
    infer_requires,
    infer_requires_unbounded,
    isolate,
    probe,
    require_what_the_probe_used,
    set_artefacts_aside,
    set_variables,
    use_newer_pip,
    use_newest_pip,
)
from safe_install.model import BuildSystem, Diagnosis, Distribution, Mention, Recipe


def missing(module: str) -> Diagnosis:
    return Diagnosis(Kind.MODULE_MISSING, module, f"ModuleNotFoundError: No module named {module!r}")


class TestFreshCaches:
    def test_pip_s_cache_is_left_out(self) -> None:
        fresh = replace(RECIPE, cache=False)
        assert bypass_cache(RECIPE, UNKNOWN, evidence()) == Proposal(fresh)
        assert bypass_cache(fresh, UNKNOWN, evidence()) == Declined("pip's cache was not in use")

    def test_leftovers_are_set_aside(self) -> None:
        project = replace(PROJECT, artefacts=("build", "demo.egg-info"))
        told = evidence(project=project)
        assert set_artefacts_aside(RECIPE, UNKNOWN, told) == Proposal(
            replace(RECIPE, set_aside=("build", "demo.egg-info"))
        )
        released = replace(project, sources=(("PKG-INFO", "Name: demo"),))
        assert set_artefacts_aside(RECIPE, UNKNOWN, evidence(project=released)) == Proposal(
            replace(RECIPE, set_aside=("build",))
        )
        stale = Diagnosis(Kind.STALE_ARTEFACT, "demo.egg-info", "…")
        assert set_artefacts_aside(RECIPE, stale, evidence(project=released)) == Proposal(
            replace(RECIPE, set_aside=project.artefacts)
        )
        assert set_artefacts_aside(RECIPE, UNKNOWN, evidence()) == Declined(
            "no earlier build has left anything in the tree"
        )

    def test_a_build_in_the_target_is_isolated(self) -> None:
        assert isolate(UNISOLATED, UNKNOWN, evidence()) == Proposal(RECIPE)
        assert isolate(RECIPE, UNKNOWN, evidence()) == Declined("the build environment was fresh already")


class TestNewerPip:
    crashed = Diagnosis(Kind.PIP_CRASHED, "KeyError", "KeyError: 'x'")
    by_target, by_newest = replace(RECIPE, pip=Pip.TARGET), replace(RECIPE, pip=Pip.NEWEST)

    def test_the_carried_pip_takes_the_place_of_the_target_s(self) -> None:
        assert use_newer_pip(self.by_target, self.crashed, evidence(target_pip="25.0")) == Proposal(RECIPE)

    @pytest.mark.parametrize("recipe", [RECIPE, by_newest])
    def test_but_of_no_other(self, recipe: Recipe) -> None:
        told = Declined("it was not the target's own pip that failed")
        assert use_newer_pip(recipe, self.crashed, evidence(target_pip="9.0")) == told

    @pytest.mark.parametrize("version", ["20.3.4", "23.3.2", "24.0rc1"])
    def test_an_old_pip_is_suspected_where_nothing_tells_the_cause(self, version: str) -> None:
        assert use_newer_pip(self.by_target, UNKNOWN, evidence(target_pip=version)) == Proposal(RECIPE)

    @pytest.mark.parametrize("version", ["24.0", "26.3", None, "odd"])
    def test_and_no_other_is(self, version: str | None) -> None:
        told = Declined("where nothing tells the cause, only a pip older than 24.0 is suspected")
        assert use_newer_pip(self.by_target, UNKNOWN, evidence(target_pip=version)) == told

    def test_the_newest_follows_every_other(self) -> None:
        for recipe in (self.by_target, RECIPE):
            assert use_newest_pip(recipe, self.crashed, evidence()) == Proposal(self.by_newest)
        told = Declined("the newest pip was in use already")
        assert use_newest_pip(self.by_newest, self.crashed, evidence()) == told


class TestTheProbe:
    def test_the_target_is_looked_at_first(self) -> None:
        assert probe(RECIPE, missing("numpy"), evidence()) == InstalledProviders()

    def test_it_builds_with_the_target_s_packages(self) -> None:
        assert probe(RECIPE, missing("numpy.core"), evidence(SETUPTOOLS, NUMPY)) == Proposal(UNISOLATED)
        assert probe(RECIPE, UNKNOWN, evidence(SETUPTOOLS)) == Proposal(UNISOLATED)

    def test_that_the_target_has_a_pip_tells_nothing(self) -> None:
        told = probe(RECIPE, missing("pip.req"), evidence(SETUPTOOLS, Distribution("pip", "26.3", ("pip",))))
        assert isinstance(told, Declined)

    def test_what_would_be_installed_for_it_is_left_out(self) -> None:
        recipe = replace(RECIPE, extra_requires=("six",), constraints=("setuptools<82",), set_aside=("build",))
        bare = replace(UNISOLATED, set_aside=("build",))
        assert probe(recipe, UNKNOWN, evidence(SETUPTOOLS)) == Proposal(bare)

    def test_the_target_has_to_have_what_is_missing_and_the_backend(self) -> None:
        told = "the target has no distribution that provides"
        assert probe(RECIPE, missing("numpy"), evidence(SETUPTOOLS)) == Declined(f"{told} numpy")
        assert probe(RECIPE, missing("numpy"), evidence(NUMPY)) == Declined(f"{told} setuptools")
        assert probe(RECIPE, missing("yaml"), evidence(SIX)) == Declined(f"{told} setuptools and yaml")

    def test_but_not_a_backend_that_the_project_itself_has(self) -> None:
        recipe = Recipe(BuildSystem((), "backend", ("_custom",)))
        assert probe(recipe, missing("numpy"), evidence(NUMPY)) == Proposal(replace(recipe, isolated=False))

    def test_there_must_be_something_else_to_try(self) -> None:
        assert probe(UNISOLATED, UNKNOWN, evidence()) == Declined("the build was without isolation already")
        assert probe(MALFORMED, UNKNOWN, evidence()) == Declined("there is no backend to call")


class TestWhatTheProbeUsed:
    def test_it_is_required_in_the_version_seen_at_most(self) -> None:
        held = (SETUPTOOLS, NUMPY, SIX)
        assert require_what_the_probe_used(RECIPE, missing("numpy"), evidence(*held, imported=held)) == Proposal(
            replace(RECIPE, extra_requires=("numpy<=1.26.4", "six<=1.16.0")),
            "installed: imported by the build without isolation",
        )

    def test_only_what_was_installed_by_name_counts(self) -> None:
        """The answer leaves out what came from a folder; the names of the others are compared as PEP 503 has it."""
        local = Distribution("company.tools", "3.0", ("company",))
        imported = (replace(NUMPY, name="NumPy"), local)
        assert require_what_the_probe_used(RECIPE, missing("company"), evidence(NUMPY, imported=imported)) == Proposal(
            replace(RECIPE, extra_requires=("NumPy<=1.26.4",)), "installed: imported by the build without isolation"
        )

    @pytest.mark.parametrize(
        "imported",
        [
            (SETUPTOOLS,),
            (Distribution("Demo", "0.9", ("demo",)),),
            (Distribution("x @ https://evil.example/x.whl", "1.0", ("x",)),),
        ],
        ids=["required", "the project itself", "no name"],
    )
    def test_what_it_used_may_be_of_no_help(self, imported: tuple[Distribution, ...]) -> None:
        told = Declined("the build without isolation imported nothing but what is required already")
        assert require_what_the_probe_used(RECIPE, missing("numpy"), evidence(*imported, imported=imported)) == told

    def test_no_probe_no_evidence(self) -> None:
        told = Declined("no build without isolation has told what it imports")
        assert require_what_the_probe_used(RECIPE, missing("numpy"), evidence(NUMPY)) == told

    @pytest.mark.parametrize(
        ("policy", "told"),
        [
            ({"hashes": True}, HASHES),
            ({"infer": Infer.DECLARED}, "only --infer installed allows the evidence that there is"),
        ],
    )
    def test_the_user_may_not_want_it(self, policy: dict[str, object], told: str) -> None:
        given = evidence(NUMPY, imported=(NUMPY,), **policy)  # type: ignore[arg-type]
        assert require_what_the_probe_used(RECIPE, missing("numpy"), given) == Declined(told)


class TestInferredRequirements:
    def declaring(self, requirement: str) -> Evidence:
        return evidence(project=replace(PROJECT, mentions=(Mention(requirement, "setup.py install_requires"),)))

    def test_the_provider_of_a_missing_module_is_required(self) -> None:
        assert infer_requires(RECIPE, missing("numpy.distutils"), self.declaring("numpy>=1.20")) == Proposal(
            replace(RECIPE, extra_requires=("numpy>=1.20",)), "declared: setup.py install_requires"
        )

    def test_a_requirement_takes_an_environment_to_put_it_in(self) -> None:
        told = infer_requires(UNISOLATED, missing("numpy"), self.declaring("numpy"))
        assert told == Proposal(replace(RECIPE, extra_requires=("numpy",)), "declared: setup.py install_requires")

    @pytest.mark.parametrize("written", ["numpy", "NumPy>=1.20", "numpy[x]<2"])
    def test_what_is_required_already_is_not_required_again(self, written: str) -> None:
        recipe = Recipe(BuildSystem((written, "six")))
        told = Declined("numpy is among the build requirements already")
        assert infer_requires(recipe, missing("numpy"), self.declaring("numpy")) == told
        extra = Recipe(BuildSystem(()), extra_requires=(written,))
        assert infer_requires(extra, missing("numpy"), self.declaring("numpy")) == told

    @pytest.mark.parametrize(
        ("written", "wanted"),
        [
            ("numpy; python_version < '3'", "numpy"),
            ("numpy>=2", "numpy<2"),
            ("numpy", "numpy[x]"),
            ("numpy", "numpy @ https://files.example/numpy.whl"),
        ],
    )
    def test_unless_it_says_something_else(self, written: str, wanted: str) -> None:
        told = infer_requires(Recipe(BuildSystem((written,))), missing("numpy"), self.declaring(wanted))
        assert isinstance(told, Proposal)
        assert told.recipe.extra_requires == (wanted,)

    def test_questions_and_reasons_are_passed_on(self) -> None:
        assert infer_requires(RECIPE, missing("yaml"), evidence()) == InstalledProviders()
        assert infer_requires(RECIPE, missing("frobnicate"), evidence(SIX)) == Declined(
            "nothing but its own name tells which distribution provides frobnicate "
            "(looked at: declared, installed, known)"
        )

    @pytest.mark.parametrize(
        "subject",
        ["--index-url=https://evil.example", "six @ https://evil.example/six.whl", "six\n--pre", "-r /etc/passwd"],
    )
    def test_a_stranger_s_words_are_never_required(self, subject: str) -> None:
        given = evidence(SIX, infer=Infer.VERIFIED, allow=("six",))
        for kind in (Kind.MODULE_MISSING, Kind.MODULE_REMOVED, Kind.PLUGIN_MISSING):
            assert isinstance(infer_requires(RECIPE, Diagnosis(kind, subject, subject), given), Declined)

    def test_a_backend_that_no_table_knows_is_a_module_like_another(self) -> None:
        recipe = Recipe(BuildSystem((), "frobnicate.build:main"))
        unknown = Diagnosis(Kind.BACKEND_UNKNOWN, "frobnicate.build:main", "ModuleNotFoundError: …")
        frobnicate = Distribution("frob", "2.0", ("frobnicate",))
        assert infer_requires(recipe, unknown, evidence(frobnicate)) == Proposal(
            replace(recipe, extra_requires=("frob<=2.0",)), "installed: frob 2.0"
        )
        assert isinstance(infer_requires(MALFORMED, unknown, evidence(frobnicate)), Declined)


class TestAnInferredRequirementThatCannotBeHad:
    absent = Diagnosis(Kind.MODULE_MISSING, "numpy", "…")

    @pytest.mark.parametrize(("pinned", "bare"), [("numpy==1.19.5", "numpy>=2.1"), ("six<1", "six")])
    def test_its_name_is_what_was_vouched_for(self, pinned: str, bare: str) -> None:
        module = replace(self.absent, subject=bare.partition(">")[0])
        project = replace(PROJECT, mentions=(Mention(pinned, "setup.py setup_requires"),))
        assert infer_requires_unbounded(RECIPE, module, evidence(project=project)) == Proposal(
            replace(RECIPE, extra_requires=(bare,)),
            f"declared: setup.py setup_requires; {pinned} does not do",
        )

    def test_a_release_that_the_target_holds_may_be_one_that_nobody_can_build(self) -> None:
        frob = Distribution("frob", "1.0", ("frobnicate",))
        module = replace(self.absent, subject="frobnicate")
        assert infer_requires_unbounded(RECIPE, module, evidence(frob)) == Proposal(
            replace(RECIPE, extra_requires=("frob",)), "installed: frob 1.0; frob<=1.0 does not do"
        )

    @pytest.mark.parametrize("mentions", [(), (Mention("numpy>=1", "setup.py"),)])
    def test_without_a_bound_there_is_nothing_to_relax(self, mentions: tuple[Mention, ...]) -> None:
        project = replace(PROJECT, mentions=mentions)
        told = infer_requires_unbounded(RECIPE, self.absent, evidence(project=project))
        assert told == Declined("no bound could be in the way")


class TestVariables:
    wanted = Diagnosis(Kind.VARIABLE_WANTED, "PYTHONUTF8", "UnicodeDecodeError: …", row="utf-8-mode")

    def test_what_lets_the_tool_do_it_is_set_for_the_build(self) -> None:
        answer = set_variables(RECIPE, self.wanted, evidence())
        assert isinstance(answer, Proposal)
        assert answer.recipe == replace(RECIPE, variables=(("PYTHONUTF8", "1"),))
        assert answer.source is not None
        assert answer.source.startswith("known: PEP 540")

    def test_others_stay(self) -> None:
        started = replace(RECIPE, variables=(("PYTHONUTF8", "0"), ("OTHER", "x")))
        answer = set_variables(started, self.wanted, evidence())
        assert isinstance(answer, Proposal)
        assert dict(answer.recipe.variables) == {"PYTHONUTF8": "1", "OTHER": "x"}

    def test_what_a_tool_has_removed_may_have_a_variable_too(self) -> None:
        removed = Diagnosis(Kind.API_REMOVED, "cmake", "…", row="cmake-4-policies")
        answer = set_variables(RECIPE, removed, evidence())
        assert isinstance(answer, Proposal)
        assert dict(answer.recipe.variables) == {"CMAKE_POLICY_VERSION_MINIMUM": "3.5"}

    def test_no_variable_is_made_up(self) -> None:
        assert isinstance(set_variables(RECIPE, UNKNOWN, evidence()), Declined)
