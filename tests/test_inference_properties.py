"""Whatever the evidence is, a name that is added stands in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from safe_install.declared.providers import name_of
from safe_install.evidence import Evidence, IndexProviders, InstalledProviders, Policy, Question
from safe_install.kinds import Infer
from safe_install.knowledge import tables
from safe_install.ladder.inference import Named, Unnamed, provider
from safe_install.model import BuildSystem, Distribution, Mention, Project

PROJECT = Project(Path("/project"), BuildSystem(("setuptools",)), name="Demo.Project")
MODULES = (
    *("yaml", "numpy", "six", "setuptools", "pkg_resources", "frobnicate", "google.protobuf", "google", "demo_project"),
    *("json", "distutils", "distutils.core", "imp", "tomllib", "--pre", "x @ https://evil.example", "six\n"),
)
NAMES = (
    "PyYAML",
    "numpy",
    "six",
    "setuptools",
    "frobnicate",
    "protobuf",
    "google",
    "json",
    "demo-project",
    "x y",
    "--pre",
)
MENTIONS = (*NAMES[:9], "frobnicate>=1; python_version < '3'", "six @ https://files.example/six.whl", "no requirement")
VERSIONS = ("1.0", "2.0rc1", "1+local", "odd")
TOPS = tuple(dict.fromkeys(module.partition(".")[0] for module in MODULES))

distributions = st.lists(
    st.builds(
        Distribution, st.sampled_from(NAMES), st.sampled_from(VERSIONS), st.lists(st.sampled_from(TOPS)).map(tuple)
    ),
    max_size=5,
).map(tuple)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    answers: dict[Question, tuple[Distribution, ...]] = {}
    if draw(st.booleans()):
        answers[InstalledProviders()] = draw(distributions)
    for top in draw(st.lists(st.sampled_from(TOPS), unique=True)):
        answers[IndexProviders(top)] = draw(distributions)
    mentions = draw(st.lists(st.sampled_from(MENTIONS), max_size=4))
    project = replace(PROJECT, mentions=tuple(Mention(each, "somewhere") for each in mentions))
    policy = Policy(
        frozenset(),
        infer=draw(st.sampled_from(Infer)),
        allow=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2))),
        hashes=draw(st.booleans()),
    )
    return Evidence(project, policy, draw(st.sampled_from([(3, 9), (3, 13)])), answers=answers)


def vouched(evidence: Evidence) -> Mapping[Infer, set[str]]:
    """Give the canonical names that each level of evidence vouches for."""
    rows = tables()
    answered = {level: set[str]() for level in Infer}
    for question, answer in evidence.answers.items():
        level = Infer.INSTALLED if isinstance(question, InstalledProviders) else Infer.VERIFIED
        answered[level] |= {canonicalize_name(each.name) for each in answer}
    known = [
        *(row.requires or row.distribution for row in rows.modules.values()),
        *(row.requires for row in rows.backends),
    ]
    answered[Infer.KNOWN] = {name_of(each) for each in (*known, *(row.requires for row in rows.stdlib.values()))}
    written = (*(each.requirement for each in evidence.project.mentions), *evidence.policy.allow)
    answered[Infer.DECLARED] = {name_of(each) for each in written}
    return answered


@given(st.sampled_from(MODULES) | st.text(max_size=12), evidences())
def test_whatever_the_evidence_a_name_is_in_it(module: str, evidence: Evidence) -> None:
    found = provider(module, evidence)
    standard = module.partition(".")[0] in {*sys.stdlib_module_names, *tables().stdlib, "tomllib"}
    match found:
        case Named():
            wanted, levels = Requirement(found.requirement), list(Infer)
            may = levels[: levels.index(evidence.policy.infer) + 1]
            assert canonicalize_name(wanted.name) in set().union(*(vouched(evidence)[level] for level in may)) - {""}
            assert canonicalize_name(wanted.name) != "demo-project"
            assert wanted.url is None or "six @ https://files.example/six.whl" in {
                each.requirement for each in evidence.project.mentions
            }
            assert wanted.marker is None
            assert not evidence.policy.hashes
            if standard:
                assert found.requirement == tables().stdlib[module.partition(".")[0]].requires
        case Unnamed():
            assert "\n" not in found.reason
        case _:
            assert not standard
            assert not evidence.policy.hashes
            assert found not in evidence.answers
            assert found in (InstalledProviders(), IndexProviders(module.partition(".")[0]))
