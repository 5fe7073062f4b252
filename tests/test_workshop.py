"""What is for the install does not reach a build."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.environment.workshop import NOT_FOR_BUILDS
from trees import a_shop


def test_a_build_gets_the_users_variables_and_the_recipes_own(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, environ={"PATH": "/bin", "PIP_INDEX_URL": "u", "A": "1"})
    assert shop.build_environ((("A", "2"), ("B", "3"))) == {
        "PATH": "/bin", "PIP_INDEX_URL": "u", "A": "2", "B": "3", "PIP_NO_INPUT": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_REPORT", "PIP_DRY_RUN",
     "PIP_NO_DEPS", "PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "PIP_REQUIREMENT", "PIP_EDITABLE",
     "PIP_LOG", "PIP_CONFIG_SETTINGS", "__PYVENV_LAUNCHER__"],
)  # fmt: skip
@pytest.mark.parametrize("isolated", [True, False])
def test_what_is_for_the_install_does_not(isolated: bool, name: str, tmp_path: Path) -> None:
    assert name in NOT_FOR_BUILDS
    assert name not in a_shop(tmp_path, environ={name: "1"}).build_environ(isolated=isolated)


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME"])
def test_what_would_end_an_isolation_reaches_only_builds_without_one(name: str, tmp_path: Path) -> None:
    shop = a_shop(tmp_path, environ={name: "1"})
    assert name not in shop.build_environ()
    assert shop.build_environ(isolated=False)[name] == "1"


def test_a_build_without_isolation_compiles_in_the_target_only_if_the_user_wants_it(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, environ={})
    assert shop.build_environ() == {"PIP_NO_INPUT": "1"}
    assert shop.build_environ(isolated=False) == {"PIP_NO_INPUT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    assert a_shop(tmp_path, environ={}, isolated=False).build_environ(isolated=False) == {"PIP_NO_INPUT": "1"}


def test_the_users_variables_stay_what_they_are(tmp_path: Path) -> None:
    environ = {"PIP_TARGET": "x"}
    a_shop(tmp_path, environ=environ).build_environ((("A", "1"),))
    assert environ == {"PIP_TARGET": "x"}
