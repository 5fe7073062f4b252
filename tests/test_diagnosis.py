"""What a failure means: real logs, the table of symptoms, and what no log can do."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from failing import SETUPTOOLS, hook_failed, raised, told
from logged import LOGS, Logged, names, read
from safe_install.diagnosis import diagnose
from safe_install.kinds import Cause, Kind, Stage
from safe_install.knowledge import Symptom, tables
from safe_install.model import Failure
from safe_install.process.output import TAIL


@pytest.mark.parametrize("name", names())
def test_real_log(name: str) -> None:
    logged = read(name)
    found = diagnose(logged.failure, logged.recipe, logged.evidence)
    assert logged.holds(found), found
    assert name.startswith(f"{found.kind.value}/")


@pytest.mark.parametrize("name", names())
def test_evidence_is_a_line_that_was_printed(name: str) -> None:
    logged = read(name)
    found = diagnose(logged.failure, logged.recipe, logged.evidence)
    seen = f"{logged.failure.output}\n{logged.failure.message}"
    printed = " ".join(re.sub(r"[^\w\s]", "", seen).split())
    assert 0 < len(found.evidence) <= 300
    if logged.failure.cause not in {Cause.TABLE, Cause.HOOK_MISSING}:
        assert " ".join(re.sub(r"[^\w\s]", "", found.evidence).split()) in printed


def test_every_kind_has_a_real_log() -> None:
    assert {path.name for path in LOGS.iterdir()} == {kind.value for kind in Kind}


@pytest.mark.parametrize("row", tables().symptoms, ids=lambda row: row.id)
def test_pattern_matches_its_sample(row: Symptom) -> None:
    assert row.pattern.search(row.sample)


def test_symptoms_have_their_own_ids() -> None:
    ids = [row.id for row in tables().symptoms]
    assert len(ids) == len(set(ids))


@pytest.fixture(scope="module")
def everything() -> list[Logged]:
    return [read(name) for name in names()]


@pytest.mark.parametrize("row", tables().symptoms, ids=lambda row: row.id)
def test_every_symptom_is_seen_in_a_real_log(row: Symptom, everything: list[Logged]) -> None:
    assert any(
        row.pattern.search(line)
        for logged in everything
        if logged.kind is row.kind and (not row.stages or logged.failure.stage in row.stages)
        for line in logged.failure.output.split("\n")
    )


# What no log can do -----------------------------------------------------------------------------------------


TEXT = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            [
                "Traceback (most recent call last):",
                '  File "setup.py", line 1, in <module>',
                '  File "/env/lib/python3.13/site-packages/setuptools/x.py", line 1, in f',
                "ModuleNotFoundError: No module named 'a b'",
                "ImportError: cannot import name 'x' from 'y' (unknown location)",
                "AttributeError: module 'setuptools' has no attribute 'x'",
                "During handling of the above exception, another exception occurred:",
                "subprocess.CalledProcessError: x",
                "ERROR: No matching distribution found for \x1b[1m../../etc",
                "error: subprocess-exited-with-error",
                "Error: Invalid project metadata",
                "Caused by:",
                "  Caused by: x (os error 2)",
                "Stack backtrace:",
                "    ^^^^",
                "",
            ]
        ),
        max_size=12,
    ).map("\n".join),
)


@settings(max_examples=300)
@given(
    stage=st.sampled_from(Stage), cause=st.sampled_from(Cause), message=TEXT, output=TEXT,
    status=st.none() | st.integers(-70, 300),
)  # fmt: skip
def test_no_text_makes_it_raise_or_name_what_cannot_be_one(
    stage: Stage, cause: Cause, message: str, output: str, status: int | None
) -> None:
    failure = Failure(stage, cause, message, output, status, environment=(SETUPTOOLS,))
    found = told(failure)
    assert found.kind in Kind
    assert len(found.evidence) <= 300
    assert found.evidence.isprintable()
    assert re.fullmatch(r"[A-Za-z0-9_@. :;,/+<>=!~*^'\"()\[\]-]{0,200}", found.subject)
    if found.kind in {Kind.MODULE_MISSING, Kind.MODULE_REMOVED, Kind.OWN_PACKAGE_MISSING}:
        assert all(part.isidentifier() and part.isascii() for part in found.subject.split("."))


@pytest.mark.parametrize(
    "line",
    ["x" * 500_000, "a b " * 120_000, "No module named '" * 30_000,
     "(" * 300_000, "\x1b[" * 200_000, " from x#" * 60_000,
     "ERROR: Cannot install " * 25_000, "\x1b]" * 200_000],
    ids=["word", "words", "missing", "brackets", "escapes", "urls", "conflicts", "titles"],
)  # fmt: skip
@pytest.mark.parametrize("cause", [Cause.HOOK_FAILED, Cause.PIP_FAILED])
def test_one_huge_line_takes_no_time(line: str, cause: Cause) -> None:
    started = time.process_time()
    told(Failure(Stage.FILL if cause is Cause.PIP_FAILED else Stage.BUILD, cause, "", line, 1))
    assert time.process_time() - started < 2


def test_many_lines_take_little_time() -> None:
    line = "gcc -O3 -Wall -fPIC -I/usr/include -c some/where/file.c -o build/temp/some/where/file.o\n"
    started = time.process_time()
    # Four times what is ever kept of an output.
    told(hook_failed(line * (4 * TAIL // len(line))))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "name",
    ["a; rm -rf ~", "--index-url=x", "https://evil.invalid/x", "x" * 70, "a..b", "../../x", "naïve", "1st", "a-b"],
)  # fmt: skip
def test_a_name_that_no_module_can_have_is_never_a_subject(name: str) -> None:
    found = told(hook_failed(raised(f"ModuleNotFoundError: No module named '{name}'", "<string>")))
    assert (found.kind, found.subject) == (Kind.UNKNOWN, "")


def test_an_endless_name_is_never_a_subject() -> None:
    found = told(hook_failed(raised(f"ModuleNotFoundError: No module named '{'x' * 600}'", "<string>")))
    assert (found.kind, found.subject) == (Kind.UNKNOWN, "")


def test_what_python_took_away_from_a_tool_another_release_may_do_without() -> None:
    of_tool = raised("ValueError: invalid mode: 'rU'", "/env/lib/python3.13/site-packages/setuptools/x.py")
    assert told(hook_failed(of_tool, SETUPTOOLS)).curable
