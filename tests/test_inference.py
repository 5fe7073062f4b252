"""Which distribution provides a module: only what somebody vouches for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from safe_install.declared.providers import name_of, provides
from safe_install.evidence import Answer, Evidence, IndexProviders, InstalledProviders, Policy, Question
from safe_install.kinds import Infer
from safe_install.knowledge import tables
from safe_install.ladder.inference import HASHES, Finding, Named, Unnamed, bounded, proper, provider
from safe_install.model import BuildSystem, Distribution, Mention, Project

PROJECT = Project(Path("/project"), BuildSystem(("setuptools",)), name="Demo.Project")
POLICY = Policy(frozenset(), infer=Infer.VERIFIED)
EVIDENCE = Evidence(PROJECT, POLICY, (3, 13))
YAML = tables().modules["yaml"]
KNOWN = Named(YAML.requires or YAML.distribution, f"known: {YAML.source}")


def ask(
    module: str,
    *mentions: str,
    held: Answer | None = (),
    proofs: Answer | None = None,
    python: tuple[int, int] = (3, 13),
    **policy: object,
) -> Finding:
    """Ask for a module's provider; `None` is a question that was not answered yet."""
    answers: dict[Question, Answer] = {}
    if held is not None:
        answers[InstalledProviders()] = held
    if proofs is not None:
        answers[IndexProviders(module.partition(".")[0])] = proofs
    project = replace(PROJECT, mentions=tuple(Mention(each, "project.dependencies") for each in mentions))
    return provider(module, Evidence(project, replace(POLICY, **policy), python, answers=answers))  # type: ignore[arg-type]


def holding(name: str, *modules: str, version: str = "1.0") -> Distribution:
    return Distribution(name, version, modules)


class TestTheOrderOfEvidence:
    held = (holding("PyYAML", "yaml", version="6.0"),)

    def test_what_the_user_allows_comes_first(self) -> None:
        found = ask("yaml", "pyyaml>=5", held=self.held, allow=("six", "pyyaml"))
        assert found == Named("pyyaml", "allowed by --allow")

    def test_then_what_the_project_declares(self) -> None:
        assert ask("yaml.cyaml", "six", "pyyaml>=5", held=self.held) == Named(
            "pyyaml>=5", "declared: project.dependencies"
        )

    def test_then_what_is_installed(self) -> None:
        assert ask("yaml", held=self.held) == Named("PyYAML<=6.0", "installed: PyYAML 6.0")

    def test_then_what_the_table_knows(self) -> None:
        assert ask("yaml") == KNOWN
        assert ask("yaml.cyaml") == KNOWN

    def test_a_backend_is_a_module_that_the_table_knows(self) -> None:
        row = next(row for row in tables().backends if row.root not in tables().modules)
        assert ask(f"{row.root}.sub") == Named(row.requires, f"known: {row.source}")

    def test_then_what_a_wheel_on_the_index_proves(self) -> None:
        found = ask("frobnicate.sub", proofs=(holding("Frobnicate", "frobnicate", version="2.1"),))
        assert found == Named("Frobnicate", "verified: the wheel of Frobnicate 2.1 provides it")

    def test_then_nothing(self) -> None:
        assert ask("frobnicate", proofs=()) == Unnamed(
            "nothing but its own name tells which distribution provides frobnicate "
            "(looked at: declared, installed, known, verified)"
        )

    def test_each_is_asked_for_only_when_its_turn_comes(self) -> None:
        assert ask("yaml", "pyyaml", held=None) == Named("pyyaml", "declared: project.dependencies")
        assert ask("yaml", held=None) == InstalledProviders()
        assert ask("yaml", held=()) == KNOWN
        assert ask("frobnicate.sub", held=()) == IndexProviders("frobnicate")

    @pytest.mark.parametrize(
        ("infer", "found"),
        [
            (Infer.DECLARED, "(looked at: declared)"),
            (Infer.INSTALLED, "(looked at: declared, installed)"),
            (Infer.KNOWN, "(looked at: declared, installed, known)"),
        ],
    )
    def test_the_user_says_how_far_it_may_go(self, infer: Infer, found: str) -> None:
        told = ask("frobnicate", held=(), infer=infer)
        assert told == Unnamed(f"nothing but its own name tells which distribution provides frobnicate {found}")

    def test_what_may_not_be_used_is_not_asked_for(self) -> None:
        assert isinstance(ask("yaml", held=None, infer=Infer.DECLARED), Unnamed)
        assert isinstance(ask("yaml", held=(), infer=Infer.INSTALLED), Unnamed)


