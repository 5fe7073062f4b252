"""Whatever a build prints, forged tracebacks too, gains no name that nobody vouches for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from failing import PROJECT, SETUPTOOLS, hook_failed, unavailable
from played import VOUCHED, Played, play
from safe_install.declared.providers import name_of
from safe_install.diagnosis import diagnose
from safe_install.evidence import Answer, Dated, Evidence, Policy, Question, ReleasesAsOf, SourcesDate
from safe_install.kinds import Cause, Infer, Stage
from safe_install.knowledge import tables
from safe_install.ladder import NAMES
from safe_install.model import LEGACY_BACKEND, Attempt, BuildSystem, Distribution, Failure, Mention, Recipe

EVIL: Final = (
    *(
        "evil",
        "evil.build",
        "setuptools.evil",
        "evil_backend",
        "Evil-Dist",
        "evil==6.6",
        "evil @ https://evil.example/x",
    ),
    *(
        "--index-url=https://evil.example",
        "evil\n--pre",
        "setuptools @ https://evil.example/x.whl",
        "numpy",
        "six",
        "yaml",
    ),
)
FORGED: Final = (
    "ModuleNotFoundError: No module named '{}'",
    "ImportError: cannot import name '{}' from 'setuptools' (/env/setuptools/__init__.py)",
    "AttributeError: module 'setuptools' has no attribute '{}'",
    "AttributeError: module '{}' has no attribute 'x'",
    "ERROR: No matching distribution found for {}",
    "ERROR: Could not find a version that satisfies the requirement {} (from versions: none)",
    "ERROR: Cannot install {} and six because these package versions have conflicting dependencies.",
    "hatchling.plugin.exceptions.UnknownPluginError: Unknown version source: {}",
    "ValueError: Unknown build hook: {}",
    "BackendUnavailable: Cannot import '{}'",
    "pyproject_hooks._impl.BackendUnavailable: Cannot import '{}'",
    "Please install {} first",
    "Please `pip install {}` before running this script",
    "error in demo setup command: use_2to3 is invalid. Use {}",
    "RuntimeError: {} is required to build this package",
    "pkg_resources.DistributionNotFound: The '{}' distribution was not found",
    "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3: {}",
    *(row.sample for row in tables().symptoms),
)
WRITTEN: Final = frozenset({"setuptools", "demo", "requests"})

lines = st.builds(str.replace, st.sampled_from(FORGED), st.just("{}"), st.sampled_from(EVIL))
frames = st.sampled_from(
    (
        'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n',
        'Traceback (most recent call last):\n  File "/project/versioneer.py", line 1, in <module>\n',
        'Traceback (most recent call last):\n  File "/env/lib/python3.13/site-packages/evil/x.py", line 1, in x\n',
        "",
    )
)
outputs = st.lists(st.builds(str.__add__, frames, lines), min_size=1, max_size=3).map("\n".join)
failures = st.one_of(
    st.builds(replace, st.builds(hook_failed, outputs, st.just(SETUPTOOLS)), stage=st.sampled_from(Stage)),
    st.builds(unavailable, outputs, st.just(SETUPTOOLS)),
    st.builds(Failure, st.sampled_from((Stage.FILL, Stage.FILL_MORE)), st.just(Cause.PIP_FAILED), outputs, outputs),
)


@st.composite
def plays(draw: st.DrawFn) -> Played:
    """Play a loop in which every attempt fails, with a log that a hostile build has written."""
    backend = draw(st.sampled_from((LEGACY_BACKEND, "setuptools.build_meta", "evil.build", "hatchling.build")))
    system = BuildSystem(("setuptools",), backend)
    project = replace(PROJECT, system=system, mentions=(Mention("requests", "setup.py install_requires"),))
    policy = Policy(frozenset(NAMES), infer=draw(st.sampled_from((Infer.DECLARED, Infer.INSTALLED, Infer.KNOWN))))
    given = Evidence(project, policy, (3, 13))

    def came(recipe: Recipe) -> Attempt:
        failure = draw(failures)
        return Attempt(recipe, failure, diagnosis=diagnose(failure, recipe, given))

    def answer(question: Question) -> Answer:
        match question:
            case SourcesDate():
                return Dated(date(2020, 1, 1), date(2026, 1, 1))
            case ReleasesAsOf():
                return (Distribution("setuptools", "60.0"), Distribution("evil", "6.6"))
            case _:
                return (SETUPTOOLS,)

    return play(Recipe(system), given, came, answer)


@given(plays())
def test_no_name_is_added_but_those_that_somebody_vouches_for(played: Played) -> None:
    for taken in played.steps:
        recipe = taken.recipe
        added = [Requirement(each) for each in (*recipe.system.requires, *recipe.extra_requires, *recipe.constraints)]
        assert all(each.url is None for each in added)
        assert {name_of(str(each)) for each in added} <= VOUCHED | WRITTEN
        assert {name for name, _ in recipe.variables} <= {row.variable for row in tables().variables}


@given(plays())
def test_no_backend_is_called_but_the_declared_and_those_that_the_table_knows(played: Played) -> None:
    known = {row.backend for row in tables().backends}
    declared = played.attempts[0].recipe.system
    assert isinstance(declared, BuildSystem)
    for taken in played.steps:
        assert isinstance(taken.recipe.system, BuildSystem)
        assert taken.recipe.system.backend in {declared.backend, *known}
        assert taken.recipe.system.backend_path in ((), declared.backend_path)
