"""A backend's former name is known for what it is, wherever it fails."""

from __future__ import annotations

import pytest

from failing import building, hook_failed, raised, told, unavailable
from safe_install.kinds import Cause, Kind, Stage
from safe_install.model import BuildSystem, Failure

RUNNER = "/frontend/site-packages/pyproject_hooks/_in_process/_in_process.py"
HOOK_MISSING = Failure(Stage.IMPORT, Cause.HOOK_MISSING, "build_editable")


@pytest.mark.parametrize(
    ("requires", "backend", "today"),
    [
        ("poetry>=0.12", "poetry.masonry.api", "poetry.core.masonry.api"),
        ("flit", "flit.buildapi", "flit_core.buildapi"),
        ("pdm-pep517", "pdm.pep517.api", "pdm.backend"),
        ("uv", "uv", "uv_build"),
    ],
)
def test_a_former_name_is_no_slip_wherever_it_fails(requires: str, backend: str, today: str) -> None:
    project = building(BuildSystem((requires,), backend))
    absent = raised(f"AttributeError: module '{backend}' has no attribute 'build_wheel'", RUNNER)
    for failure in (
        HOOK_MISSING,
        unavailable(f"Cannot import '{backend}'"),
        hook_failed(absent),
    ):
        found = told(failure, project)
        assert (found.cause, found.candidates) == ((Kind.BACKEND_RENAMED, backend), (today,))
    own = building(BuildSystem((requires,), backend), modules=frozenset({backend.partition(".")[0]}))
    assert told(HOOK_MISSING, own).kind is Kind.EDITABLE_UNSUPPORTED


def test_a_module_that_refuses_a_hook_itself() -> None:
    refused = 'Traceback (most recent call last):\n  File "{}", line 1, in _build_backend\n  File "{}", line 1, in {}\n'
    line = "AttributeError: Using `uv.build_wheel` is not allowed\n"
    project = building(BuildSystem(("uv",), "uv"))
    for files, kind in (
        ((RUNNER, "/env/uv/__init__.py", "__getattr__"), Kind.BACKEND_RENAMED),
        ((RUNNER, "/env/uv/__init__.py", "build_wheel"), Kind.UNKNOWN),
        (("/env/x.py", "/env/uv/__init__.py", "__getattr__"), Kind.UNKNOWN),
    ):
        assert told(hook_failed(refused.format(*files) + line), project).kind is kind