class TestNames:
    def test_under_hash_checking_nobody_can_vouch_for_any(self) -> None:
        assert ask("yaml", "pyyaml", held=None, hashes=True, allow=("pyyaml",)) == Unnamed(HASHES)

    @pytest.mark.parametrize(
        "module",
        [
            "",
            ".",
            "--index-url=https://evil.example",
            "x @ https://evil.example/x.whl",
            "six\n--pre",
            "a/b",
            "six; x",
            "\u017fix",
        ],
    )
    def test_what_can_be_no_module_is_looked_for_nowhere(self, module: str) -> None:
        found = ask(module, held=None, allow=(module, "six"), proofs=(holding("six", module),))
        assert found == Unnamed(f"{module!r} is not a name that a module can have")

    def test_a_module_s_name_alone_is_no_evidence(self) -> None:
        assert isinstance(
            ask("requests_toolbelt", "requests", held=(holding("requests", "requests"),), proofs=()), Unnamed
        )

    def test_the_project_is_never_required_for_its_own_build(self) -> None:
        own = holding("demo_project", "demo_project")
        assert isinstance(ask("demo_project", "demo-project[test]", held=(own,), proofs=(own,)), Unnamed)

    def test_nor_what_the_table_knows_when_that_is_the_project(self) -> None:
        evidence = Evidence(replace(PROJECT, name=YAML.distribution.lower()), Policy(frozenset()), (3, 13))
        assert isinstance(provider("yaml", replace(evidence, answers={InstalledProviders(): ()})), Unnamed)

    def test_a_project_without_a_name_is_no_obstacle(self) -> None:
        evidence = Evidence(replace(PROJECT, name=None), POLICY, (3, 13), answers={InstalledProviders(): ()})
        assert provider("yaml", evidence) == KNOWN

    @pytest.mark.parametrize("name", ["x @ https://evil.example/x.whl", "--pre", "", "-e .", "x\ny"])
    def test_what_is_no_name_vouches_for_nothing(self, name: str) -> None:
        bad = holding(name, "frobnicate")
        assert isinstance(ask("frobnicate", held=(bad,), proofs=(bad,)), Unnamed)


class TestTheStandardLibrary:
    @pytest.mark.parametrize("module", ["json", "distutils.core", "imp", "tomllib", "compression.zstd", "asyncio"])
    def test_it_is_looked_for_in_the_table_only(self, module: str) -> None:
        top = module.partition(".")[0]
        found = ask(module, top, held=(holding(top, top),), proofs=(holding(top, top),), allow=(top,), python=(3, 10))
        assert found == Unnamed(
            f"{module} belongs to the standard library, and no distribution is known to bring it back"
        )

    def test_no_index_is_asked_for_what_a_newer_python_has(self) -> None:
        assert isinstance(ask("tomllib", held=None, python=(3, 9)), Unnamed)

    def test_what_was_removed_and_has_a_substitute_is_named(self) -> None:
        row = tables().stdlib["distutils"]
        last = (row.gone_since[0], row.gone_since[1] - 1)
        assert ask("distutils.core", held=None, python=row.gone_since) == Named(row.requires, f"known: {row.source}")
        assert isinstance(ask("distutils.core", held=None, python=last), Unnamed)

    def test_unless_the_table_may_not_be_used(self) -> None:
        assert ask("distutils", infer=Infer.INSTALLED) == Unnamed(
            "distutils belongs to the standard library, and --infer keeps the table of substitutes out of use"
        )


