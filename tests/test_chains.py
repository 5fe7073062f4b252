"""What an error that was printed with its causes says."""

from __future__ import annotations

import pytest

from failing import hook_failed, told
from logged import read
from safe_install.diagnosis import diagnose
from safe_install.kinds import Kind

ELSEWHERE = "Error: command ['maturin', 'pep517', 'build-wheel'] returned non-zero exit status 1"


def evidence(*lines: str) -> str:
    found = told(hook_failed("\n".join(lines)))
    assert found.kind is Kind.UNKNOWN
    return found.evidence


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("project-error/uv-toml", 'no such comparison operator ">>", must be one of ~= == != <= >= < > ==='),
        ("project-error/uv-license", "`project.license` is not a valid SPDX expression: NOT-A-LICENSE"),
        ("project-error/uv-module", "Expected a Python module at: src/other/__init__.py"),
        ("project-error/uv-field", "missing field `version`"),
        ("project-error/cargo-edition", "supported edition values are `2015`, `2018`, `2021`, or `2024`, but `2099`"),
        ("project-error/cargo-version", "unexpected character 'x' while parsing major version number"),
        ("project-error/maturin-toml", "unclosed table, expected `]`"),
        ("unknown/uv-os-error", "No such file or directory (os error 2)"),
        ("unknown/maturin-bindings", "Couldn't detect the binding type; Please specify them with --bindings/-b"),
        ("unknown/cargo-path", "failed to read `/"),
        ("unknown/cargo-build-script", "ACME_ROOT has to be set"),
    ],
)
def test_a_real_log_is_told_by_the_line_that_tells(name: str, says: str) -> None:
    logged = read(name)
    assert diagnose(logged.failure, logged.recipe, logged.evidence).evidence.startswith(says)


def test_of_the_causes_the_innermost_that_names_anything() -> None:
    chain = ("Error: outer", "", "Caused by:", "    0: middle: a.toml", "    1: inner: b.toml")
    assert evidence("Building", *chain) == "inner: b.toml"
    assert evidence(*chain, "    2: Permission denied (os error 13)", "") == "inner: b.toml"
    assert evidence(*chain, "", "Stack backtrace:", "   0: main", "             at ./main.rs:1:2") == "inner: b.toml"


def test_an_error_with_a_backtrace_only_is_told_itself() -> None:
    assert evidence("Error: it is full", "", "Stack backtrace:", "   0: <unknown>", "   1: main") == "it is full"


def test_what_only_passes_on_is_told_by_the_error_before() -> None:
    maturin = (
        "💥 maturin failed",
        "  Caused by: Cargo failed",
        "  Caused by: `cargo` exited with an error: ",
        ELSEWHERE,
    )
    assert evidence("error: a", "Caused by:", "  b", *maturin) == "b"
    assert evidence("error: a", "one more line", *maturin) == "a"
    assert evidence("Building", *maturin) == ELSEWHERE
    assert evidence("error: a", "Caused by:", "  b", ELSEWHERE) == "b"


def test_without_causes_the_last_line_tells() -> None:
    assert evidence("error: a", "one more line") == "one more line"
    assert evidence("error: a", "Caused by:", "  b", "error: c", "one more line") == "one more line"
    assert evidence("error: a", ELSEWHERE) == ELSEWHERE


def test_a_row_is_shown_by_the_causes_only_of_its_own_error() -> None:
    metadata = ("Error: Invalid project metadata", "", "Caused by:", "    it has no name")
    found = told(hook_failed("\n".join((*metadata, "Error: another", "Caused by:", "    b"))))
    assert (found.kind, found.evidence) == (Kind.PROJECT_ERROR, "it has no name")
    bare = told(hook_failed("Error: Invalid project metadata\nbye"))
    assert (bare.kind, bare.evidence) == (Kind.PROJECT_ERROR, "Error: Invalid project metadata")
    passed = told(hook_failed("Error: Invalid project metadata\nCaused by:\n  exit status: 1"))
    assert (passed.kind, passed.evidence) == (Kind.PROJECT_ERROR, "Error: Invalid project metadata")
