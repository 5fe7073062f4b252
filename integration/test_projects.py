"""Build every broken project for real: the cause is told, cured if it can be, and nothing else touched."""

from __future__ import annotations

import shutil

import pytest

from cases import Case
from fingerprint import differences, fingerprint
from workplace import KINDS, Run, Workplace


def test_project(case: Case, place: Workplace) -> None:
    """It goes as the file beside the project says."""
    _prepare(case, place)
    before = {path: fingerprint(path) for path in (place.target, place.tree, place.cache)}
    run = place.safe_install(*case.args, *KINDS[case.kind], place.tree, **dict(case.env))
    _check_story(case, run)
    if case.outcome == "installed":
        _check_installed(case, place)
        _check_patch(case, run)
    else:
        assert case.advice in run.stderr, run
        for path, known in before.items():
            assert differences(known, fingerprint(path)) == [], f"{path}\n{run}"


def test_written_fix_makes_pip_work(fixable: Case, place: Workplace) -> None:
    """What `--write-fix` writes is what was shown, and is all that pip needed."""
    _prepare(fixable, place)
    path = place.tree / "pyproject.toml"
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    run = place.safe_install(*fixable.args, "--write-fix", *KINDS[fixable.kind], place.tree)
    assert run.status == 0, run
    after = path.read_text(encoding="utf-8").splitlines()
    new = [line for line in after if line.strip() and line not in before]
    assert new == [line for line in run.story.added if line not in before], run
    shutil.rmtree(place.target)
    place.make_target("--no-pip")
    done = place.pip("install", *KINDS[fixable.kind], place.tree)
    assert done.returncode == 0, done.stdout + done.stderr
    if fixable.module:
        place.ask(f"import {fixable.module}")


@pytest.mark.plain_pip
def test_plain_pip(case: Case, place: Workplace) -> None:
    """What makes a project a test: the newest pip fails on it (or works, where the file says so)."""
    if case.pip == "hangs":
        pytest.skip("pip would not come back")
    _prepare(case, place)
    done = place.pip("install", *KINDS[case.kind], place.tree, **dict(case.env))
    assert ("works" if done.returncode == 0 else "fails") == case.pip, done.stdout + done.stderr


def _prepare(case: Case, place: Workplace) -> None:
    place.lay(case)
    place.make_target()


def _check_story(case: Case, run: Run) -> None:
    story = run.story
    assert (run.status == 0) == (case.outcome == "installed"), run
    assert story.outcome == case.outcome, run
    assert story.diagnoses[:1] == ((case.diagnosis,) if case.diagnosis else ()), run
    if case.later:
        assert story.diagnoses[1:] == case.later, run
    assert story.remedies == case.remedies, run


def _check_installed(case: Case, place: Workplace) -> None:
    if case.module:
        place.ask(f"import {case.module}")
    checked = place.pip("check")
    assert checked.returncode == 0, checked.stdout
    if case.kind == "editable":
        assert "demo" in place.pip("list", "--editable").stdout


def _check_patch(case: Case, run: Run) -> None:
    added = run.story.added
    assert bool(added) == bool(case.patch), run
    for wanted in () if isinstance(case.patch, bool) else case.patch:
        assert any(wanted in line for line in added), f"{wanted!r} is not in the diff\n{run}"
    shown = {line.strip() for line in run.stderr.splitlines()}
    assert {f"+{line}".strip() for line in added} <= shown, run
