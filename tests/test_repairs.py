"""How a build system that is wrong on its face is corrected, and when that would be a guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safe_install.declared.build_system import parse
from safe_install.declared.providers import name_of
from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Kind
from safe_install.knowledge import Backend, tables
from safe_install.ladder.inference import HASHES
from safe_install.ladder.remedies import Answered, Declined, Proposal
from safe_install.ladder.repairs import (
    correct_the_path,
    correct_the_requirement,
    read_as_meant,
    require_the_backend,
    see_the_own_folder,
    use_the_backend_meant,
    use_the_maintained_helper,
)
from safe_install.model import LEGACY_BACKEND, BuildSystem, Diagnosis, Malformed, Project, Recipe

EVIDENCE = Evidence(Project(Path("/project"), BuildSystem(())), Policy(frozenset()), (3, 13))
HASHED = replace(EVIDENCE, policy=Policy(frozenset(), hashes=True))
MALFORMED = Recipe(Malformed(Kind.REQUIRES_ABSENT, "requires", "`requires` is missing"))
UNREADABLE = Declined("the table has to be readable first")


def row(backend: str) -> Backend:
    return next(row for row in tables().backends if row.backend == backend)


HATCHLING, SETUPTOOLS, LEGACY = row("hatchling.build"), row("setuptools.build_meta"), row(LEGACY_BACKEND)
POETRY = row("poetry.core.masonry.api")


class TestATableAsItWasMeant:
    def read(self, text: str | None, *, hashes: bool = False) -> Answered:
        system = parse(text, has_setup_py=True).system
        project = replace(EVIDENCE.project, text=text, system=system)
        evidence = replace(EVIDENCE, project=project, policy=Policy(frozenset(), hashes=hashes))
        return read_as_meant(Recipe(system), Diagnosis(Kind.TABLE_INVALID, "requires", "…"), evidence)

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            (
                '[build-system]\nrequires = "hatchling"\nbuild-backend = "hatchling.build"',
                BuildSystem(("hatchling",), "hatchling.build"),
            ),
            (
                '[build-system]\nrequires = ["hatchling"]\nbuild_backend = "hatchling.build"',
                BuildSystem(("hatchling",), "hatchling.build"),
            ),
            (
                '[build_system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"',
                BuildSystem(("hatchling",), "hatchling.build"),
            ),
            (
                '[build-system]\nrequires = ["backend", "not >> 1"]\nbuild-backend = "backend"\nbackend-path = ["_b"]',
                BuildSystem(("backend", "not"), "backend", ("_b",)),
            ),
            ('[build-system]\nrequires = ["setuptools", "b^1"]', BuildSystem(("setuptools", "b>=1"), LEGACY_BACKEND)),
            ('[build-system]\nrequires = "setuptools b"', BuildSystem(("setuptools", "b"), LEGACY_BACKEND)),
        ],
    )
    def test_it_is_read_in_the_author_s_own_words(self, text: str, meant: BuildSystem) -> None:
        assert self.read(text) == Proposal(Recipe(meant))
        assert self.read(text, hashes=True) == Proposal(Recipe(meant))

    @pytest.mark.parametrize(
        ("text", "known", "meant"),
        [
            ('[build-system]\nbuild-backend = "hatchling.build"', HATCHLING, ()),
            ("[build-system]\n", LEGACY, ()),
            ('[build-system]\nrequires = ["six", "b=1"]', LEGACY, ("six", "b==1")),
            ('[build-system]\nrequires = ["not >> 1"]\nbuild-backend = "hatchling.build"', HATCHLING, ("not",)),
        ],
    )
    def test_its_backend_is_required_with_it(self, text: str, known: Backend, meant: tuple[str, ...]) -> None:
        system = BuildSystem((*meant, known.requires), known.backend)
        assert self.read(text) == Proposal(Recipe(system), f"known: {known.source}")
        assert self.read(text, hashes=True) == Declined(HASHES)

    def test_what_is_no_backend_at_all_leaves_pip_s_default(self) -> None:
        text = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = ["x"]'
        assert self.read(text) == Proposal(Recipe(BuildSystem(("setuptools",), LEGACY_BACKEND)))

    def test_what_says_nothing_means_nothing(self) -> None:
        message = "`requires` contains an invalid requirement: '== 1'"
        assert self.read('[build-system]\nrequires = ["six", "== 1"]\nbuild-backend = "hatchling.build"') == Declined(
            f"nothing tells what was meant: {message}"
        )
        assert self.read(None) == Declined("there is no pyproject.toml")

    def test_what_is_right_stays(self) -> None:
        text = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"'
        assert self.read(text) == Declined("the build system is right as it is written")


class TestTheBackendMeant:
    def use(self, system: BuildSystem, *candidates: str, evidence: Evidence = EVIDENCE) -> Answered:
        diagnosis = Diagnosis(Kind.BACKEND_MISSPELT, system.backend, "…", candidates=candidates)
        return use_the_backend_meant(Recipe(system), diagnosis, evidence)

    def test_the_only_one_is_taken(self) -> None:
        told = self.use(BuildSystem(("hatchling>=1.20",), "hatchlin.build"), "hatchling.build")
        right = BuildSystem(("hatchling>=1.20",), "hatchling.build")
        assert told == Proposal(Recipe(right), f"known: {HATCHLING.source}")

    def test_and_its_distribution_is_required(self) -> None:
        system = BuildSystem(("six",), "hatchlin.build")
        right = BuildSystem(("six", HATCHLING.requires), "hatchling.build")
        assert self.use(system, "hatchling.build") == Proposal(Recipe(right), f"known: {HATCHLING.source}")
        assert self.use(system, "hatchling.build", evidence=HASHED) == Declined(HASHES)

    def test_a_successor_takes_the_place_of_its_former_distribution(self) -> None:
        [former], [old] = POETRY.former, POETRY.former_distributions
        system = BuildSystem((f"{old}>=0.12", "six"), former)
        right = BuildSystem(("six", POETRY.requires), POETRY.backend)
        assert self.use(system, POETRY.backend) == Proposal(Recipe(right), f"known: {POETRY.source}")

    def test_an_object_of_a_known_module_is_known(self) -> None:
        told = self.use(BuildSystem((), "hatchlin.build:x"), "hatchling.build:x")
        assert told == Proposal(
            Recipe(BuildSystem((HATCHLING.requires,), "hatchling.build:x")), f"known: {HATCHLING.source}"
        )

    def test_what_no_table_knows_comes_without_evidence(self) -> None:
        told = self.use(BuildSystem((), "frobnicat"), "frobnicate")
        assert told == Proposal(Recipe(BuildSystem((), "frobnicate")))

    def test_a_tie_is_a_question_for_the_user(self) -> None:
        told = self.use(BuildSystem((), "build"), "hatchling.build", "flit_core.buildapi")
        assert told == Declined(
            "it cannot be told which backend build was meant to be: it may be hatchling.build or flit_core.buildapi"
        )
        assert self.use(BuildSystem((), "build")) == Declined(
            "it cannot be told which backend build was meant to be: no known one is like it"
        )

    def test_the_table_comes_first(self) -> None:
        diagnosis = Diagnosis(Kind.BACKEND_MISSPELT, "", "…", candidates=("hatchling.build",))
        assert use_the_backend_meant(MALFORMED, diagnosis, EVIDENCE) == UNREADABLE


class TestTheBackendDeclared:
    undeclared = Diagnosis(Kind.BACKEND_UNDECLARED, "hatchling", "…")

    @pytest.mark.parametrize("isolated", [True, False])
    def test_its_distribution_is_required(self, isolated: bool) -> None:
        recipe = Recipe(BuildSystem(("six",), "hatchling.build"), isolated=isolated)
        right = Recipe(BuildSystem(("six", HATCHLING.requires), "hatchling.build"))
        assert require_the_backend(recipe, self.undeclared, EVIDENCE) == Proposal(right, f"known: {HATCHLING.source}")
        assert require_the_backend(recipe, self.undeclared, HASHED) == Declined(HASHES)

    def test_not_twice(self) -> None:
        recipe = Recipe(BuildSystem(("Hatchling<1",), "hatchling.build"), isolated=False)
        assert require_the_backend(recipe, self.undeclared, EVIDENCE) == Declined("hatchling is required already")

    def test_not_for_a_backend_in_the_tree(self) -> None:
        recipe = Recipe(BuildSystem((), "hatchling.build", ("src",)))
        told = Declined("the build system is right as it is written")
        assert require_the_backend(recipe, self.undeclared, EVIDENCE) == told

    def test_not_on_the_module_s_name(self) -> None:
        recipe = Recipe(BuildSystem((), "frobnicate.build"))
        told = Declined("no table knows which distribution brings frobnicate.build")
        assert require_the_backend(recipe, self.undeclared, EVIDENCE) == told

    def test_the_table_comes_first(self) -> None:
        assert require_the_backend(MALFORMED, self.undeclared, EVIDENCE) == UNREADABLE


class TestThePath:
    wrong = Diagnosis(Kind.BACKEND_PATH_WRONG, "_bulid", "…")
    recipe = Recipe(BuildSystem((), "backend.api:main", ("_bulid",)))

    def correct(self, *homes: tuple[str, str], recipe: Recipe = recipe) -> Answered:
        evidence = replace(EVIDENCE, project=replace(EVIDENCE.project, homes=homes))
        return correct_the_path(recipe, self.wrong, evidence)

    def test_it_leads_to_the_one_folder_that_has_the_backend(self) -> None:
        right = Recipe(BuildSystem((), "backend.api:main", ("_build",)))
        homes = (("backend", "_build"), ("other", "src"), ("backend", "_build"))
        assert self.correct(*homes) == Proposal(right)
        assert self.correct(*homes, recipe=right) == Declined("the build system is right as it is written")

    def test_of_two_folders_none_is_taken(self) -> None:
        told = Declined("backend is in _a and in _b, and any may be meant")
        assert self.correct(("backend", "_b"), ("backend", "_a")) == told

    def test_no_folder_has_it(self) -> None:
        assert self.correct(("other", ".")) == Declined("backend is nowhere near its root")

    def test_a_known_backend_that_no_folder_has_needs_no_path(self) -> None:
        known = Recipe(BuildSystem((), "hatchling.build", ("_build",)))
        [row] = (row for row in tables().backends if row.backend == "hatchling.build")
        right = Recipe(BuildSystem((row.requires,), "hatchling.build"))
        assert self.correct(("other", "."), recipe=known) == Proposal(right, f"known: {row.source}")

    def test_the_table_comes_first(self) -> None:
        assert self.correct(recipe=MALFORMED) == UNREADABLE


class TestTheOwnFolder:
    own = Diagnosis(Kind.OWN_PACKAGE_MISSING, "demo.version", "…")
    recipe = Recipe(BuildSystem(("setuptools",), "setuptools.build_meta"))

    def see(self, recipe: Recipe, home: str = ".") -> Answered:
        evidence = replace(EVIDENCE, project=replace(EVIDENCE.project, homes=(("demo", home),)))
        return see_the_own_folder(recipe, self.own, evidence)

    def test_setup_py_sees_it_through_pip_s_default_backend(self) -> None:
        right = Recipe(BuildSystem(("setuptools",), LEGACY_BACKEND))
        assert self.see(self.recipe) == Proposal(right, f"known: {LEGACY.source}")
        assert self.see(right) == Declined("setup.py saw the project's own folder already")

    def test_the_module_has_to_be_there(self) -> None:
        assert self.see(self.recipe, "src") == Declined("demo is not in the project's own folder")

    @pytest.mark.parametrize("recipe", [MALFORMED, Recipe(BuildSystem((), "hatchling.build"))])
    def test_no_other_backend_has_such_a_mode(self, recipe: Recipe) -> None:
        assert self.see(recipe) == Declined("only setuptools has a backend that sees the project's own folder")


class TestARequirementThatTheIndexDoesNotKnow:
    def correct(
        self, subject: str, *requires: str, backend: str = "hatchling.build", evidence: Evidence = EVIDENCE
    ) -> Answered:
        diagnosis = Diagnosis(Kind.REQUIREMENT_NOT_FOUND, subject, "…")
        return correct_the_requirement(Recipe(BuildSystem(requires, backend)), diagnosis, evidence)

    def test_a_misspelling_of_the_backend_s_is_corrected(self) -> None:
        right = Proposal(
            Recipe(BuildSystem(("six", HATCHLING.requires), "hatchling.build")), f"known: {HATCHLING.source}"
        )
        assert self.correct("hatchlin>=1.20", "six", "hatchlin>=1.20") == right
        assert self.correct("hatchlin", "six", "hatchlin", HATCHLING.requires) == right
        assert self.correct("hatchlin", "hatchlin", evidence=HASHED) == Declined(HASHES)

    @pytest.mark.parametrize(
        "subject", ["hatchling>=99", "numpie", "--index-url=https://evil.example", "hatchlin\n--pre", ""]
    )
    def test_nothing_else_is(self, subject: str) -> None:
        assert self.correct(subject, "hatchling>=99", "numpie") == Declined(
            f"nothing tells what {subject} was meant to be"
        )

    @pytest.mark.parametrize(
        ("wrong", "right"),
        [("mesonpy", "meson-python>=0.13"), ("skbuild", "scikit-build"), ("yaml", "PyYAML"), ("pdm.backend", "")],
    )
    def test_a_module_s_name_means_its_distribution(self, wrong: str, right: str) -> None:
        told = self.correct(wrong, "six", wrong)
        if right:
            assert isinstance(told, Proposal)
            assert told.recipe.system.requires == ("six", right)
        else:
            assert isinstance(told, Declined)

    def test_not_twice(self) -> None:
        told = self.correct("yaml", "yaml", "PyYAML>=6")
        assert isinstance(told, Proposal)
        assert told.recipe.system.requires == ("PyYAML>=6",)

    def test_nor_for_a_backend_that_no_table_knows(self) -> None:
        told = Declined("nothing tells what frobnicat was meant to be")
        assert self.correct("frobnicat", "frobnicat", backend="frobnicate") == told

    def test_nor_what_the_backend_itself_asked_for(self) -> None:
        assert self.correct("hatchlin", "hatchling") == Declined("hatchlin is not written in the build system")

    def test_a_stranger_s_address_does_not_come_along(self) -> None:
        told = self.correct("hatchlin @ https://evil.example/x.whl", "hatchlin")
        assert isinstance(told, Proposal)
        assert told.recipe.system.requires == (HATCHLING.requires,)

    def test_the_table_comes_first(self) -> None:
        diagnosis = Diagnosis(Kind.REQUIREMENT_NOT_FOUND, "hatchlin", "…")
        assert correct_the_requirement(MALFORMED, diagnosis, EVIDENCE) == UNREADABLE


def test_every_backend_of_the_table_can_be_required() -> None:
    for each in tables().backends:
        recipe = Recipe(BuildSystem((), each.backend))
        told = require_the_backend(recipe, Diagnosis(Kind.BACKEND_UNDECLARED, each.distribution, "…"), EVIDENCE)
        assert told == Proposal(Recipe(BuildSystem((each.requires,), each.backend)), f"known: {each.source}")
        assert name_of(each.requires) == name_of(each.distribution) != ""


class TestACopyInTheTree:
    outdated = Diagnosis(Kind.HELPER_OUTDATED, "versioneer.py", "AttributeError: …", row="versioneer")
    away = BuildSystem(("setuptools",), "setuptools.build_meta")

    def served(self, system: BuildSystem, evidence: Evidence = EVIDENCE) -> Answered:
        return use_the_maintained_helper(Recipe(system), self.outdated, evidence)

    @pytest.mark.parametrize(
        "system",
        [BuildSystem(("setuptools",)), BuildSystem(("setuptools",), "setuptools.build_meta", (".",))],
    )
    def test_its_release_is_required_and_the_tree_is_off_the_path(self, system: BuildSystem) -> None:
        answer = self.served(system)
        assert isinstance(answer, Proposal)
        assert answer.recipe == Recipe(self.away, extra_requires=("versioneer",))
        assert answer.source is not None
        assert answer.source.startswith("known: versioneer")

    def test_a_tree_that_is_off_the_path_is_put_there_by_setup_py(self) -> None:
        assert self.served(self.away) == Declined(
            "setup.py itself sees to it that it imports the tree's own versioneer.py"
        )

    def test_no_other_backend_is_known_to_do_without_the_tree(self) -> None:
        assert isinstance(self.served(BuildSystem(("hatchling",), "hatchling.build")), Declined)
        assert isinstance(use_the_maintained_helper(MALFORMED, self.outdated, EVIDENCE), Declined)

    def test_its_name_has_to_be_allowed(self) -> None:
        assert self.served(BuildSystem(("setuptools",)), HASHED) == Declined(HASHES)
        own = replace(EVIDENCE, project=replace(EVIDENCE.project, name="versioneer"))
        assert self.served(BuildSystem(("setuptools",)), own) == Declined("versioneer is the project itself")
