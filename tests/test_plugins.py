"""Which distribution brings a backend's plugin, and that the name which the backend printed is no evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from failing import hook_failed, raised, told
from remediable import PROJECT, RECIPE, SETUPTOOLS, evidence
from safe_install.kinds import Infer, Kind
from safe_install.knowledge import tables
from safe_install.ladder.inference import HASHES, Unnamed
from safe_install.ladder.plugins import plugin_provider
from safe_install.ladder.remedies import Declined, Proposal, infer_requires, probe
from safe_install.model import BuildSystem, Diagnosis, Distribution, Malformed, Mention, Project, Recipe

HATCHLING = Distribution("hatchling", "1.33.0", ("hatchling",))
HATCH = Recipe(BuildSystem(("hatchling",), "hatchling.build"))
NO_EVIDENCE = "nothing but its own name tells which distribution brings the plugin {}"


def absent(plugin: str) -> Diagnosis:
    return Diagnosis(Kind.PLUGIN_MISSING, plugin, "…")


def mentioning(*requirements: str) -> Project:
    return replace(PROJECT, mentions=tuple(Mention(each, "dependency-groups.dev") for each in requirements))


class TestInTheLog:
    @pytest.mark.parametrize(
        ("line", "subject"),
        [
            ("hatchling.plugin.exceptions.UnknownPluginError: Unknown version source: acme", "acme"),
            ("hatchling.plugin.exceptions.UnknownPluginError: Unknown version scheme: acme.x_y", "acme.x_y"),
            ("hatchling.plugin.exceptions.UnknownPluginError: Unknown build hook: acme", "acme"),
            ("hatchling.plugin.exceptions.UnknownPluginError: Unknown metadata hook: acme", "acme"),
            ("hatchling.plugin.exceptions.UnknownPluginError: Unknown version source: vcs", "hatch-vcs"),
            (
                "ValueError: Couldn't find any implementations for entrypoint 'setuptools_scm.x' with value 'acme'.",
                "acme",
            ),
        ],
    )
    def test_a_plugin_that_no_row_knows_is_told_as_it_is_printed(self, line: str, subject: str) -> None:
        found = told(hook_failed(raised(line, "/env/x.py"), SETUPTOOLS))
        assert (found.cause, found.curable) == ((Kind.PLUGIN_MISSING, subject), True)

    def test_any_plugin_is_asked_after_those_that_are_known(self) -> None:
        named = [row.distribution != "" for row in tables().plugins]
        assert named == sorted(named, reverse=True)
        unnamed = [sign for row in tables().plugins if not row.distribution for sign in row.signs]
        assert len(unnamed) == 3
        assert all("subject" in sign.groupindex for sign in unnamed)


class TestThoseOfTheTable:
    row = next(iter(tables().plugins))

    def test_a_plugin_of_the_table_is_required(self) -> None:
        added = replace(RECIPE, extra_requires=(self.row.distribution,))
        assert infer_requires(RECIPE, absent(self.row.distribution), evidence()) == Proposal(
            added, f"known: {self.row.source}"
        )
        assert infer_requires(added, absent(self.row.distribution), evidence()) == Declined(
            f"{self.row.distribution} is among the build requirements already"
        )

    @pytest.mark.parametrize(
        ("policy", "told"),
        [
            ({"hashes": True}, HASHES),
            ({"infer": Infer.INSTALLED}, "only --infer known allows the evidence that there is"),
        ],
    )
    def test_where_the_user_lets_it(self, policy: dict[str, object], told: str) -> None:
        assert infer_requires(RECIPE, absent(self.row.distribution), evidence(**policy)) == Declined(told)  # type: ignore[arg-type]

    def test_but_not_for_its_own_build(self) -> None:
        given = evidence(project=replace(PROJECT, name=self.row.distribution.upper()))
        assert infer_requires(RECIPE, absent(self.row.distribution), given) == Declined(
            f"{self.row.distribution} is the project itself"
        )

    def test_as_the_project_wants_it(self) -> None:
        given = evidence(project=mentioning("hatch-vcs>=0.4", "hatch-other"))
        assert infer_requires(HATCH, absent("hatch-vcs"), given) == Proposal(
            replace(HATCH, extra_requires=("hatch-vcs>=0.4",)), "declared: dependency-groups.dev"
        )


class TestAnyOther:
    def test_its_name_is_no_evidence(self) -> None:
        given = evidence(project=mentioning("acme", "hatch-acme", "internal"), infer=Infer.VERIFIED)
        assert infer_requires(HATCH, absent("acme-internal"), given) == Declined(NO_EVIDENCE.format("acme-internal"))

    @pytest.mark.parametrize("name", ["acme-internal", "hatch-acme-internal", "Hatchling_Acme.Internal"])
    def test_what_the_project_names_is(self, name: str) -> None:
        given = evidence(project=mentioning(f"{name}>=2; python_version > '3'"))
        assert infer_requires(HATCH, absent("acme-internal"), given) == Proposal(
            replace(HATCH, extra_requires=(f"{name}>=2",)), "declared: dependency-groups.dev"
        )
        setuptools = infer_requires(RECIPE, absent("acme-internal"), given)
        assert isinstance(setuptools, Proposal) == (name == "acme-internal")

    def test_what_the_user_names_is(self) -> None:
        given = evidence(allow=("hatch-acme",))
        assert infer_requires(HATCH, absent("acme"), given) == Proposal(
            replace(HATCH, extra_requires=("hatch-acme",)), "allowed by --allow"
        )
        assert infer_requires(HATCH, absent("acme"), replace(given, policy=replace(given.policy, hashes=True))) == (
            Declined(HASHES)
        )

    def test_two_that_may_be_meant_are_a_tie(self) -> None:
        given = evidence(project=mentioning("acme", "hatch-acme"))
        assert infer_requires(HATCH, absent("acme"), given) == Declined(NO_EVIDENCE.format("acme"))

    def test_the_project_is_not_required_for_its_own_build(self) -> None:
        given = evidence(project=replace(mentioning("hatch-acme"), name="hatch_acme"))
        assert infer_requires(HATCH, absent("acme"), given) == Declined(NO_EVIDENCE.format("acme"))

    def test_a_table_that_cannot_be_read_has_no_tool(self) -> None:
        given = evidence(project=mentioning("hatch-acme"))
        broken = Malformed(Kind.REQUIRES_ABSENT, "requires", "…")
        assert plugin_provider("acme", broken, given) == Unnamed(NO_EVIDENCE.format("acme"))


class TestTheProbe:
    def test_one_of_the_table_has_to_be_in_the_target(self) -> None:
        lacking = Declined("the target does not have the plugin hatch-vcs")
        assert probe(HATCH, absent("hatch-vcs"), evidence(HATCHLING)) == lacking
        held = Distribution("hatch_vcs", "0.5.0", ("hatch_vcs",))
        assert probe(HATCH, absent("hatch-vcs"), evidence(HATCHLING, held)) == Proposal(replace(HATCH, isolated=False))

    def test_of_any_other_the_build_tells(self) -> None:
        assert probe(HATCH, absent("acme"), evidence(HATCHLING)) == Proposal(replace(HATCH, isolated=False))