class TestTies:
    google = (holding("google-auth", "google"), holding("google-cloud-storage", "google"))

    def test_of_several_that_are_installed_none_is_taken(self) -> None:
        assert ask("google", held=self.google, infer=Infer.INSTALLED) == Unnamed(
            "it cannot be told which distribution provides google: "
            "google-auth and google-cloud-storage of the target both may"
        )

    def test_a_tie_that_may_not_be_looked_at_is_not_told(self) -> None:
        found = ask("google", held=self.google, infer=Infer.DECLARED)
        assert isinstance(found, Unnamed)
        assert "target" not in found.reason

    def test_of_several_that_are_declared_none_is_taken(self) -> None:
        rows = [row for row in tables().backends if row.root == "setuptools"]
        assert len({row.distribution for row in rows}) == 1
        assert ask("setuptools", "setuptools<80", "Setuptools") == Named(
            "setuptools<80", "declared: project.dependencies"
        )

    def test_of_several_proofs_none_is_taken(self) -> None:
        proofs = (holding("one", "frobnicate"), holding("two", "frobnicate"), holding("three", "other"))
        assert isinstance(ask("frobnicate", proofs=proofs), Unnamed)
        assert isinstance(ask("frobnicate", proofs=proofs[:1]), Named)
        assert isinstance(ask("frobnicate", proofs=proofs[2:]), Unnamed)

    def test_a_module_in_a_namespace_is_its_own_distribution_s(self) -> None:
        row = next(row for row in tables().modules.values() if "." in row.module)
        space = row.module.partition(".")[0]
        stranger, right = holding("a-stranger", space), holding(row.distribution, space, version="3.2")
        known = Named(row.requires or row.distribution, f"known: {row.source}")
        assert ask(row.module, held=(stranger,)) == known
        assert ask(row.module, held=(stranger, right)) == Named(
            f"{row.distribution}<=3.2", f"installed: {row.distribution} 3.2"
        )
        assert ask(row.module, space) == known
        assert ask(row.module, row.distribution) == Named(row.distribution, "declared: project.dependencies")


class TestWhatIsDeclared:
    def test_the_marker_is_dropped(self) -> None:
        found = ask("yaml", "pyyaml[fast]>=5 ; python_version < '3.8'")
        assert found == Named("pyyaml[fast]>=5", "declared: project.dependencies")

    @pytest.mark.parametrize(
        ("python", "wanted"), [((3, 9), "numpy==1.19.3"), ((3, 12), "numpy==1.26"), ((3, 13), "numpy>=2")]
    )
    def test_what_is_for_the_target_s_python_comes_first(self, python: tuple[int, int], wanted: str) -> None:
        mentions = (
            "numpy==1.19.3; python_version < '3.10'",
            "numpy==1.26; python_full_version >= '3.12' and python_version < '3.13'",
            "numpy==1.0; platform_machine ~= 'nowhere'",
            "numpy>=2",
        )
        assert ask("numpy", *mentions, python=python) == Named(wanted, "declared: project.dependencies")


@pytest.mark.parametrize(
    ("version", "requirement"),
    [
        ("1.26.4", "x<=1.26.4"),
        ("2.1+cu118", "x<=2.1"),
        ("1!2.0", "x<=1!2.0"),
        ("1.0rc1", "x<=1.0rc1"),
        ("1.0.dev3+g12ab", "x<=1.0.dev3"),
        ("1.0-1", "x<=1.0.post1"),
        ("2004d", "x"),
        ("", "x"),
    ],
)
def test_a_bound_admits_the_version_that_was_seen(version: str, requirement: str) -> None:
    """Also for pip: to 23.2 and 26.3 a bound that is a pre-release admits pre-releases (PEP 440)."""
    assert bounded(Distribution("x", version)) == requirement
    specifier = Requirement(requirement).specifier
    assert specifier == SpecifierSet() or version in specifier


@pytest.mark.parametrize(
    ("requirement", "module", "told"),
    [
        ("PyYAML>=5", "yaml", True),
        ("pyyaml", "yaml.cyaml", True),
        ("yaml", "yaml", False),
        ("Setuptools", "setuptools", True),
        ("frob_Nicate[x]", "frob_nicate", True),
        ("frob.nicate", "frob_nicate.sub", True),
        ("frobnicate", "frob_nicate", False),
        ("frob nicate", "frob", False),
    ],
)
def test_a_name_that_a_person_wrote_may_be_the_module_s_own(requirement: str, module: str, told: bool) -> None:
    assert provides(requirement, module) is told


@pytest.mark.parametrize(
    ("text", "name"), [("Foo.Bar>=1", "foo-bar"), ("-e .", ""), ("a\nb", ""), ("x @ https://evil.example", "x")]
)
def test_the_name_in_a_requirement(text: str, name: str) -> None:
    assert name_of(text) == name
    assert proper(text) == ""
